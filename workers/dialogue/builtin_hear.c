/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DAY_MIN 1440
#define MISSES_MAX 3

/*
 * What the caller said, put to use. Steps look at it in turn: some take all
 * of it (TAKEN), some a part (USED), and what no step could use was not
 * understood. Steps that only fill something in leave it to builtin_next()
 * to go on.
 */
typedef enum {
    PASSED, /* nothing of it is for this step */
    USED,   /* some: go on with the next step */
    TAKEN   /* all, and the reply is complete */
} step_e;

typedef struct {
    builtin_heard_t heard;
    const char     *text;
    unsigned        said; /* intents, before turn_correct() */
    int             changed; /* something known is different now */
} turn_t;

typedef step_e (*step_pt)(builtin_t *b, turn_t *turn);

static step_e take_robot(builtin_t *b, turn_t *turn);
static step_e take_repeat(builtin_t *b, turn_t *turn);
static step_e take_goodbye(builtin_t *b, turn_t *turn);
static step_e take_reason(builtin_t *b, turn_t *turn);
static step_e take_wait(builtin_t *b, turn_t *turn);
static step_e take_drop(builtin_t *b, turn_t *turn);
static step_e take_questions(builtin_t *b, turn_t *turn);
static step_e take_task(builtin_t *b, turn_t *turn);
static step_e take_facts(builtin_t *b, turn_t *turn);
static step_e take_when(builtin_t *b, turn_t *turn);
static step_e take_answer(builtin_t *b, turn_t *turn);
static step_e take_small_talk(builtin_t *b, turn_t *turn);

static const step_pt steps[] = {
    take_robot, take_repeat, take_goodbye, take_reason, take_wait, take_drop,
    take_questions, take_task, take_facts, take_when, take_answer,
    take_small_talk
};

static int
says(const turn_t *turn, builtin_intent_e intent)
{
    return (turn->heard.intents & BUILTIN_BIT(intent)) != 0;
}

static int
says_yes(const turn_t *turn)
{
    return says(turn, BUILTIN_YES) && !says(turn, BUILTIN_NO)
           && !turn->heard.unsure;
}

static int
says_no(const turn_t *turn)
{
    return says(turn, BUILTIN_NO) && !says(turn, BUILTIN_YES)
           && !turn->heard.unsure;
}

/* Something that is to be done or answered. */
static int
says_task(const turn_t *turn)
{
    const unsigned tasks = BUILTIN_BIT(BUILTIN_RESCHEDULE)
                           | BUILTIN_BIT(BUILTIN_CANCEL)
                           | BUILTIN_BIT(BUILTIN_LIST)
                           | BUILTIN_BIT(BUILTIN_MESSAGE)
                           | BUILTIN_BIT(BUILTIN_TRANSFER)
                           | BUILTIN_BIT(BUILTIN_HOURS)
                           | BUILTIN_BIT(BUILTIN_BOOKING)
                           | BUILTIN_BIT(BUILTIN_FAQ);

    return (turn->heard.intents & tasks) != 0;
}

static int
in_task(const builtin_t *b)
{
    return b->d.task != BUILTIN_TASK_NONE;
}

/* What cannot mean what it says, in view of the question that is open. */
static void
turn_correct(builtin_t *b, turn_t *turn)
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

void
builtin_take(builtin_t *b, const char *text)
{
    int               used = 0;
    turn_t            turn;
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
    if (b->d.state == BUILTIN_STATE_GREETING) {
        builtin_set_state(b, BUILTIN_STATE_INTENT);
        b->d.ask = BUILTIN_ASK_HELP;
    }

    for (size_t i = 0; i < COUNT(steps); i++) {
        step_e step = steps[i](b, &turn);

        if (step == TAKEN) {
            return;
        }
        used |= step == USED;
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

static step_e
take_robot(builtin_t *b, turn_t *turn)
{
    if (turn->heard.present && !says_task(turn)) {
        builtin_say(b, "Yes, I'm here.");
        builtin_ask_again(b);
        return TAKEN;
    }
    if (!turn->heard.robot) {
        return PASSED;
    }
    builtin_say(b, "I'm the automated receptionist, and glad to help.");
    if (says(turn, BUILTIN_TRANSFER) && !in_task(b)) {
        builtin_offer_message(b);
    } else {
        builtin_ask_again(b);
    }
    return TAKEN;
}

static step_e
take_repeat(builtin_t *b, turn_t *turn)
{
    char again[BUILTIN_SAY_BYTES];

    if (!says(turn, BUILTIN_REPEAT) || turn->heard.has_digits
        || turn->heard.main < BUILTIN_REPEAT)
    {
        return PASSED;
    }
    if (says(turn, BUILTIN_MESSAGE) || says(turn, BUILTIN_CANCEL)
        || says(turn, BUILTIN_RESCHEDULE))
    {
        return PASSED;
    }
    if (b->d.said[0] == '\0') {
        builtin_ask_again(b);
        return TAKEN;
    }
    snprintf(again, sizeof(again), "%s", b->d.said);
    builtin_say(b, "%s", again);
    return TAKEN;
}

static step_e
take_goodbye(builtin_t *b, turn_t *turn)
{
    builtin_ask_e ask = b->d.ask;

    if (ask == BUILTIN_ASK_MORE && says_no(turn) && !says_task(turn)) {
        builtin_bye(b, "caller_done");
        return TAKEN;
    }
    if (ask == BUILTIN_ASK_MORE && says(turn, BUILTIN_THANKS)
        && !says_task(turn) && !says(turn, BUILTIN_YES))
    {
        builtin_bye(b, "caller_done");
        return TAKEN;
    }
    if (!says(turn, BUILTIN_GOODBYE) || turn->heard.has_digits
        || turn->heard.has_name
        || (says_task(turn) && !says(turn, BUILTIN_MESSAGE)))
    {
        return PASSED;
    }
    /* "that's all right" answers; "that's all" may end a dictation. */
    if ((ask == BUILTIN_ASK_CONFIRM || ask == BUILTIN_ASK_OWN_PHONE
         || ask == BUILTIN_ASK_PHONE_RIGHT)
        && says(turn, BUILTIN_YES))
    {
        return PASSED;
    }
    if (says(turn, BUILTIN_MESSAGE) || ask == BUILTIN_ASK_PHONE) {
        return PASSED;
    }
    if (b->d.task == BUILTIN_TASK_BOOK) {
        builtin_say(b, "All right, nothing is booked.");
    } else if (in_task(b)) {
        builtin_say(b, "All right, nothing is changed.");
    }
    builtin_bye(b, "caller_done");
    return TAKEN;
}

static step_e
take_reason(builtin_t *b, turn_t *turn)
{
    if (b->d.ask != BUILTIN_ASK_REASON || turn->heard.drops
        || turn->heard.waits)
    {
        return PASSED;
    }
    if (turn->heard.content == 0 && turn->heard.intents == 0) {
        return PASSED;
    }
    /* Just "yes" is no reason. */
    if (turn->heard.content < 2
        && (says(turn, BUILTIN_YES) || says(turn, BUILTIN_NO)))
    {
        return PASSED;
    }
    snprintf(b->d.reason, sizeof(b->d.reason), "%.255s", turn->text);
    b->d.misses = b->d.stalls = 0;
    builtin_next(b);
    return TAKEN;
}

static step_e
take_wait(builtin_t *b, turn_t *turn)
{
    const builtin_heard_t *h = &turn->heard;

    if (!h->waits || h->has_name || h->has_digits || says_task(turn)
        || !builtin_when_empty(&h->when) || h->pick != 0)
    {
        return PASSED;
    }
    builtin_say(b, "Of course, take your time.");
    return TAKEN;
}

static step_e
take_drop(builtin_t *b, turn_t *turn)
{
    builtin_heard_t *h = &turn->heard;

    if (!in_task(b) || h->about_own || h->has_name || h->has_digits
        || (!h->drops && !says(turn, BUILTIN_CANCEL))
        || !builtin_when_empty(&h->when) || says(turn, BUILTIN_MESSAGE)
        || says(turn, BUILTIN_TRANSFER))
    {
        return PASSED;
    }
    builtin_say(b, "All right, I'll leave it.");
    builtin_task(b, BUILTIN_TASK_NONE);
    b->d.misses = b->d.stalls = 0;
    builtin_ask(b, BUILTIN_ASK_MORE);
    return TAKEN;
}

/* ---- steps that take a part ---- */

static step_e
take_questions(builtin_t *b, turn_t *turn)
{
    builtin_dialogue_t *d = &b->d;
    unsigned            before = d->todo;

    if (says(turn, BUILTIN_HOURS)) {
        d->todo |= BUILTIN_TODO_HOURS;
        d->hours_day = turn->heard.hours_when.week
                           ? BUILTIN_NO_DAY
                           : turn->heard.hours_when.day;
        d->hours_yes = turn->heard.asks_open;
    }
    if (says(turn, BUILTIN_FAQ) && turn->heard.query[0] != '\0') {
        d->todo |= BUILTIN_TODO_SEARCH;
        d->search_miss = 0;
        memcpy(d->query, turn->heard.query, sizeof(d->query));
    } else if (says(turn, BUILTIN_FAQ) && !in_task(b)
               && turn->heard.main == BUILTIN_FAQ)
    {
        builtin_say(b, "Of course. What would you like to know?");
        d->ask = BUILTIN_ASK_HELP;
        return TAKEN;
    }
    if (says(turn, BUILTIN_LIST) && d->task != BUILTIN_TASK_MOVE
        && d->task != BUILTIN_TASK_CANCEL
        && !says(turn, BUILTIN_RESCHEDULE) && !says(turn, BUILTIN_CANCEL))
    {
        d->todo |= BUILTIN_TODO_LIST;
    }
    if (d->todo == before) {
        return PASSED;
    }
    if (!in_task(b) && (d->todo & BUILTIN_TODO_LIST) == 0) {
        builtin_set_state(b, BUILTIN_STATE_FAQ);
    }
    return USED;
}

/* "tell the doctor that I will be late": what comes after "that". */
static void
reason_of(builtin_t *b, const char *text)
{
    size_t          end;
    builtin_words_t ws;

    builtin_words(&ws, text);
    if (builtin_words_find(&ws, 0, ws.count,
                           "tell|let|inform|ask|call|know|message * "
                           "that|about|saying|regarding|because",
                           &end)
            >= 0
        && end + 1 < ws.count)
    {
        snprintf(b->d.reason, sizeof(b->d.reason), "%.255s", text);
    }
}

static step_e
take_task(builtin_t *b, turn_t *turn)
{
    builtin_task_e task = BUILTIN_TASK_NONE;

    if (says(turn, BUILTIN_TRANSFER) && !says(turn, BUILTIN_MESSAGE)) {
        if (b->d.ask == BUILTIN_ASK_MESSAGE
            && b->d.state == BUILTIN_STATE_TRANSFER_ATTEMPT)
        {
            builtin_say(b, "I'm sorry, nobody can come to the phone.");
        } else {
            builtin_say(b, "I'm sorry, I can't put you through right now.");
        }
        b->d.todo = 0;
        builtin_set_state(b, BUILTIN_STATE_TRANSFER_ATTEMPT);
        builtin_offer_message(b);
        return TAKEN;
    }

    if (says(turn, BUILTIN_RESCHEDULE)) {
        task = BUILTIN_TASK_MOVE;
    } else if (says(turn, BUILTIN_CANCEL)) {
        task = BUILTIN_TASK_CANCEL;
    } else if (says(turn, BUILTIN_MESSAGE)) {
        task = BUILTIN_TASK_LEAD;
    } else if (says(turn, BUILTIN_BOOKING)) {
        task = BUILTIN_TASK_BOOK;
    } else if (!in_task(b) && !says_task(turn)
               && (turn->heard.when.day != BUILTIN_NO_DAY
                   || turn->heard.when.minute >= 0))
    {
        /* "tomorrow at nine", out of the blue */
        task = BUILTIN_TASK_BOOK;
    }
    if (task == BUILTIN_TASK_NONE) {
        return PASSED;
    }
    if (task == b->d.task) {
        return USED;
    }

    builtin_task(b, task);
    if (task == BUILTIN_TASK_LEAD) {
        reason_of(b, turn->text);
        builtin_say(b, "Of course, I'll take a message.");
    }
    return USED;
}

static step_e
take_facts(builtin_t *b, turn_t *turn)
{
    step_e              step = PASSED;
    builtin_dialogue_t *d = &b->d;
    builtin_heard_t    *h = &turn->heard;

    if (h->has_name
        && (d->ask == BUILTIN_ASK_NAME || h->name.certain)
        && strcmp(d->name, h->name.text) != 0)
    {
        memcpy(d->name, h->name.text, sizeof(d->name));
        d->name_saved = 0;
        turn->changed = 1;
        step = USED;
    } else if (h->has_name && strcmp(d->name, h->name.text) == 0) {
        step = USED;
    }
    if (h->party > 0 && d->task == BUILTIN_TASK_BOOK) {
        turn->changed |= h->party != d->party;
        d->party = h->party;
        step = USED;
    }
    if (h->service >= 0 && d->task == BUILTIN_TASK_BOOK
        && !says(turn, BUILTIN_FAQ))
    {
        turn->changed |= h->service != d->service;
        d->service = h->service;
        step = USED;
    }

    if (h->has_digits && in_task(b) && d->task != BUILTIN_TASK_CANCEL) {
        d->misses = d->stalls = 0;
        if (d->ask == BUILTIN_ASK_PHONE || d->ask == BUILTIN_ASK_PHONE_RIGHT
            || d->ask == BUILTIN_ASK_OWN_PHONE
            || d->ask == BUILTIN_ASK_CONFIRM)
        {
            builtin_phone_said(b, &h->digits);
            return TAKEN;
        }
        /* Given before it was asked for: read back when it is due. */
        if (builtin_dial(d->phone, sizeof(d->phone), h->digits.text,
                         h->digits.plus, b->caller_phone)
            != 1)
        {
            d->phone[0] = '\0';
        }
        d->phone_done = 0;
        step = USED;
    }
    if (step == USED && d->task == BUILTIN_TASK_NONE && h->has_name
        && !says_task(turn))
    {
        cJSON *args;

        d->name_saved = 1;
        if (builtin_can(b, BUILTIN_TOOL_NAME)) {
            args = cJSON_CreateObject();
            cJSON_AddStringToObject(args, "name", d->name);
            builtin_call(b, BUILTIN_TOOL_NAME, args);
        } else {
            builtin_say(b, "Hello %s.", d->name);
            builtin_ask(b, BUILTIN_ASK_HELP);
        }
        d->misses = d->stalls = 0;
        return TAKEN;
    }
    return step;
}

/* The offered time that is named, or 0. */
static int32_t
offer_named(const builtin_t *b, const builtin_when_t *w)
{
    const builtin_dialogue_t *d = &b->d;

    if (w->minute < 0) {
        return 0;
    }
    for (int i = 0; i < d->offer_count; i++) {
        int minute = d->offers[i] % DAY_MIN;

        if (w->day != BUILTIN_NO_DAY && w->day != d->offers[i] / DAY_MIN) {
            continue;
        }
        if (minute == w->minute
            || (w->part == BUILTIN_PART_ANY && w->guessed
                && minute % 720 == w->minute % 720)
            || (w->part == BUILTIN_PART_ANY
                && minute == (w->minute + 720) % DAY_MIN
                && w->minute >= 12 * 60 + 60 && w->minute < 19 * 60))
        {
            return d->offers[i];
        }
    }
    return 0;
}

static step_e
take_when(builtin_t *b, turn_t *turn)
{
    int32_t               start;
    builtin_dialogue_t   *d = &b->d;
    const builtin_when_t *w = &turn->heard.when;

    if (builtin_when_empty(w)
        || (d->task != BUILTIN_TASK_BOOK && d->task != BUILTIN_TASK_MOVE
            && d->task != BUILTIN_TASK_CANCEL)
        || d->ask == BUILTIN_ASK_WHICH)
    {
        return PASSED;
    }
    if (w->invalid && w->day == BUILTIN_NO_DAY) {
        builtin_say(b, "That day does not exist, I'm afraid.");
        d->ask = BUILTIN_ASK_DAY;
        builtin_ask_again(b);
        return TAKEN;
    }
    if (d->task == BUILTIN_TASK_CANCEL) {
        if (d->own < 0 && !d->own_known) {
            d->when = *w;
            return USED;
        }
        return PASSED;
    }
    /* "move my appointment on Monday": that is the one to be moved. */
    if (d->task == BUILTIN_TASK_MOVE && !d->own_known
        && w->old != BUILTIN_NO_DAY && w->day == BUILTIN_NO_DAY
        && w->minute < 0)
    {
        d->when.old = w->old;
        return USED;
    }
    if (w->old != BUILTIN_NO_DAY) {
        d->when.old = w->old;
    }

    if (d->ask == BUILTIN_ASK_CHOICE && d->offer_count > 0) {
        start = offer_named(b, w);
        if (start > 0) {
            builtin_book_choose(b, start);
            turn->changed = 1;
            return USED;
        }
        if (w->day == BUILTIN_NO_DAY && w->minute < 0
            && w->part == BUILTIN_PART_ANY
            && (!w->earliest || turn->heard.pick != 0))
        {
            return PASSED; /* "later", "either": an answer */
        }
    }
    if (d->start > 0) {
        /* What is chosen already is said again, or changed. */
        if ((w->day == BUILTIN_NO_DAY || w->day == d->start / DAY_MIN)
            && (w->minute < 0 || w->minute % 720 == d->start % 720)
            && (w->part == BUILTIN_PART_ANY
                || (w->part == BUILTIN_PART_MORNING)
                       == (d->start % DAY_MIN < 720)))
        {
            return w->day != BUILTIN_NO_DAY || w->minute >= 0 ? USED : PASSED;
        }
    }
    if (w->day == BUILTIN_NO_DAY && w->minute < 0
        && w->part == BUILTIN_PART_ANY && !w->earliest
        && !(w->anytime && d->ask == BUILTIN_ASK_DAY))
    {
        return PASSED;
    }
    builtin_book_when(b, w);
    turn->changed = 1;
    return USED;
}

/* ---- answers to the question that is open ---- */

static step_e
answer_choice(builtin_t *b, turn_t *turn)
{
    int                   pick = turn->heard.pick;
    const builtin_when_t *w = &turn->heard.when;

    if (b->d.offer_count == 0) {
        return PASSED;
    }
    if (pick < 0) {
        pick = b->d.offer_count;
    }
    if (pick > 0 && pick <= b->d.offer_count) {
        builtin_book_choose(b, b->d.offers[pick - 1]);
        return USED;
    }
    if (w->later || w->earlier || w->other_day || says_no(turn)) {
        builtin_book_refuse(b, w);
        return USED;
    }
    if (w->anytime || turn->heard.unsure) {
        builtin_book_choose(b, b->d.offers[0]);
        return USED;
    }
    if (says_yes(turn)) {
        if (b->d.offer_count == 1) {
            builtin_book_choose(b, b->d.offers[0]);
            return USED;
        }
        builtin_say(b, "Gladly. Which one?");
        builtin_ask(b, BUILTIN_ASK_CHOICE);
        return TAKEN;
    }
    return PASSED;
}

/* The caller names what is wrong, but not yet what is right. */
static step_e
answer_change(builtin_t *b, turn_t *turn)
{
    static const struct {
        const char *pattern;
        char        what;
    } parts[] = {
        { "name", 'n' }, { "number|phone", 'p' }, { "day|date", 'd' },
        { "time|hour", 't' }, { "service|treatment|kind|type", 's' },
    };
    char                what = '\0';
    builtin_words_t     ws;
    builtin_dialogue_t *d = &b->d;

    builtin_words(&ws, turn->text);
    for (size_t i = 0; i < COUNT(parts) && what == '\0'; i++) {
        if (builtin_words_find(&ws, 0, ws.count, parts[i].pattern, NULL)
            >= 0)
        {
            what = parts[i].what;
        }
    }

    switch (what) {
    case 'n':
        d->name[0] = '\0';
        builtin_ask(b, BUILTIN_ASK_NAME);
        return TAKEN;

    case 'p':
        d->phone[0] = d->digits[0] = '\0';
        d->phone_done = 0;
        builtin_ask(b, BUILTIN_ASK_PHONE);
        return TAKEN;

    case 's':
        d->service = -1;
        return USED;

    case 't':
        builtin_say(b, "What time would you like?");
        d->ask = BUILTIN_ASK_DAY;
        return TAKEN;

    case 'd':
        builtin_say(b, "Which day would you like?");
        d->ask = BUILTIN_ASK_DAY;
        return TAKEN;

    default:
        return PASSED;
    }
}

/*
 * A yes that may be acted upon: "okay, bye" and "yeah, I need to book an
 * appointment" are none.
 */
static int
agrees_surely(const turn_t *turn)
{
    builtin_words_t ws;

    if (!says_yes(turn)
        || (says(turn, BUILTIN_GOODBYE) && !turn->heard.agrees))
    {
        return 0;
    }
    if ((turn->said & BUILTIN_BIT(BUILTIN_BOOKING)) == 0) {
        return 1;
    }
    builtin_words(&ws, turn->text);
    return turn->heard.agrees
           && builtin_words_find(&ws, 0, ws.count,
                                 "i|we|you * need|want|like|have|looking|"
                                 "calling|trying|hoping|love",
                                 NULL)
                  < 0;
}

static step_e
answer_confirm(builtin_t *b, turn_t *turn)
{
    if (turn->changed) {
        return USED; /* asked again, with what is new */
    }
    if (b->d.todo != 0 || says_task(turn)) {
        return PASSED;
    }
    if (agrees_surely(turn)) {
        b->d.confirmed = 1;
        return USED;
    }
    if (!says_no(turn)) {
        return PASSED;
    }
    if (b->d.task == BUILTIN_TASK_CANCEL) {
        builtin_say(b, "All right, it stays as it is.");
        builtin_task(b, BUILTIN_TASK_NONE);
        builtin_ask(b, BUILTIN_ASK_MORE);
        return TAKEN;
    }
    if (b->d.task == BUILTIN_TASK_LEAD) {
        builtin_say(b, "No problem. What shall I tell them?");
        b->d.reason[0] = '\0';
        b->d.ask = BUILTIN_ASK_REASON;
        builtin_set_state(b, BUILTIN_STATE_LEAD_CAPTURE);
        return TAKEN;
    }
    if (b->d.task == BUILTIN_TASK_MOVE) {
        builtin_when_t none = { .day = BUILTIN_NO_DAY, .minute = -1 };

        builtin_book_refuse(b, &none);
        return USED;
    }
    builtin_set_state(b, BUILTIN_STATE_BOOKING);
    if (answer_change(b, turn) == PASSED) {
        builtin_ask(b, BUILTIN_ASK_CHANGE);
    }
    return TAKEN;
}

static step_e
answer_phone(builtin_t *b, turn_t *turn)
{
    builtin_words_t     ws;
    builtin_dialogue_t *d = &b->d;
    int                 own;

    builtin_words(&ws, turn->text);
    own = b->caller_phone[0] != '\0' && !b->unheard
          && builtin_words_find(&ws, 0, ws.count,
                                "this|same|that|calling|current one?|"
                                "number|from|phone",
                                NULL)
                 >= 0;
    if (d->ask == BUILTIN_ASK_PHONE_RIGHT) {
        if (says_yes(turn)) {
            d->phone_done = 1;
            return USED;
        }
        if (says_no(turn)) {
            d->phone[0] = d->digits[0] = '\0';
            builtin_say(b, "I'm sorry. Please tell me the number again.");
            d->ask = BUILTIN_ASK_PHONE;
            return TAKEN;
        }
        return PASSED;
    }
    if (d->ask == BUILTIN_ASK_OWN_PHONE && says_no(turn)) {
        builtin_ask(b, BUILTIN_ASK_PHONE);
        return TAKEN;
    }
    if ((d->ask == BUILTIN_ASK_OWN_PHONE && says_yes(turn))
        || (own && !says(turn, BUILTIN_NO)))
    {
        snprintf(d->phone, sizeof(d->phone), "%s", b->caller_phone);
        d->phone_done = 1;
        return USED;
    }
    return PASSED;
}

static step_e
answer_message(builtin_t *b, turn_t *turn)
{
    if (says_yes(turn)) {
        builtin_task(b, BUILTIN_TASK_LEAD);
        return USED;
    }
    if (!says_no(turn)) {
        return PASSED;
    }
    b->d.misses = 0;
    builtin_say(b, "All right.");
    if (in_task(b) && b->d.state != BUILTIN_STATE_TRANSFER_ATTEMPT) {
        /* It was offered because this led nowhere. */
        builtin_task(b, BUILTIN_TASK_NONE);
    } else if (in_task(b)) {
        builtin_set_state(b, BUILTIN_STATE_BOOKING);
        return USED;
    }
    builtin_set_state(b, BUILTIN_STATE_INTENT);
    builtin_ask(b, BUILTIN_ASK_MORE);
    return TAKEN;
}

static step_e
answer_service(builtin_t *b, turn_t *turn)
{
    int pick = turn->heard.pick;

    if (pick > 0 && (size_t) pick <= b->service_count) {
        b->d.service = pick - 1;
        return USED;
    }
    if (pick < 0) {
        b->d.service = (int) (b->service_count < 4 ? b->service_count : 4)
                       - 1;
        return USED;
    }
    if (turn->heard.unsure || turn->heard.when.anytime) {
        /* What a person would book for somebody who does not know. */
        b->d.service = 0;
        for (size_t i = 0; i < b->service_count; i++) {
            if (strcasestr(b->services[i], "check") != NULL
                || strcasestr(b->services[i], "consult") != NULL
                || strcasestr(b->services[i], "exam") != NULL)
            {
                b->d.service = (int) i;
                break;
            }
        }
        return USED;
    }
    return PASSED;
}

static step_e
take_answer(builtin_t *b, turn_t *turn)
{
    builtin_dialogue_t *d = &b->d;

    switch (d->ask) {
    case BUILTIN_ASK_CHOICE:
        return d->start > 0 ? PASSED : answer_choice(b, turn);

    case BUILTIN_ASK_CONFIRM:
        return answer_confirm(b, turn);

    case BUILTIN_ASK_CHANGE:
        return turn->changed ? USED : answer_change(b, turn);

    case BUILTIN_ASK_OWN_PHONE:
    case BUILTIN_ASK_PHONE:
    case BUILTIN_ASK_PHONE_RIGHT:
        return answer_phone(b, turn);

    case BUILTIN_ASK_MESSAGE:
        return answer_message(b, turn);

    case BUILTIN_ASK_SERVICE:
        return d->service >= 0 ? USED : answer_service(b, turn);

    case BUILTIN_ASK_DAY:
        if (turn->heard.unsure && !turn->changed) {
            d->when.earliest = 1;
            return USED;
        }
        return PASSED;

    case BUILTIN_ASK_WHICH:
        builtin_own_pick(b, &turn->heard);
        if (d->own < 0 && says_no(turn)) {
            builtin_say(b, "All right, I'll leave it.");
            builtin_task(b, BUILTIN_TASK_NONE);
            builtin_ask(b, BUILTIN_ASK_MORE);
            return TAKEN;
        }
        return d->own >= 0 ? USED : PASSED;

    case BUILTIN_ASK_BOOK_NEW:
        if (says_yes(turn)) {
            builtin_when_t wish = d->when;

            builtin_task(b, BUILTIN_TASK_BOOK);
            d->when = wish;
            return USED;
        }
        if (says_no(turn)) {
            builtin_task(b, BUILTIN_TASK_NONE);
            builtin_ask(b, BUILTIN_ASK_MORE);
            return TAKEN;
        }
        return PASSED;

    default:
        return PASSED;
    }
}

/* ---- what is left ---- */

static step_e
take_small_talk(builtin_t *b, turn_t *turn)
{
    builtin_dialogue_t *d = &b->d;

    if (in_task(b) || says_task(turn) || d->todo != 0
        || b->reply.tool != NULL
        || (d->ask != BUILTIN_ASK_HELP && d->ask != BUILTIN_ASK_MORE
            && d->ask != BUILTIN_ASK_NOTHING))
    {
        return PASSED;
    }

    if (says(turn, BUILTIN_THANKS)) {
        builtin_say(b, "You're welcome.");
        builtin_ask(b, BUILTIN_ASK_MORE);
        return TAKEN;
    }
    if (says_yes(turn) && turn->heard.content < 3) {
        builtin_say(b, "What can I do for you?");
        d->ask = BUILTIN_ASK_HELP;
        return TAKEN;
    }
    if (says_no(turn) && turn->heard.content < 3) {
        builtin_ask(b, BUILTIN_ASK_MORE);
        return TAKEN;
    }
    if (says(turn, BUILTIN_GREETING) && turn->heard.content < 2) {
        builtin_say(b, "Hello!");
        builtin_ask(b, BUILTIN_ASK_HELP);
        return TAKEN;
    }
    if (turn->heard.content >= 2 && builtin_can(b, BUILTIN_TOOL_SEARCH)) {
        /* Perhaps the knowledge base makes sense of it. */
        d->todo |= BUILTIN_TODO_SEARCH;
        d->search_miss = 1;
        memcpy(d->query, turn->heard.query, sizeof(d->query));
        builtin_answer_next(b);
        return TAKEN;
    }
    return PASSED;
}
