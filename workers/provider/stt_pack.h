/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_PACK_H
#define PROVIDER_STT_PACK_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <uv.h>

#include "net/fault.h"

/*
 * What recognizers outside have in common: bytes that grow, audio as services
 * want it, text that comes in pieces, timers that are gone when they are
 * destroyed.
 */

/* Bytes that grow; what could not grow is told at the end, by pack_is_bad(). */
typedef struct {
    char    *bytes; /* always ends with a NUL that does not count; or NULL */
    size_t   length, room;
    unsigned bad:1;
} pack_t;

void pack_clear(pack_t *p);
int  pack_is_bad(const pack_t *p);
void pack_add(pack_t *p, const void *bytes, size_t length);
void pack_text(pack_t *p, const char *text);
void pack_format(pack_t *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As a part of a query: everything but letters, digits and "-._~". */
void pack_query(pack_t *p, const char *text);
void pack_base64(pack_t *p, const void *bytes, size_t length);
/* RIFF, 16 bits, mono, of u-law: at 8 kHz, or at 16 kHz. */
void pack_wav(pack_t *p, const uint8_t *ulaw, size_t samples, uint32_t hz);
/* A base_url, or what there is without one, with its scheme changed. */
void pack_url(pack_t *p, const char *base_url, const char *otherwise,
              int websocket, const char *path);

/* ---- text ---- */

#define STT_TEXT_BYTES 4096

/* What was understood, piece by piece; a piece too long is not taken. */
typedef struct {
    char   text[STT_TEXT_BYTES];
    size_t length;
    float  sure; /* sum of confidences times lengths */
    float  weight;
} stt_text_t;

void  stt_text_clear(stt_text_t *t);
int   stt_text_add(stt_text_t *t, const char *text, float confidence);
float stt_text_confidence(const stt_text_t *t);

/*
 * What Whisper and its like write when nobody said anything: 0, no; 1, but a
 * caller might say it, too; 2, nobody does.
 */
int stt_text_is_filler(const char *text);

/* ---- JSON from outside ---- */

/* A member's text; NULL when it is none. */
const char *json_text(const cJSON *object, const char *name);
/* A member's number if it is one from low to high; else `otherwise`. */
double json_number(const cJSON *object, const char *name, double low,
                   double high, double otherwise);

/* ---- settings ---- */

/* The part of a BCP 47 tag that names the language; "en" when there is none. */
void stt_language(char *out, size_t room, const char *tag);
/*
 * How many of the terms a service that counts at most so many tokens will
 * take. Nobody tells how it cuts words, so rather more are counted than are.
 */
size_t stt_keyterms_within(const char *const *terms, size_t count,
                           size_t tokens);

/* As a hint to who writes down: "A, B, C", cut at a term; "" for none. */
void stt_keyterms_prompt(pack_t *p, const char *const *terms, size_t count);

/* ---- timers ---- */

typedef struct stt_timer_s stt_timer_t;

int  stt_timer_create(stt_timer_t **tp, uv_loop_t *loop,
                      void (*on_time)(void *data), void *data);
void stt_timer_start(stt_timer_t *t, uint64_t ms); /* once, from now on */
void stt_timer_stop(stt_timer_t *t);
void stt_timer_destroy(stt_timer_t *t); /* NULL is none */

#endif /* PROVIDER_STT_PACK_H */
