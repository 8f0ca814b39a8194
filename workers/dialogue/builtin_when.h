/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_WHEN_H
#define DIALOGUE_BUILTIN_WHEN_H

#include <stdint.h>

#include "dialogue/builtin_word.h"

#define BUILTIN_NO_DAY INT32_MIN

typedef enum {
    BUILTIN_PART_ANY,
    BUILTIN_PART_MORNING,
    BUILTIN_PART_AFTERNOON,
    BUILTIN_PART_EVENING
} builtin_part_e;

/* As tools and the bench name them. */
extern const char *const builtin_part_names[];

/* What an utterance says about a day and a time; all local to the client. */
typedef struct {
    int32_t        day;    /* since 1970-01-01, or BUILTIN_NO_DAY */
    int32_t        old;    /* "from Monday": a day to be left, or the same */
    int16_t        minute; /* of the day, or -1 */
    builtin_part_e part;
    unsigned       guessed:1;  /* may be twelve hours off: "at nine" */
    unsigned       after:1;    /* minute is the earliest that suits */
    unsigned       before:1;   /* minute is the latest */
    unsigned       earliest:1; /* as soon as possible */
    unsigned       anytime:1;  /* it does not matter */
    unsigned       later:1;    /* later than what was offered */
    unsigned       earlier:1;
    unsigned       other_day:1; /* another day than what was offered */
    unsigned       week:1;      /* some day of the week that begins so */
    unsigned       invalid:1;   /* no such day: February thirtieth */
} builtin_when_t;

/*
 * Reads the words from .. to. now is in local minutes since 1970. bare: a
 * number alone may be an hour, since a time was asked for.
 */
void builtin_when(builtin_when_t *when, const builtin_words_t *ws,
                  size_t from, size_t to, int32_t now, int bare);

/* Nothing was said about day or time. */
int builtin_when_empty(const builtin_when_t *when);

/* 0 to 6 for a weekday's name, Monday first; else -1. */
int builtin_weekday_named(const char *word);

#endif /* DIALOGUE_BUILTIN_WHEN_H */
