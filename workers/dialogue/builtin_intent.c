/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_intent.h"

#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))
#define SEGMENTS_MAX 6
#define ENOUGH       6 /* points that make an intent */
#define FIRST_TASK   BUILTIN_RESCHEDULE
#define LAST_TASK    BUILTIN_FAQ

/*
 * A pattern and what it is worth. The points of all that match are added up:
 * 6 is enough, 10 is sure by itself, more wins over others.
 */
typedef struct {
    builtin_intent_e intent;
    int              points;
    const char      *pattern;
} clue_t;

/* A clause that may ask something of its own. */
typedef struct {
    size_t           from, to;
    builtin_intent_e intent;
    int              points;
} segment_t;

#define APPOINTMENT                                                       \
    "appointment|appointments|booking|bookings|reservation|reservations|" \
    "visit|consultation|session"
#define PERSON                                                                \
    "person|human|someone|somebody|anyone|anybody|doctor|dentist|manager|"    \
    "owner|receptionist|representative|agent|operator|supervisor|nurse|chef|" \
    "boss|office|staff|billing|department|people|hygienist|assistant|desk|"   \
    "team|rep"

#include "dialogue/builtin_clues.h"

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

static size_t
segments_cut(segment_t *segments, const builtin_words_t *ws)
{
    size_t count = 1;

    segments[0].from = 0;
    for (size_t i = 1; i < ws->count && count < SEGMENTS_MAX; i++) {
        int cut;

        cut = ws->at[i - 1].stop
              || (builtin_word_among(ws, i, "and|but|also|then|because|so|plus")
                  && builtin_word_among(ws, i + 1,
                                        "i|can|could|do|does|what|is|are|how|"
                                        "when|where|my|would|please|book|who|"
                                        "make|also|whether|if|you|may|tell|"
                                        "cancel|move|then|have|if|schedule"))
              || (i > 2 && builtin_word_is(ws, i, "i")
                  && builtin_word_among(ws, i + 1, "would|need|want|wanted")
                  && !builtin_word_among(ws, i - 1,
                                         "if|that|when|what|which|because|"
                                         "think|so|know|said|where|time|and|"
                                         "but|also|then|do|can|are"));
        if (cut) {
            segments[count - 1].to = i;
            segments[count++].from = i;
        }
    }
    segments[count - 1].to = ws->count;
    return count;
}

/* Points of each intent within a clause. */
static void
segment_weigh(int *points, const builtin_words_t *ws, const segment_t *s,
              const builtin_context_t *context)
{
    int service;

    memset(points, 0, BUILTIN_INTENT_COUNT * sizeof(*points));
    for (size_t i = 0; i < COUNT(clues); i++) {
        if (builtin_words_find(ws, s->from, s->to, clues[i].pattern, NULL)
            >= 0)
        {
            points[clues[i].intent] += clues[i].points;
        }
    }

    /* "a cleaning for tomorrow" wants one; "how much is a cleaning" asks. */
    service = builtin_service(ws, s->from, s->to, context->services,
                              context->service_count);
    if (service >= 0) {
        points[BUILTIN_BOOKING] += 6;
        if (builtin_words_find(ws, s->from, s->to,
                               "need|want|like|get|have|book|schedule|for",
                               NULL)
            >= 0)
        {
            points[BUILTIN_BOOKING] += 4;
        }
    }
}

/* A question only by its form gives way to what people say in passing. */
static void
segment_balance(int *points)
{
    if (points[BUILTIN_FAQ] < 10
        && (points[BUILTIN_GOODBYE] >= 10 || points[BUILTIN_REPEAT] >= 10))
    {
        points[BUILTIN_FAQ] = 0;
    }
    /* "book it" */
    if (points[BUILTIN_BOOKING] < 10 && points[BUILTIN_YES] >= 12) {
        points[BUILTIN_BOOKING] = 0;
    }
}

static void
segment_decide(segment_t *s, const int *points)
{
    s->intent = BUILTIN_OTHER;
    s->points = ENOUGH - 1;
    for (int i = FIRST_TASK; i <= LAST_TASK; i++) {
        if (points[i] > s->points) {
            s->points = points[i];
            s->intent = (builtin_intent_e) i;
        }
    }
}

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
    static const struct {
        const char *pattern;
        int         pick;
    } picks[] = {
        { "last|latter one|time|option?", -1 },
        { "the last|latter|later", -1 },
        { "later one", -1 },
        { "first|former|1st one|time|option|slot|appointment", 1 },
        { "the|your first|former|earliest|earlier", 1 },
        { "earlier|earliest one", 1 },
        { "^ first please? $", 1 },
        { "second|2nd one|time|option|slot|appointment", 2 },
        { "the|your second", 2 },
        { "^ second please? $", 2 },
        { "third one|time|option|slot|appointment", 3 },
        { "the|your third $", 3 },
        { "number one", 1 },
        { "number two", 2 },
        { "number three", 3 },
        { "option one", 1 },
        { "option two", 2 },
        { "option three", 3 },
    };

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

/*
 * "I have an appointment on Monday, but I need to move it": what sounds like
 * a booking tells which appointment is meant. Its day is left behind.
 */
static void
heard_own(builtin_heard_t *heard, builtin_words_t *ws, segment_t *segments,
          size_t count, const builtin_context_t *context)
{
    int            changes = 0;
    builtin_when_t when;

    for (size_t i = 0; i < count; i++) {
        changes |= segments[i].intent == BUILTIN_RESCHEDULE
                   || segments[i].intent == BUILTIN_CANCEL;
    }
    for (size_t i = 0; changes && i < count; i++) {
        if (segments[i].intent != BUILTIN_BOOKING
            && segments[i].intent != BUILTIN_LIST)
        {
            continue;
        }
        /* "cancel it and book me for Tuesday" wants both. */
        if (builtin_words_find(ws, segments[i].from, segments[i].to,
                               "have|had|got|made|booked|is|was|my", NULL)
            < 0)
        {
            continue;
        }
        builtin_when(&when, ws, segments[i].from, segments[i].to,
                     context->now, 0);
        heard->own_day = when.day;
        heard->about_own = 1;
        segments[i].intent = BUILTIN_OTHER;
        words_blank(ws, segments[i].from, segments[i].to);
    }
}

/* Day and time: of the question about hours, and of all the rest. */
static void
heard_when(builtin_heard_t *heard, const builtin_words_t *ws,
           const segment_t *segments, size_t count,
           const builtin_context_t *context)
{
    int             tasks = 0, about_hours = -1;
    builtin_words_t rest = *ws;

    for (size_t i = 0; i < count; i++) {
        if (segments[i].intent == BUILTIN_HOURS) {
            about_hours = (int) i;
            words_blank(&rest, segments[i].from, segments[i].to);
        } else if (segments[i].intent == BUILTIN_FAQ) {
            words_blank(&rest, segments[i].from, segments[i].to);
        } else {
            tasks++;
        }
    }

    builtin_when(&heard->when, tasks > 0 ? &rest : ws, 0, ws->count,
                 context->now, context->time_asked);
    heard->hours_when = heard->when;
    if (about_hours >= 0) {
        builtin_when(&heard->hours_when, ws, segments[about_hours].from,
                     segments[about_hours].to, context->now, 0);
        /* "are you open on Saturday, and can I come?" */
        if (builtin_when_empty(&heard->when)) {
            heard->when = heard->hours_when;
        }
    }
}

static void
heard_main(builtin_heard_t *heard, const segment_t *segments, size_t count,
           const int *social)
{
    unsigned all = 0;

    heard->main = BUILTIN_OTHER;
    for (size_t i = 0; i < count; i++) {
        if (segments[i].intent != BUILTIN_OTHER) {
            all |= BUILTIN_BIT(segments[i].intent);
            if (heard->main == BUILTIN_OTHER) {
                heard->main = segments[i].intent;
            }
        }
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
    for (int i = LAST_TASK + 1; i < BUILTIN_INTENT_COUNT; i++) {
        if (social[i] >= ENOUGH) {
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
    if (heard->main == BUILTIN_OTHER && !heard->has_digits
        && !heard->has_name && (all & BUILTIN_BIT(BUILTIN_GOODBYE)))
    {
        heard->main = BUILTIN_GOODBYE; /* "see you on Monday" */
    }
    /* "great, thanks"; but "yes, thanks" */
    if (heard->main == BUILTIN_OTHER && (all & BUILTIN_BIT(BUILTIN_THANKS))
        && !(all
             & (BUILTIN_BIT(BUILTIN_GIVE_TIME) | BUILTIN_BIT(BUILTIN_NO)
                | BUILTIN_BIT(BUILTIN_GIVE_NAME)
                | BUILTIN_BIT(BUILTIN_GIVE_PHONE)
                | BUILTIN_BIT(BUILTIN_REPEAT))))
    {
        heard->main = heard->agrees ? BUILTIN_YES : BUILTIN_THANKS;
    }
    for (int i = LAST_TASK + 1;
         i < BUILTIN_INTENT_COUNT && heard->main == BUILTIN_OTHER; i++)
    {
        if (all & BUILTIN_BIT(i)) {
            heard->main = (builtin_intent_e) i;
        }
    }
}

void
builtin_understand(builtin_heard_t *heard, const char *text,
                   const builtin_context_t *context)
{
    int             points[BUILTIN_INTENT_COUNT];
    int             social[BUILTIN_INTENT_COUNT] = { 0 };
    size_t          count, at = 0;
    segment_t       segments[SEGMENTS_MAX];
    builtin_words_t ws;

    memset(heard, 0, sizeof(*heard));
    heard->service = -1;
    builtin_words(&ws, text);
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

    count = segments_cut(segments, &ws);
    for (size_t i = 0; i < count; i++) {
        segment_weigh(points, &ws, &segments[i], context);
        segment_balance(points);
        if (heard->has_digits && strlen(heard->digits.text) >= 7) {
            points[BUILTIN_MESSAGE] -= 12; /* "call me at ..." */
        }
        segment_decide(&segments[i], points);
        for (int j = LAST_TASK + 1; j < BUILTIN_INTENT_COUNT; j++) {
            social[j] = points[j] > social[j] ? points[j] : social[j];
        }
        if (segments[i].intent == BUILTIN_FAQ) {
            query_add(heard, &ws, segments[i].from, segments[i].to);
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
    heard_own(heard, &ws, segments, count, context);
    heard_when(heard, &ws, segments, count, context);
    if (heard->own_day != BUILTIN_NO_DAY) {
        heard->when.old = heard->own_day;
    }
    heard_main(heard, segments, count, social);
}

const char *
builtin_intent_name(builtin_intent_e intent)
{
    return (size_t) intent < COUNT(intent_names) ? intent_names[intent]
                                                 : "other";
}
