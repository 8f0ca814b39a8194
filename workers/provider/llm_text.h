/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_LLM_TEXT_H
#define PROVIDER_LLM_TEXT_H

#include <stddef.h>

/*
 * A model's words on their way to being spoken. What it thinks aloud, tool
 * calls that leak into the text, tags, control characters and broken UTF-8 are
 * left out, and of links all but the host's name, however the text is cut into
 * pieces. A secret that stands in the
 * prompt, and nowhere else, must not come out again.
 */

/* "zq" and ten hexadecimal digits: 'z' is only where it begins. */
#define LLM_CANARY_BYTES 13

#define LLM_TEXT_TAG_MAX  160
#define LLM_TEXT_HELD_MAX 256

typedef void (*llm_text_pt)(void *data, const char *text, size_t len);

typedef struct {
    llm_text_pt on_text;
    void       *data;
    const char *canary; /* borrowed; "": there is none */

    char        tag[LLM_TEXT_TAG_MAX]; /* from '<' on, not yet whole */
    size_t      tag_len;
    const char *hidden; /* name of the tag whose content is left out */

    char     link[8]; /* maybe the beginning of a link */
    size_t   link_len;
    unsigned in_word:1; /* where no link begins */
    unsigned in_host:1;
    unsigned in_path:1; /* left out up to a blank */

    char     unit[4]; /* a character being put together */
    unsigned unit_len:3;
    unsigned unit_size:3;
    unsigned leaked:1;

    char     held[LLM_TEXT_HELD_MAX]; /* may be the canary's beginning */
    size_t   held_len;
    unsigned matched; /* letters and digits of the canary in it */

    char   out[512]; /* fit to be given */
    size_t out_len;
} llm_text_t;

void llm_text_init(llm_text_t *t, const char *canary, llm_text_pt on_text,
                   void *data);

/* Returns 0, or -EPERM: the canary would have come out. */
int llm_text_feed(llm_text_t *t, const char *text, size_t len);

/* There is no more: gives what was held back. */
int llm_text_end(llm_text_t *t);

/*
 * A copy fit for JSON: valid UTF-8 of at most `max` bytes, without control
 * characters but line feeds. malloc'd; NULL when there is no memory.
 */
char *llm_text_clean(const char *text, size_t max);

#endif /* PROVIDER_LLM_TEXT_H */
