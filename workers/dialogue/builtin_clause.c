/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "dialogue/builtin_clause.h"

#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))
#define TOPIC_WORDS 4 /* "parking please": a question without its form */

/*
 * A pattern and what it is worth. The points of all that match are added up:
 * 6 is enough, 10 is sure by itself, more wins over others.
 */
typedef struct {
    builtin_intent_e intent;
    int              points;
    const char      *pattern;
} clue_t;

#include "dialogue/builtin_clue_words.h"
#include "dialogue/builtin_clues.h"
#include "dialogue/builtin_clues_ask.h"
#include "dialogue/builtin_clues_talk.h"

static int
finds(const builtin_words_t *ws, size_t from, size_t to, const char *pattern)
{
    return builtin_words_find(ws, from, to, pattern, NULL) >= 0;
}

static int
finds_any(const builtin_words_t *ws, const builtin_clause_t *c,
          const char *const *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (finds(ws, c->from, c->to, patterns[i])) {
            return 1;
        }
    }
    return 0;
}

/* ---- cutting ---- */

/* "my furnace died can somebody come": a question begins without a pause. */
static int
question_begins(const builtin_words_t *ws, size_t from, size_t i)
{
    return i > from + 1
           && builtin_word_among(ws, i,
                                 "can|could|would|do|does|are|is|will|may|"
                                 "should|did")
           && builtin_word_among(ws, i + 1,
                                 "i|we|you|he|she|they|somebody|someone|"
                                 "anybody|anyone|there|that|the")
           && !builtin_word_among(ws, i - 1,
                                  "and|but|or|that|i|we|you|so|then|not|"
                                  "which|if|whether|please|as|than|it|one|"
                                  "who|like|know|tomorrow|when|time|times|"
                                  "day|days|days|appointment|name|number|"
                                  "soon|much|far")
           && !finds(ws, from, i,
                     "what|when|where|how|who|why|which|whose|if|whether|"
                     "earliest|soonest|latest")
           && (!builtin_word_among(ws, i, "is|are|will|do|does|did")
               || !builtin_word_among(ws, i + 1, "the|that|you|they")
               || i > from + 3);
}

static int
clause_begins(const builtin_words_t *ws, size_t from, size_t i)
{
    if (ws->at[i - 1].stop
        || (builtin_word_is(ws, i, "but") && i > from + 2))
    {
        return 1;
    }
    if (builtin_word_among(ws, i, "and|but|also|then|because|so|plus")
        && builtin_word_among(ws, i + 1,
                              "i|can|could|do|does|what|is|are|how|when|"
                              "where|my|would|please|book|who|make|also|"
                              "whether|if|you|may|tell|cancel|move|then|"
                              "have|schedule|we|our|want|need|was|find"))
    {
        return 1;
    }
    if (i > 2 && builtin_word_among(ws, i, "i|we")
        && builtin_word_among(ws, i + 1, "would|need|want|wanted")
        && !builtin_word_among(ws, i - 1,
                               "if|that|when|what|which|because|think|so|"
                               "know|said|where|time|and|but|also|then|do|"
                               "can|are|day|soon|would|could|should|will")
        && !finds(ws, from, i, "tell|let|inform|remind|ask|notify"))
    {
        return 1;
    }
    return question_begins(ws, from, i);
}

static size_t
clauses_cut(builtin_clause_t *clauses, const builtin_words_t *ws)
{
    size_t count = 1;

    memset(clauses, 0, BUILTIN_CLAUSES_MAX * sizeof(*clauses));
    for (size_t i = 1; i < ws->count && count < BUILTIN_CLAUSES_MAX; i++) {
        if (clause_begins(ws, clauses[count - 1].from, i)) {
            clauses[count - 1].to = i;
            clauses[count++].from = i;
        }
    }
    clauses[count - 1].to = ws->count;
    return count;
}

/* ---- weighing ---- */

static const struct {
    const clue_t *clues;
    size_t        count;
} tables[] = {
    { wish_clues, COUNT(wish_clues) },
    { ask_clues, COUNT(ask_clues) },
    { talk_clues, COUNT(talk_clues) },
};

static void
weigh_words(int *points, const builtin_words_t *ws, size_t from, size_t to)
{
    for (size_t t = 0; t < COUNT(tables); t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const clue_t *clue = &tables[t].clues[i];

            if (finds(ws, from, to, clue->pattern)) {
                points[clue->intent] += clue->points;
            }
        }
    }
}

/*
 * "is there a fee if I cancel": a condition asks for nothing, the question
 * is what comes before it. "if" after "know" or "wondering" is no condition.
 */
static void
weigh_condition(int *points, const builtin_words_t *ws,
                const builtin_clause_t *c)
{
    static const builtin_intent_e wishes[] = {
        BUILTIN_RESCHEDULE, BUILTIN_CANCEL, BUILTIN_LIST, BUILTIN_BOOKING
    };
    int    at;
    int    before[BUILTIN_INTENT_COUNT] = { 0 };
    size_t end;

    at = builtin_words_find(ws, c->from, c->to,
                            "if|when|unless i|we|my|you|someone", &end);
    if (finds(ws, c->from, c->to,
              "cost|costs|fee|charge|charged|pay|penalty|extra * to|for "
              "change|cancel|reschedule|move|changing|canceling|moving|"
              "rescheduling"))
    {
        at = builtin_words_find(ws, c->from, c->to,
                                "to|for " MOVING "|" CANCELING
                                "|reschedule|rescheduling",
                                &end);
    }
    if (at <= (int) c->from
        || builtin_word_among(ws, (size_t) at - 1,
                              "know|see|wonder|wondering|ask|asking|check|"
                              "sure|tell|me|curious|and|find|out|remember|"
                              "forgot|like|great|love|nice|be|out|for"))
    {
        return;
    }
    weigh_words(before, ws, c->from, (size_t) at);
    if (before[BUILTIN_FAQ] < BUILTIN_ENOUGH) {
        return;
    }
    for (size_t i = 0; i < COUNT(wishes); i++) {
        if (before[wishes[i]] < BUILTIN_SURE) {
            points[wishes[i]] = 0;
        }
    }
    points[BUILTIN_FAQ] += 6;
}

/* "the red car was parked there": a word of the list is no question yet. */
static void
weigh_topic(int *points, const builtin_words_t *ws,
            const builtin_clause_t *c)
{
    int form = points[BUILTIN_FAQ];

    if (c->to - c->from <= TOPIC_WORDS || form >= BUILTIN_SURE) {
        return;
    }
    for (size_t i = 0; i < COUNT(ask_clues); i++) {
        if (ask_clues[i].intent == BUILTIN_FAQ
            && strchr(ask_clues[i].pattern, ' ') == NULL
            && finds(ws, c->from, c->to, ask_clues[i].pattern))
        {
            form -= ask_clues[i].points;
        }
    }
    if (form <= 0) {
        points[BUILTIN_FAQ] = 0;
    }
}

/* Points of each intent within a clause. */
static void
clause_weigh(int *points, const builtin_words_t *ws,
             const builtin_clause_t *c, const builtin_context_t *context)
{
    int service;

    memset(points, 0, BUILTIN_INTENT_COUNT * sizeof(*points));
    weigh_words(points, ws, c->from, c->to);
    weigh_condition(points, ws, c);
    weigh_topic(points, ws, c);

    /* "a cleaning for tomorrow" wants one; "how much is a cleaning" asks. */
    service = builtin_service(ws, c->from, c->to, context->services,
                              context->service_count);
    if (service >= 0) {
        points[BUILTIN_BOOKING] += 6;
        if (finds(ws, c->from, c->to,
                  "need|want|like|get|have|book|schedule|for"))
        {
            points[BUILTIN_BOOKING] += 4;
        }
    }
}

/* Of a question that nothing else is known of, its form is left. */
static int
is_question(const builtin_words_t *ws, const builtin_clause_t *c)
{
    size_t i = c->from;

    while (i < c->to
           && builtin_word_among(ws, i,
                                 "hi|hello|hey|yes|yeah|and|but|so|also|okay|"
                                 "well|oh|please|just|then|or|#"))
    {
        i++;
    }
    for (size_t n = c->from; n < c->to; n++) {
        if (ws->at[n].number >= 0 || builtin_word_among(ws, n, DAYS)) {
            return 0; /* "would nine do?" */
        }
    }
    return i + 2 < c->to
           && (builtin_word_among(ws, i, "where|why|how|who|whose|which")
               || (builtin_word_among(ws, i, "is|are|do|does|will|can|should")
                   && !builtin_word_among(ws, i + 1,
                                          "i|we|not|you|it|that|he|she|"
                                          "they|" SOMEONE)));
}

/* A question only by its form gives way to what people say in passing. */
static void
clause_balance(int *points)
{
    if (points[BUILTIN_FAQ] < BUILTIN_SURE
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
clause_decide(builtin_clause_t *c, const int *points)
{
    c->intent = BUILTIN_OTHER;
    c->points = BUILTIN_ENOUGH - 1;
    for (int i = BUILTIN_FIRST_TASK; i <= BUILTIN_LAST_TASK; i++) {
        if (points[i] > c->points) {
            c->points = points[i];
            c->intent = (builtin_intent_e) i;
        }
    }
}

/*
 * "I have a table at seven, can we make it eight": what sounds like a booking
 * is meant of the one there is, when the clause before speaks of that, or of
 * a day that does not suit after all.
 */
static void
clauses_relate(builtin_clause_t *clauses, size_t count,
               const builtin_words_t *ws)
{
    for (size_t i = 0; i + 1 < count; i++) {
        builtin_clause_t *next = &clauses[i + 1];

        if ((!clauses[i].owns && !clauses[i].declines)
            || clauses[i].intent == BUILTIN_RESCHEDULE)
        {
            continue;
        }
        if ((next->intent == BUILTIN_BOOKING || next->intent == BUILTIN_OTHER)
            && !next->owns && finds_any(ws, next, moves, COUNT(moves)))
        {
            next->intent = BUILTIN_RESCHEDULE;
            next->points = BUILTIN_SURE + 6;
            if (clauses[i].declines) {
                clauses[i].intent = BUILTIN_OTHER;
            }
        } else if (next->intent == BUILTIN_RESCHEDULE
                   && clauses[i].intent == BUILTIN_CANCEL)
        {
            clauses[i].intent = BUILTIN_OTHER;
        }
    }
    /* "if I cancel late do I get my deposit back" */
    for (size_t i = 0; i + 1 < count; i++) {
        if (clauses[i + 1].intent == BUILTIN_FAQ
            && finds(ws, clauses[i].from, clauses[i].to, "^ and|so? if i|we"))
        {
            clauses[i].intent = BUILTIN_OTHER;
        }
    }
}

size_t
builtin_clauses(builtin_clause_t *clauses, const builtin_words_t *ws,
                const builtin_context_t *context, int *social)
{
    int    points[BUILTIN_INTENT_COUNT];
    size_t count = clauses_cut(clauses, ws);

    for (size_t i = 0; i < count; i++) {
        builtin_clause_t *c = &clauses[i];

        clause_weigh(points, ws, c, context);
        clause_balance(points);
        c->owns = finds_any(ws, c, owns, COUNT(owns)) != 0
                  && !finds(ws, c->from, c->to, "if|whether|^ do|does|did");
        c->declines = finds_any(ws, c, declines, COUNT(declines)) != 0;
        clause_decide(c, points);
        if (c->intent == BUILTIN_OTHER && points[BUILTIN_FAQ] >= 0
            && points[BUILTIN_REPEAT] < BUILTIN_ENOUGH
            && points[BUILTIN_GREETING] < BUILTIN_ENOUGH
            && is_question(ws, c))
        {
            c->intent = BUILTIN_FAQ;
            c->points = BUILTIN_ENOUGH;
        }
        for (int j = BUILTIN_LAST_TASK + 1; j < BUILTIN_INTENT_COUNT; j++) {
            social[j] = points[j] > social[j] ? points[j] : social[j];
        }
    }
    clauses_relate(clauses, count, ws);
    return count;
}
