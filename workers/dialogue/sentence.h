/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_SENTENCE_H
#define DIALOGUE_SENTENCE_H

#include <stddef.h>

/*
 * Cuts a stream of text where speech can begin: the first chunk at a clause
 * so that the caller hears something soon, later ones at sentences. What is
 * for the eye (markdown, emoji) is left out. However the text is split over
 * pushes, the chunks are the same. Once a token: no allocation.
 */

#define SENTENCE_FIRST_MIN 25  /* bytes before a clause may be spoken alone */
#define SENTENCE_MAX       200 /* bytes; then it is cut between words */

typedef void (*sentence_pt)(void *data, const char *text, size_t len);

typedef struct {
    sentence_pt on_chunk;
    void       *data;

    char   text[SENTENCE_MAX + 16]; /* clean, not yet given */
    size_t len;
    size_t cut;  /* a boundary, if what comes next agrees; 0: none */
    char   kind; /* of that boundary: '.', '!', ',' or '\n' */

    char     unit[4]; /* a character being put together */
    unsigned unit_len:3;
    unsigned unit_size:3;
    char     held;         /* its meaning depends on the next one */
    unsigned first:1;      /* nothing was given yet */
    unsigned line_start:1; /* no word on this line yet */
    unsigned in_url:1;     /* of a link: skipped */
    unsigned numbered:1;   /* the line began with a number */
    unsigned spaced:1;     /* blanks since the boundary */
} sentence_t;

/* text is borrowed, trimmed, and holds a letter or digit. */
void sentence_init(sentence_t *s, sentence_pt on_chunk, void *data);

void sentence_push(sentence_t *s, const char *text, size_t len);

/* The reply is over, or the model fell silent: gives what is left. */
void sentence_flush(sentence_t *s);

/* Forgets what was not given: the reply is canceled. The next is new. */
void sentence_reset(sentence_t *s);

#endif /* DIALOGUE_SENTENCE_H */
