/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_SESSION_H
#define PROVIDER_TTS_SESSION_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <cjson/cJSON.h>

#include "net/http.h"
#include "provider/provider.h"
#include "provider/tts_clean.h"
#include "provider/tts_decode.h"

/*
 * What all services outside have in common when they speak for a call: jobs
 * in order, each a request of say(); text made fit to be sent; audio decoded,
 * counted and given in order while later jobs may be under way already;
 * deadlines; stock phrases out of the cache. How a service is spoken with is
 * its tts_vendor_t.
 *
 * Nobody is told anything from within these functions but from
 * tts_session_leave(): a vendor's handler of network events is free of
 * surprises between tts_session_enter() and there, and touches nothing after.
 */

#define TTS_TEXT_MAX    4000  /* bytes of one say() */
#define TTS_FIRST_MS    1500  /* to the first audio */
#define TTS_LAG_MS      2000  /* how far speech may be behind being spoken */
#define TTS_TOTAL_MS    60000 /* of one job */
#define TTS_TICK_MS     100
#define TTS_AHEAD_MAX   480000 /* unplayed samples, from which nothing starts */
#define TTS_UNPLAYED_MAX 960000 /* two minutes: more is a fault */
#define TTS_URL_MAX     1024
#define TTS_REASON_MAX  96

typedef struct tts_session_s tts_session_t;
typedef struct tts_job_s tts_job_t;
typedef struct tts_account_s tts_account_t;
typedef struct tts_piece_s tts_piece_t;

typedef enum {
    TTS_JOB_WAITING,
    TTS_JOB_STARTED, /* the service has it */
    TTS_JOB_DONE,
    TTS_JOB_FAILED
} tts_job_e;

typedef struct {
    const char *service;
    const char *url;   /* of the service itself */
    tts_form_e  form;  /* of its audio */
    uint32_t    rate_hz;
    unsigned    ahead; /* jobs that are started at once */
    unsigned    in_turn:1; /* they share a stream: who stops one, stops all */
    unsigned    needs_key:1;
    unsigned    needs_voice:1;

    /* Each may be NULL but start and stop. */
    int  (*open)(tts_session_t *s);
    /* -EAGAIN: not now, but soon. */
    int  (*start)(tts_session_t *s, tts_job_t *job);
    /* A started job is of no use any more; nothing more comes of it. */
    void (*stop)(tts_session_t *s, tts_job_t *job);
    void (*tick)(tts_session_t *s, uint64_t now_ms);
    void (*whole)(tts_session_t *s);
    void (*close)(tts_session_t *s);
} tts_vendor_t;

struct tts_job_s {
    TAILQ_ENTRY(tts_job_s) next;
    tts_session_t *session;
    uint32_t       request;
    uint32_t       number; /* never comes again in this session */
    tts_job_e      state;
    unsigned       attempts;
    tts_clean_t    clean;
    char          *stock_key; /* NULL: it is not kept */

    tts_decode_t *decode;
    tts_base64_t  base64;
    tts_piece_t  *first, **last; /* not given yet */
    uint8_t      *tail;          /* less than a piece */
    size_t        tail_bytes, tail_room;
    size_t        samples;
    uint8_t      *kept; /* all of it, for the cache */
    size_t        kept_room;
    tts_word_t   *words;
    size_t        word_count, word_room;
    uint32_t      word_at; /* in clean.text */

    uint64_t started_ms;
    uint64_t turn_ms;  /* since when audio of it is awaited; 0: not yet */
    uint64_t first_ms; /* 0: no audio yet */

    fault_t  fault;
    char     reason[TTS_REASON_MAX];
    unsigned is_audible:1;
    unsigned may_be_empty:1; /* its audio came with that of another */
    unsigned stop_due:1;
    unsigned usage_due:1;

    void    *impl; /* the vendor's own; gone after stop() or done */
    uint64_t base_samples; /* the vendor's: where its audio begins */
};

struct tts_session_s {
    tts_t              *tts; /* NULL once closed */
    const tts_vendor_t *vendor;
    const tts_config_t *config;
    void               *impl; /* the vendor's */
    TAILQ_HEAD(tts_jobs, tts_job_s) jobs;
    uv_timer_t     timer; /* its data: the session */
    tts_account_t *account;
    uint32_t       numbers;
    fault_t        refused; /* kind FAULT_REFUSED: nothing is tried again */
    char           refused_reason[TTS_REASON_MAX];
    unsigned       is_refused:1;
    unsigned       ticks:1; /* the vendor wants them without a job, too */
    unsigned       depth;   /* of entered */
    unsigned       is_giving:1;
};

/* The functions of a tts_provider_t, for its vendor's row. */
int  tts_session_open(tts_t *tts, const tts_vendor_t *vendor);
int  tts_session_say(tts_t *tts, uint32_t request, const char *text,
                     size_t length);
void tts_session_cancel(tts_t *tts);
void tts_session_whole(tts_t *tts);
void tts_session_close(tts_t *tts);

/* Around each event a vendor hears of. */
void tts_session_enter(tts_session_t *s);
void tts_session_leave(tts_session_t *s);

uint64_t tts_session_now(const tts_session_t *s);
/* The job whose audio comes first; NULL: none is started. */
tts_job_t *tts_session_turn(tts_session_t *s);
tts_job_t *tts_session_job(tts_session_t *s, uint32_t number);
/* With `wanted` or the vendor's URL, as http or ws; then path and values. */
void tts_session_url(const tts_session_t *s, char *url, const char *scheme,
                     const char *path);
void tts_url_put(char *url, const char *text, const char *value);
int  tts_session_peer(const tts_session_t *s, net_peer_t *peer,
                      const char *url);

/*
 * The connection is gone, and what is started with it: what was not heard of
 * is started again, once.
 */
void tts_session_lost(tts_session_t *s, const fault_t *fault);
/* Every job fails. */
void tts_session_refuse(tts_session_t *s, const fault_t *fault);

/* Of a started job; nothing happens to another. */
void tts_job_bytes(tts_job_t *job, const void *bytes, size_t length);
void tts_job_base64(tts_job_t *job, const char *text, size_t length);
/* The same, when each piece is base64 of its own. */
void tts_job_base64_whole(tts_job_t *job, const char *text);
void tts_job_word(tts_job_t *job, const char *word, double begins_s,
                  double ends_s);
void tts_job_done(tts_job_t *job);
void tts_job_fail(tts_job_t *job, const fault_t *fault);

/*
 * What a service's own name for a fault means, when a status does not tell.
 * The name is the only thing of its message that goes on.
 */
fault_e tts_fault_of(const char *code, fault_e otherwise);

/* For answers in JSON; NULL when there is none of that type. */
const char *tts_json_text(const cJSON *json, const char *name);

#endif /* PROVIDER_TTS_SESSION_H */
