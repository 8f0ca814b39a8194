/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_REALTIME_OPENAI_H
#define PROVIDER_REALTIME_OPENAI_H

#include <cjson/cJSON.h>

#include "net/ws.h"
#include "provider/realtime.h"

/*
 * Between the files of OpenAI Realtime, and for no others: realtime_openai.c
 * is the session and what we say in it, realtime_openai_read.c what it says.
 */

#define RT_ID_BYTES 80
#define RT_ITEMS 16 /* the last ones, of which something may be taken back */
#define RT_CALLS 8  /* of tools, without a result */
#define RT_ARGS_MAX 8192
#define RT_EARLY_BYTES (3 * 8000) /* of audio before it is ready */
#define RT_CHUNK_BYTES 320
#define RT_RESPONSE_BYTES (180 * 8000) /* no answer is longer */
#define RT_ROUNDS_MAX 8 /* of tools, for one thing the caller said */

typedef struct {
    uint32_t number;
    uint32_t bytes; /* received */
    uint32_t content; /* index of its audio */
    char     id[RT_ID_BYTES];
    unsigned done:1;
} rt_item_t;

typedef struct {
    char     id[RT_ID_BYTES]; /* "": free */
    char     item[RT_ID_BYTES];
    char     name[64];
    char    *args;
    size_t   length;
    unsigned told:1; /* on_tool() */
} rt_call_t;

typedef struct {
    char     id[RT_ID_BYTES];
    uint32_t number;
} rt_utterance_t;

typedef struct {
    realtime_t *rt; /* NULL: closed */
    ws_t       *ws;
    uv_timer_t  timer;
    uint64_t    opened_ms;
    uint64_t    owed_ms; /* since when it owes us something; 0: it does not */

    unsigned ready:1;
    unsigned failed:1;
    unsigned speaking:1; /* the caller is */
    unsigned active:1;   /* a response is, or was asked for */
    unsigned dropped:1;  /* nothing of the response is wanted any more */
    unsigned answer_due:1; /* results of tools wait to be answered */
    unsigned created_answer:1; /* what was asked for last, answers those */
    unsigned say_must:1;
    unsigned say_sent:1; /* it is what was asked for last */

    char     response[RT_ID_BYTES]; /* "": its name is not told yet */
    uint32_t response_bytes;
    uint32_t create_event; /* number of the last response.create */
    uint32_t events;
    unsigned rounds;
    char    *say; /* waits to be said, or is not begun */

    rt_item_t items[RT_ITEMS]; /* a ring, by number */
    uint32_t  item_last;

    rt_call_t calls[RT_CALLS];
    unsigned  calls_open;

    rt_utterance_t utterances[RT_ITEMS];
    uint32_t       utterance_last;

    uint8_t early[RT_EARLY_BYTES]; /* a ring */
    size_t  early_at, early_bytes;
    uint8_t chunk[RT_CHUNK_BYTES];
    size_t  chunk_bytes;
} rt_t;

/* ---- realtime_openai.c ---- */

int  rt_send(rt_t *r, cJSON *message); /* frees it */
void rt_fail(rt_t *r, fault_e kind, const char *reason);
void rt_configure(rt_t *r);
void rt_ready(rt_t *r);

/* Asks for the next response, when there is one to ask for. */
void rt_next(rt_t *r);

/* Somebody is owed an event from now on; or again from now on. */
void rt_owe(rt_t *r);

void rt_call_clear(rt_call_t *call);

/* ---- realtime_openai_read.c ---- */

void rt_read(rt_t *r, const char *text, size_t length);

#endif /* PROVIDER_REALTIME_OPENAI_H */
