/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_WORD_H
#define DIALOGUE_BUILTIN_WORD_H

#include <stddef.h>

/*
 * An utterance as words, whether a recognizer gave it ("half past nine") or a
 * keyboard ("9:30am"): lower case, contractions written out, hesitations
 * dropped, typed digits apart from letters. What is beyond the limits is
 * dropped; a caller's turn is far shorter.
 */

#define BUILTIN_WORDS_MAX  96
#define BUILTIN_WORD_BYTES 24

typedef struct {
    char     text[BUILTIN_WORD_BYTES];
    short    number;    /* 0 to 9999, or -1: of a numeral or of digits */
    char     joint;     /* typed between this and the next: ":", "/", "-" */
    unsigned digits:1;  /* typed: text holds them all */
    unsigned ordinal:1; /* third, 3rd: number is 3 */
    unsigned plus:1;    /* a plus sign stood before the digits */
    unsigned stop:1;    /* punctuation that ends a clause follows */
} builtin_word_t;

typedef struct {
    builtin_word_t at[BUILTIN_WORDS_MAX];
    size_t         count;
} builtin_words_t;

void builtin_words(builtin_words_t *ws, const char *text);

/* Is this word the one wanted, or a small misspelling of it? */
int builtin_word_is(const builtin_words_t *ws, size_t i, const char *wanted);
int builtin_word_like(const char *word, const char *wanted);

/* Is it one of "a|b|c"? Exactly. */
int builtin_word_among(const builtin_words_t *ws, size_t i, const char *set);

/*
 * A number from 0 to 99 in words or up to 9999 in digits at i; *used words.
 * -1: there is none.
 */
int builtin_words_number(const builtin_words_t *ws, size_t i, size_t *used);

/* The same for a day of a month: third, twenty third, 23rd. */
int builtin_words_ordinal(const builtin_words_t *ws, size_t i, size_t *used);

/*
 * Does the pattern match the words from i on, and where does it end? Words
 * are separated by blanks; "a|b" is a choice, "a?" may be missing, "*" is up
 * to three words of any kind, "^" is where the range begins and "$" its end.
 */
int builtin_words_match(const builtin_words_t *ws, size_t from, size_t to,
                        size_t i, const char *pattern, size_t *end);

/* The first place in the range where it matches, or -1. */
int builtin_words_find(const builtin_words_t *ws, size_t from, size_t to,
                       const char *pattern, size_t *end);

/* The words from .. to as text, cut at size. */
void builtin_words_join(const builtin_words_t *ws, size_t from, size_t to,
                        char *text, size_t size);

#endif /* DIALOGUE_BUILTIN_WORD_H */
