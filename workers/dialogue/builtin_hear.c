/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_turn.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define MISSES_MAX 3
#define PLAIN      20 /* points of a wish that no doubt is left of */

/* What the caller said, step by step. */
typedef builtin_step_e (*step_pt)(builtin_t *b, builtin_turn_t *turn);

static builtin_step_e take_robot(builtin_t *b, builtin_turn_t *turn);
static builtin_step_e take_repeat(builtin_t *b, builtin_turn_t *turn);
static builtin_step_e take_goodbye(builtin_t *b, builtin_turn_t *turn);
static builtin_step_e take_reason(builtin_t *b, builtin_turn_t *turn);
static builtin_step_e take_wait(builtin_t *b, builtin_turn_t *turn);
static builtin_step_e take_drop(builtin_t *b, builtin_turn_t *turn);
static builtin_step_e take_small_talk(builtin_t *b, builtin_turn_t *turn);

static const step_pt steps[] = {
    take_robot, take_repeat, take_goodbye, take_reason, take_wait, take_drop,
    builtin_take_questions, builtin_take_task, builtin_take_facts,
    builtin_take_when, builtin_take_answer, take_small_talk
};

/* What cannot mean what it says, in view of the question that is open. */
static void
turn_correct(builtin_t *b, builtin_turn_t *turn)
{
    builtin_heard_t *h = &turn->heard;
    int              books = b->d.task == BUILTIN_TASK_BOOK
                || b->d.task == BUILTIN_TASK_MOVE;

    turn->said = h->intents;
    if (b->unheard) {
        /* A question that was not heard is not answered, either. */
        h->intents &= ~(BUILTIN_BIT(BUILTIN_YES) | BUILTIN_BIT(BUILTIN_NO));
        h->pick = 0;
        h->when.anytime = 0;
    }
    /* "what about ten?", "is Monday possible?" */
    if (books && says(turn, BUILTIN_FAQ) && !builtin_when_empty(&h->when)) {
        h->intents &= ~BUILTIN_BIT(BUILTIN_FAQ);
    }
    /* "can I make it ten?", "put me down for nine" */
    if (books && !h->about_own) {
        h->intents &= ~BUILTIN_BIT(BUILTIN_BOOKING);
        if (b->d.task == BUILTIN_TASK_BOOK) {
            h->intents &= ~BUILTIN_BIT(BUILTIN_RESCHEDULE);
        }
    }
    /* "yes, cancel it" */
    if (b->d.task == BUILTIN_TASK_CANCEL && says(turn, BUILTIN_CANCEL)) {
        h->intents &= ~BUILTIN_BIT(BUILTIN_CANCEL);
        h->drops = 0;
        if (!says(turn, BUILTIN_NO) && !b->unheard) {
            h->intents |= BUILTIN_BIT(BUILTIN_YES);
        }
    }
    /* "take a message" answers "shall I take a message?" */
    if (b->d.ask == BUILTIN_ASK_MESSAGE && says(turn, BUILTIN_MESSAGE)
        && !says(turn, BUILTIN_NO))
    {
        h->intents |= BUILTIN_BIT(BUILTIN_YES);
        h->intents &= ~BUILTIN_BIT(BUILTIN_MESSAGE);
    }
    /* Hours were asked about, not a time for the appointment. */
    if (says(turn, BUILTIN_HOURS) && !says(turn, BUILTIN_BOOKING)
        && !says(turn, BUILTIN_RESCHEDULE))
    {
        int32_t none = BUILTIN_NO_DAY;

        memset(&h->when, 0, sizeof(h->when));
        h->when.day = h->when.old = none;
        h->when.minute = -1;
    }
}

/*
 * Noise and other speech come out as words of the vocabulary, too. What is
 * doubtful starts something only when it is said plainly.
 */
static void
turn_doubt(builtin_t *b, builtin_turn_t *turn)
{
    builtin_heard_t *h = &turn->heard;

    if (!b->doubtful || h->points >= PLAIN) {
        return;
    }
    if (says_task(turn)) {
        /* Nor is a yes or no within it an answer. */
        h->intents &= ~(BUILTIN_BIT(BUILTIN_YES) | BUILTIN_BIT(BUILTIN_NO));
    }
    for (int i = BUILTIN_RESCHEDULE; i <= BUILTIN_FAQ; i++) {
        h->intents &= ~BUILTIN_BIT(i);
    }
    if (in_task(b)) {
        return; /* an answer: it is read back */
    }
    h->has_name = 0;
    h->when.day = BUILTIN_NO_DAY;
    h->when.minute = -1;
    h->intents &= ~(BUILTIN_BIT(BUILTIN_GIVE_NAME)
                    | BUILTIN_BIT(BUILTIN_GIVE_TIME));
}

void
builtin_take(builtin_t *b, const char *text)
{
    int               used = 0;
    builtin_turn_t    turn;
    builtin_context_t context;

    memset(&context, 0, sizeof(context));
    context.now = b->now;
    context.services = (const char *const *) b->services;
    context.service_count = b->service_count;
    context.name_asked = b->d.ask == BUILTIN_ASK_NAME
                         || (b->d.ask == BUILTIN_ASK_CHANGE);
    context.phone_asked = b->d.ask == BUILTIN_ASK_PHONE
                          || b->d.ask == BUILTIN_ASK_OWN_PHONE
                          || b->d.ask == BUILTIN_ASK_PHONE_RIGHT;
    context.time_asked = b->d.ask == BUILTIN_ASK_DAY
                         || b->d.ask == BUILTIN_ASK_CHOICE
                         || b->d.ask == BUILTIN_ASK_CHANGE;

    memset(&turn, 0, sizeof(turn));
    turn.text = text;
    builtin_understand(&turn.heard, text, &context);
    turn_correct(b, &turn);
    turn_doubt(b, &turn);
    if (b->d.state == BUILTIN_STATE_GREETING) {
        builtin_set_state(b, BUILTIN_STATE_INTENT);
        b->d.ask = BUILTIN_ASK_HELP;
    }

    for (size_t i = 0; i < COUNT(steps); i++) {
        builtin_step_e step = steps[i](b, &turn);

        if (step == BUILTIN_TAKEN) {
            return;
        }
        used |= step == BUILTIN_USED;
    }
    if (!used) {
        builtin_miss(b);
        return;
    }
    b->d.misses = 0;
    b->d.stalls = 0;
    builtin_next(b);
}

/* Not understood: help, then something simpler, then a message, then bye. */
void
builtin_miss(builtin_t *b)
{
    builtin_dialogue_t *d = &b->d;

    d->misses++;
    if (d->misses > MISSES_MAX
        || (d->misses == MISSES_MAX
            && (d->task == BUILTIN_TASK_LEAD
                || !builtin_can(b, BUILTIN_TOOL_LEAD))))
    {
        builtin_say(b, "I'm sorry that I could not help.");
        builtin_bye(b, "not_understood");
        return;
    }
    if (d->misses == MISSES_MAX) {
        builtin_say(b, "I'm sorry, I have trouble hearing you.");
        builtin_offer_message(b);
        return;
    }
    if (d->misses > 1) {
        builtin_say(b, "Sorry, once more.");
        builtin_ask_simpler(b);
        return;
    }

    builtin_say(b, "Sorry, I didn't catch that.");
    if (d->ask == BUILTIN_ASK_HELP || d->ask == BUILTIN_ASK_NOTHING
        || d->ask == BUILTIN_ASK_MORE)
    {
        builtin_say(b, "I can book an %s, answer a question or take a "
                       "message.",
                    "appointment");
    } else if (d->ask == BUILTIN_ASK_PHONE && d->digits[0] != '\0') {
        char digits[256];

        builtin_spoken_digits(digits, sizeof(digits), d->digits);
        builtin_say(b, "I have %s so far. What comes next?", digits);
    } else {
        builtin_ask_again(b);
    }
}

/* ---- steps that take all ---- */

static builtin_step_e
take_robot(builtin_t *b, builtin_turn_t *turn)
{
    if (turn->heard.present && !says_task(turn)) {
        builtin_say(b, "Yes, I'm here.");
        builtin_ask_again(b);
        return BUILTIN_TAKEN;
    }
    if (!turn->heard.robot) {
        return BUILTIN_PASSED;
    }
    builtin_say(b, "I'm the automated receptionist, and glad to help.");
    if (says(turn, BUILTIN_TRANSFER) && !in_task(b)) {
        builtin_offer_message(b);
    } else {
        builtin_ask_again(b);
    }
    return BUILTIN_TAKEN;
}

static builtin_step_e
take_repeat(builtin_t *b, builtin_turn_t *turn)
{
    char again[BUILTIN_SAY_BYTES];

    if (!says(turn, BUILTIN_REPEAT) || turn->heard.has_digits
        || turn->heard.main < BUILTIN_REPEAT)
    {
        return BUILTIN_PASSED;
    }
    if (says(turn, BUILTIN_MESSAGE) || says(turn, BUILTIN_CANCEL)
        || says(turn, BUILTIN_RESCHEDULE))
    {
        return BUILTIN_PASSED;
    }
    if (b->d.said[0] == '\0') {
        builtin_ask_again(b);
        return BUILTIN_TAKEN;
    }
    snprintf(again, sizeof(again), "%s", b->d.said);
    builtin_say(b, "%s", again);
    return BUILTIN_TAKEN;
}

static builtin_step_e
take_goodbye(builtin_t *b, builtin_turn_t *turn)
{
    builtin_ask_e ask = b->d.ask;

    if (ask == BUILTIN_ASK_MORE && says_no(turn) && !says_task(turn)) {
        builtin_bye(b, "caller_done");
        return BUILTIN_TAKEN;
    }
    if (ask == BUILTIN_ASK_MORE && says(turn, BUILTIN_THANKS)
        && !says_task(turn) && !says(turn, BUILTIN_YES))
    {
        builtin_bye(b, "caller_done");
        return BUILTIN_TAKEN;
    }
    if (!says(turn, BUILTIN_GOODBYE) || turn->heard.has_digits
        || turn->heard.has_name
        || (says_task(turn) && !says(turn, BUILTIN_MESSAGE)))
    {
        return BUILTIN_PASSED;
    }
    /* "that's all right" answers; "that's all" may end a dictation. */
    if ((ask == BUILTIN_ASK_CONFIRM || ask == BUILTIN_ASK_OWN_PHONE
         || ask == BUILTIN_ASK_PHONE_RIGHT)
        && says(turn, BUILTIN_YES))
    {
        return BUILTIN_PASSED;
    }
    if (says(turn, BUILTIN_MESSAGE) || ask == BUILTIN_ASK_PHONE) {
        return BUILTIN_PASSED;
    }
    if (b->d.task == BUILTIN_TASK_BOOK) {
        builtin_say(b, "All right, nothing is booked.");
    } else if (in_task(b)) {
        builtin_say(b, "All right, nothing is changed.");
    }
    builtin_bye(b, "caller_done");
    return BUILTIN_TAKEN;
}

static builtin_step_e
take_reason(builtin_t *b, builtin_turn_t *turn)
{
    if (b->d.ask != BUILTIN_ASK_REASON || turn->heard.drops
        || turn->heard.waits)
    {
        return BUILTIN_PASSED;
    }
    if (turn->heard.content == 0 && turn->heard.intents == 0) {
        return BUILTIN_PASSED;
    }
    /* Just "yes" is no reason. */
    if (turn->heard.content < 2
        && (says(turn, BUILTIN_YES) || says(turn, BUILTIN_NO)))
    {
        return BUILTIN_PASSED;
    }
    snprintf(b->d.reason, sizeof(b->d.reason), "%.255s", turn->text);
    b->d.misses = b->d.stalls = 0;
    builtin_next(b);
    return BUILTIN_TAKEN;
}

static builtin_step_e
take_wait(builtin_t *b, builtin_turn_t *turn)
{
    const builtin_heard_t *h = &turn->heard;

    if (!h->waits || h->has_name || h->has_digits || says_task(turn)
        || !builtin_when_empty(&h->when) || h->pick != 0)
    {
        return BUILTIN_PASSED;
    }
    builtin_say(b, "Of course, take your time.");
    return BUILTIN_TAKEN;
}

static builtin_step_e
take_drop(builtin_t *b, builtin_turn_t *turn)
{
    builtin_heard_t *h = &turn->heard;

    if (!in_task(b) || h->about_own || h->has_name || h->has_digits
        || (!h->drops && !says(turn, BUILTIN_CANCEL))
        || !builtin_when_empty(&h->when) || says(turn, BUILTIN_MESSAGE)
        || says(turn, BUILTIN_TRANSFER))
    {
        return BUILTIN_PASSED;
    }
    builtin_say(b, "All right, I'll leave it.");
    builtin_task(b, BUILTIN_TASK_NONE);
    b->d.misses = b->d.stalls = 0;
    builtin_ask(b, BUILTIN_ASK_MORE);
    return BUILTIN_TAKEN;
}

/* ---- what is left ---- */

static builtin_step_e
take_small_talk(builtin_t *b, builtin_turn_t *turn)
{
    builtin_dialogue_t *d = &b->d;

    if (in_task(b) || says_task(turn) || d->todo != 0
        || b->reply.tool != NULL
        || (d->ask != BUILTIN_ASK_HELP && d->ask != BUILTIN_ASK_MORE
            && d->ask != BUILTIN_ASK_NOTHING))
    {
        return BUILTIN_PASSED;
    }

    if (says(turn, BUILTIN_THANKS)) {
        builtin_say(b, "You're welcome.");
        builtin_ask(b, BUILTIN_ASK_MORE);
        return BUILTIN_TAKEN;
    }
    if (says_yes(turn) && turn->heard.content < 3) {
        builtin_say(b, "What can I do for you?");
        d->ask = BUILTIN_ASK_HELP;
        return BUILTIN_TAKEN;
    }
    if (says_no(turn) && turn->heard.content < 3) {
        builtin_ask(b, BUILTIN_ASK_MORE);
        return BUILTIN_TAKEN;
    }
    if (says(turn, BUILTIN_GREETING) && turn->heard.content < 2) {
        builtin_say(b, "Hello!");
        builtin_ask(b, BUILTIN_ASK_HELP);
        return BUILTIN_TAKEN;
    }
    if (turn->heard.content >= 2 && !b->doubtful
        && builtin_can(b, BUILTIN_TOOL_SEARCH))
    {
        /* Perhaps the knowledge base makes sense of it. */
        d->todo |= BUILTIN_TODO_SEARCH;
        d->search_miss = 1;
        memcpy(d->query, turn->heard.query, sizeof(d->query));
        builtin_answer_next(b);
        return BUILTIN_TAKEN;
    }
    return BUILTIN_PASSED;
}
