/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_clause.h"
#include "dialogue/builtin_intent.h"
#include "dialogue/builtin_signs.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const intent_names[] = {
#define BUILTIN_INTENT_NAME(name, text) text,
    BUILTIN_INTENTS(BUILTIN_INTENT_NAME)
};

/* Words a search in the knowledge base is better without. */
static const char no_content[] =
    "a|am|an|and|any|anything|are|as|at|be|been|but|by|can|could|did|do|"
    "does|for|from|get|give|go|good|guys|had|has|have|hello|help|hey|hi|how|"
    "i|if|in|is|it|just|kind|know|let|like|me|might|much|my|myself|need|of|"
    "oh|okay|on|one|or|our|please|question|really|right|say|see|so|some|"
    "tell|thank|thanks|that|the|their|them|then|there|they|thing|this|to|"
    "too|us|want|wanted|was|we|well|what|when|which|will|with|wonder|"
    "wondering|would|yeah|yes|you|your|also|about|actually|maybe|something|"
    "morning|afternoon|evening|ask|asking|got|curious|no|not|uh|quick|"
    "sorry|excuse|now|today|tomorrow|then|here|its|i'm|he|she|who";

/* Blanks words that have been used for something else. */
static void
words_blank(builtin_words_t *ws, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < ws->count; i++) {
        strcpy(ws->at[i].text, "#");
        ws->at[i].number = -1;
        ws->at[i].digits = 0;
        ws->at[i].joint = '\0';
        ws->at[i].ordinal = 0;
    }
}

static void
query_add(builtin_heard_t *heard, const builtin_words_t *ws, size_t from,
          size_t to)
{
    for (size_t i = from; i < to; i++) {
        size_t len = strlen(heard->query);

        if (builtin_word_among(ws, i, no_content)) {
            continue;
        }
        if (len + strlen(ws->at[i].text) + 2 > sizeof(heard->query)) {
            return;
        }
        snprintf(heard->query + len, sizeof(heard->query) - len, "%s%s",
                 len > 0 ? " " : "", ws->at[i].text);
    }
}

/* "the second one" */
static int
pick_of(const builtin_words_t *ws)
{
    for (size_t i = 0; i < COUNT(picks); i++) {
        if (builtin_words_find(ws, 0, ws->count, picks[i].pattern, NULL)
            >= 0)
        {
            return picks[i].pick;
        }
    }
    return 0;
}

static int
said(const builtin_words_t *ws, const char *const *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (builtin_words_find(ws, 0, ws->count, patterns[i], NULL) >= 0) {
            return 1;
        }
    }
    return 0;
}

static void
heard_flags(builtin_heard_t *heard, const builtin_words_t *ws)
{
    heard->about_own = said(ws, own_patterns, COUNT(own_patterns)) != 0;
    heard->waits = said(ws, wait_patterns, COUNT(wait_patterns)) != 0;
    heard->drops = said(ws, drop_patterns, COUNT(drop_patterns)) != 0;
    heard->unsure = said(ws, unsure_patterns, COUNT(unsure_patterns)) != 0;
    heard->robot = said(ws, robot_patterns, COUNT(robot_patterns)) != 0;
    heard->agrees = said(ws, agree_patterns, COUNT(agree_patterns)) != 0;
    heard->asks_open = said(ws, open_patterns, COUNT(open_patterns))
                       && builtin_words_find(ws, 0, ws->count,
                                             "when|what|how|until|till|"
                                             "closed|close",
                                             NULL)
                              < 0;
    heard->present = said(ws, present_patterns, COUNT(present_patterns)) != 0;
    heard->pick = pick_of(ws);

    for (size_t i = 0; i < ws->count; i++) {
        heard->content += !builtin_word_among(ws, i, no_content);
    }
}

/* "how are you today" asks for nothing today. */
static void
words_of_courtesy(builtin_words_t *ws)
{
    int    at;
    size_t end;

    at = builtin_words_find(ws, 0, ws->count,
                            "how are|is you|it|things|everything * today|"
                            "tonight",
                            &end);
    if (at >= 0) {
        words_blank(ws, end - 1, end);
    }
}

/* What a sign takes out of the clauses. */
static void
heard_tasks(const builtin_heard_t *heard, const builtin_words_t *ws,
            builtin_clause_t *clauses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int               asks;
        builtin_clause_t *c = &clauses[i];

        /* "call me at ..." */
        if (c->intent == BUILTIN_MESSAGE && heard->has_digits
            && strlen(heard->digits.text) >= 7
            && builtin_words_find(ws, c->from, c->to,
                                  "back|someone|somebody|tell|message|have|"
                                  "him|her|doctor|manager",
                                  NULL)
                   < 0)
        {
            c->intent = BUILTIN_OTHER;
        }
        /* "are you a person?", "let me check my schedule" */
        asks = c->intent == BUILTIN_FAQ || c->intent == BUILTIN_TRANSFER;
        if ((heard->robot && asks && c->points < 40)
            || (heard->waits && c->points < BUILTIN_SURE))
        {
            c->intent = BUILTIN_OTHER;
        }
    }
}

/*
 * "I have an appointment on Monday, but I need to move it": what sounds like
 * a booking tells which appointment is meant. Its day is left behind.
 */
static void
heard_own(builtin_heard_t *heard, builtin_words_t *ws,
          builtin_clause_t *clauses, size_t count,
          const builtin_context_t *context)
{
    int            changes = 0;
    builtin_when_t when;

    for (size_t i = 0; i < count; i++) {
        changes |= clauses[i].intent == BUILTIN_RESCHEDULE
                   || clauses[i].intent == BUILTIN_CANCEL;
    }
    for (size_t i = 0; changes && i < count; i++) {
        if (clauses[i].intent != BUILTIN_BOOKING
            && clauses[i].intent != BUILTIN_LIST)
        {
            continue;
        }
        /* "cancel it and book me for Tuesday" wants both. */
        if (builtin_words_find(ws, clauses[i].from, clauses[i].to,
                               "have|had|got|made|booked|is|was|my", NULL)
            < 0)
        {
            continue;
        }
        builtin_when(&when, ws, clauses[i].from, clauses[i].to,
                     context->now, 0);
        heard->own_day = when.day;
        heard->about_own = 1;
        clauses[i].intent = BUILTIN_OTHER;
        words_blank(ws, clauses[i].from, clauses[i].to);
    }
}

/* Day and time: of the question about hours, and of all the rest. */
static void
heard_when(builtin_heard_t *heard, const builtin_words_t *ws,
           const builtin_clause_t *clauses, size_t count,
           const builtin_context_t *context)
{
    int             tasks = 0, about_hours = -1;
    builtin_words_t rest = *ws;

    for (size_t i = 0; i < count; i++) {
        if (clauses[i].intent == BUILTIN_HOURS) {
            about_hours = (int) i;
            words_blank(&rest, clauses[i].from, clauses[i].to);
        } else if (clauses[i].intent == BUILTIN_FAQ) {
            words_blank(&rest, clauses[i].from, clauses[i].to);
        } else {
            tasks++;
        }
    }

    builtin_when(&heard->when, tasks > 0 ? &rest : ws, 0, ws->count,
                 context->now, context->time_asked);
    heard->hours_when = heard->when;
    if (about_hours >= 0) {
        builtin_when(&heard->hours_when, ws, clauses[about_hours].from,
                     clauses[about_hours].to, context->now, 0);
        /* "are you open on Saturday, and can I come?" */
        if (builtin_when_empty(&heard->when)) {
            heard->when = heard->hours_when;
        }
    }
}

/* The main intent of what asks for nothing to be done. */
static void
main_of_answers(builtin_heard_t *heard)
{
    const unsigned answers = BUILTIN_BIT(BUILTIN_GIVE_TIME)
                             | BUILTIN_BIT(BUILTIN_GIVE_NAME)
                             | BUILTIN_BIT(BUILTIN_GIVE_PHONE)
                             | BUILTIN_BIT(BUILTIN_NO)
                             | BUILTIN_BIT(BUILTIN_REPEAT);
    unsigned all = heard->intents;

    if (heard->main != BUILTIN_OTHER || heard->robot) {
        return;
    }
    if (heard->unsure || heard->waits) {
        all &= ~(BUILTIN_BIT(BUILTIN_NO) | BUILTIN_BIT(BUILTIN_YES));
    }
    /* "the second one sounds good"; but "what was the second one?" */
    if (heard->pick != 0
        && !(all & (BUILTIN_BIT(BUILTIN_NO) | BUILTIN_BIT(BUILTIN_REPEAT))))
    {
        all |= BUILTIN_BIT(BUILTIN_GIVE_TIME);
    }
    /* "see you on Monday" */
    if ((all & BUILTIN_BIT(BUILTIN_GOODBYE)) && !heard->has_digits
        && !heard->has_name)
    {
        heard->main = BUILTIN_GOODBYE;
        return;
    }
    /* "great, thanks"; but "yes, thanks" */
    if ((all & BUILTIN_BIT(BUILTIN_THANKS)) && !(all & answers))
    {
        heard->main = heard->agrees ? BUILTIN_YES : BUILTIN_THANKS;
        return;
    }
    for (int i = BUILTIN_LAST_TASK + 1; i < BUILTIN_INTENT_COUNT; i++) {
        if (all & BUILTIN_BIT(i)) {
            heard->main = (builtin_intent_e) i;
            return;
        }
    }
}

static void
heard_main(builtin_heard_t *heard, const builtin_clause_t *clauses,
           size_t count, const int *social)
{
    int      points, most = 0;
    unsigned all = 0;

    /* What is sure comes first, then what was said first. */
    heard->main = BUILTIN_OTHER;
    for (size_t i = 0; i < count; i++) {
        if (clauses[i].intent == BUILTIN_OTHER) {
            continue;
        }
        all |= BUILTIN_BIT(clauses[i].intent);
        points = clauses[i].points;
        if (clauses[i].owns && points >= BUILTIN_SURE
            && clauses[i].intent != BUILTIN_RESCHEDULE
            && clauses[i].intent != BUILTIN_CANCEL)
        {
            points = BUILTIN_SURE - 1; /* what else is said tells more */
        }
        if (points > most && most < BUILTIN_SURE) {
            most = points;
            heard->main = clauses[i].intent;
            heard->points = clauses[i].points;
        }
    }
    if (most < BUILTIN_SURE && heard->has_name && heard->name.certain) {
        heard->main = BUILTIN_GIVE_NAME;
    }
    if (heard->has_digits && strlen(heard->digits.text) >= 7) {
        all |= BUILTIN_BIT(BUILTIN_GIVE_PHONE);
    }
    if (heard->has_name) {
        all |= BUILTIN_BIT(BUILTIN_GIVE_NAME);
    }
    if (!builtin_when_empty(&heard->when)) {
        all |= BUILTIN_BIT(BUILTIN_GIVE_TIME);
    }
    for (int i = BUILTIN_LAST_TASK + 1; i < BUILTIN_INTENT_COUNT; i++) {
        if (social[i] >= BUILTIN_ENOUGH) {
            all |= BUILTIN_BIT(i);
        }
    }
    /* "no problem" agrees. */
    if ((all & BUILTIN_BIT(BUILTIN_NO)) && social[BUILTIN_NO] < 10
        && social[BUILTIN_YES] >= 10)
    {
        all &= ~BUILTIN_BIT(BUILTIN_NO);
    }

    heard->intents = all;
    main_of_answers(heard);
}

void
builtin_understand(builtin_heard_t *heard, const char *text,
                   const builtin_context_t *context)
{
    int              social[BUILTIN_INTENT_COUNT] = { 0 };
    size_t           count, at = 0;
    builtin_words_t  ws;
    builtin_clause_t clauses[BUILTIN_CLAUSES_MAX];

    memset(heard, 0, sizeof(*heard));
    heard->service = -1;
    builtin_words(&ws, text);
    words_of_courtesy(&ws);
    heard_flags(heard, &ws);

    /* A telephone number first: its digits are no times. */
    if (builtin_digits(&heard->digits, &ws, 0, ws.count,
                       context->phone_asked ? 1 : 5))
    {
        words_blank(&ws, heard->digits.from, heard->digits.to);
        heard->has_digits = context->phone_asked
                            || strlen(heard->digits.text) >= 7;
    }

    heard->has_name = builtin_name(&heard->name, &ws, 0, ws.count,
                                   context->name_asked)
                      != 0;
    if (heard->has_name && heard->name.certain) {
        words_blank(&ws, heard->name.from, heard->name.to);
    }

    count = builtin_clauses(clauses, &ws, context, social);
    heard_tasks(heard, &ws, clauses, count);
    for (size_t i = 0; i < count; i++) {
        if (clauses[i].intent == BUILTIN_FAQ) {
            query_add(heard, &ws, clauses[i].from, clauses[i].to);
        }
    }
    if (heard->query[0] == '\0') {
        query_add(heard, &ws, 0, ws.count);
    }

    heard->service = builtin_service(&ws, 0, ws.count, context->services,
                                     context->service_count);
    heard->party = builtin_party(&ws, 0, ws.count, &at);
    if (heard->party > 0) {
        words_blank(&ws, at, at + 1); /* "for two" is no time */
    }
    heard->own_day = BUILTIN_NO_DAY;
    heard_own(heard, &ws, clauses, count, context);
    heard_when(heard, &ws, clauses, count, context);
    if (heard->own_day != BUILTIN_NO_DAY) {
        heard->when.old = heard->own_day;
    }
    heard_main(heard, clauses, count, social);
}

const char *
builtin_intent_name(builtin_intent_e intent)
{
    return (size_t) intent < COUNT(intent_names) ? intent_names[intent]
                                                 : "other";
}
