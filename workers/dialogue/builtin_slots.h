/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_SLOTS_H
#define DIALOGUE_BUILTIN_SLOTS_H

#include <stddef.h>

#include "dialogue/builtin_word.h"

#define BUILTIN_NAME_BYTES   64
#define BUILTIN_DIGITS_BYTES 24

/* What was found, and the words from .. to it was found in. */
typedef struct {
    char     text[BUILTIN_NAME_BYTES];
    size_t   from, to;
    unsigned certain:1; /* said to be the name, or known as one */
} builtin_name_t;

typedef struct {
    char     text[BUILTIN_DIGITS_BYTES]; /* digits alone */
    size_t   from, to;
    unsigned plus:1; /* begins with a country code */
    unsigned last:1; /* "the last four are" */
} builtin_digits_t;

/*
 * A person's name, "my name is anna", "it's anna", "anna smith s m i t h".
 * asked: a name was asked for, so that it may stand alone. 1: there is one.
 */
int builtin_name(builtin_name_t *name, const builtin_words_t *ws,
                 size_t from, size_t to, int asked);

/*
 * The longest row of digits, however said: "five five oh", "double four",
 * "+1 415-555". least: fewer are no telephone number. 1: there is one.
 */
int builtin_digits(builtin_digits_t *digits, const builtin_words_t *ws,
                   size_t from, size_t to, size_t least);

/* Which of the services is named, or -1. */
int builtin_service(const builtin_words_t *ws, size_t from, size_t to,
                    const char *const *services, size_t count);

/* For how many people, or 0; *at is where the number stands. */
int builtin_party(const builtin_words_t *ws, size_t from, size_t to,
                  size_t *at);

/*
 * Digits as a number that can be dialed, "+14155552671", by the caller's own
 * for what is left out. 0: not yet complete; -1: no such number.
 */
int builtin_dial(char *number, size_t size, const char *digits, int plus,
                 const char *caller);

#endif /* DIALOGUE_BUILTIN_SLOTS_H */
