/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_READER_H
#define DIALOGUE_BUILTIN_READER_H

#include "dialogue/builtin_when.h"

/* What the files that read days and times share; nobody else includes it. */

#define BUILTIN_MENTIONS_MAX 8

/* Why a mention may not be the one that is meant. */
typedef enum {
    BUILTIN_MARK_NONE,
    BUILTIN_MARK_FROM, /* left behind, or the beginning of a range */
    BUILTIN_MARK_TO,   /* the one that is wanted */
    BUILTIN_MARK_NOT   /* refused */
} builtin_mark_e;

typedef struct {
    int32_t        value;
    builtin_mark_e mark;
    unsigned       corrected:1; /* after "no", "sorry", "actually" */
    unsigned       clear:1;     /* a time with its half of the day */
    unsigned       after:1;
    unsigned       before:1;
    unsigned       week:1;
} builtin_mention_t;

typedef struct {
    const builtin_words_t *ws;
    size_t                 from, to;
    int32_t                today, now;
    int                    bare;
    builtin_when_t        *when;
    builtin_mention_t      days[BUILTIN_MENTIONS_MAX];
    builtin_mention_t      times[BUILTIN_MENTIONS_MAX];
    size_t                 day_count, time_count;
} builtin_reader_t;

/* Words read from i on, which are then used up; 0: it is not for this one. */
typedef size_t (*builtin_read_pt)(builtin_reader_t *r, size_t i);

/* builtin_day.c */
size_t builtin_read_near_day(builtin_reader_t *r, size_t i);
size_t builtin_read_in_some(builtin_reader_t *r, size_t i);
size_t builtin_read_typed_day(builtin_reader_t *r, size_t i);
size_t builtin_read_month_first(builtin_reader_t *r, size_t i);
size_t builtin_read_month_day(builtin_reader_t *r, size_t i);
size_t builtin_read_week(builtin_reader_t *r, size_t i);
size_t builtin_read_weekday(builtin_reader_t *r, size_t i);

/* builtin_clock.c */
size_t builtin_read_relative_clock(builtin_reader_t *r, size_t i);
size_t builtin_read_clock(builtin_reader_t *r, size_t i);

/* builtin_when.c: what was found at i */
void builtin_add_day(builtin_reader_t *r, size_t i, int32_t day);
void builtin_add_time(builtin_reader_t *r, size_t i, int minute, int clear);

static inline int
reader_is(const builtin_reader_t *r, size_t i, const char *wanted)
{
    return i >= r->from && i < r->to && builtin_word_is(r->ws, i, wanted);
}

static inline int
reader_among(const builtin_reader_t *r, size_t i, const char *set)
{
    return i >= r->from && i < r->to && builtin_word_among(r->ws, i, set);
}

/* Words of a fixed phrase at i, or 0. */
static inline size_t
reader_phrase(const builtin_reader_t *r, size_t i, const char *pattern)
{
    size_t end;

    if (i < r->to
        && builtin_words_match(r->ws, r->from, r->to, i, pattern, &end))
    {
        return end - i;
    }
    return 0;
}

#endif /* DIALOGUE_BUILTIN_READER_H */
