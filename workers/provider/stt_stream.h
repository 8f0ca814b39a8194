/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_STREAM_H
#define PROVIDER_STT_STREAM_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/log.h"
#include "net/ws.h"
#include "provider/provider.h"
#include "provider/stt_pack.h"

/*
 * Recognition over a WebSocket that stays open for the call: what all such
 * services have in common. Audio is kept for ten seconds; a connection that is
 * lost is opened again, at most three times in a row, and hears again what it
 * had not answered. A place in the audio is counted in samples since open().
 */
#define STT_STREAM_KEEP (10 * 8000)

typedef struct stt_stream_s stt_stream_t;
typedef struct stt_link_s   stt_link_t;

/* A service. Which of it may be NULL is said. */
typedef struct {
    const char *service; /* as net_peer_t has it */
    size_t      bytes;   /* of its own struct; a stt_stream_t is its first */
    uint32_t    answer_ms;     /* how long finalize() waits at most */
    uint32_t    chunk_samples; /* of audio that is sent at a time */
    const char *goodbye;       /* what ends a session; NULL: nothing */
    /* Where to, and one header that proves who asks. */
    int (*address)(stt_stream_t *s, pack_t *url, pack_t *header);
    /* NULL: it may be spoken to at once. Else until stt_stream_ready(). */
    void (*on_open)(stt_stream_t *s);
    /* One message, an object. The last thing it does is to tell of it. */
    void (*on_message)(stt_stream_t *s, const cJSON *message);
    /* NULL: audio goes in binary messages. */
    int (*send)(stt_stream_t *s, const uint8_t *ulaw, size_t samples);
    /* All audio is sent that finalize() is about. */
    void (*ask)(stt_stream_t *s);
    /* What is understood of the utterance, when the answer is late. */
    const char *(*best)(stt_stream_t *s, float *confidence);
    /* A connection begins: from where on does it have to hear? */
    uint64_t (*on_restart)(stt_stream_t *s);
    void (*on_begin)(stt_stream_t *s);
    void (*on_rest)(stt_stream_t *s); /* or NULL */
    /* Four times a second while it is ready; idle_ms without audio. */
    void (*on_tick)(stt_stream_t *s, uint64_t idle_ms); /* or NULL */
} stt_stream_vendor_t;

struct stt_stream_s {
    const stt_stream_vendor_t *vendor;
    stt_t                     *stt;
    log_t                      log;

    stt_link_t  *link; /* this connection; NULL: there is none */
    stt_timer_t *tick;
    stt_timer_t *late;  /* until the request is answered anyhow */
    stt_timer_t *again; /* until another connection, or of its beginning */

    uint8_t *audio; /* the last STT_STREAM_KEEP samples */
    uint64_t head;  /* fed */
    uint64_t sent;  /* on this connection, up to there */
    uint64_t base;  /* what this connection calls zero */
    uint64_t from;  /* where the utterance begins */
    uint64_t asked; /* where finalize() was called */

    uint64_t opened_ms, heard_ms, audio_ms, asked_ms;
    uint64_t lost_ms; /* 0: it is not */

    uint32_t utterance;
    uint32_t request; /* the newest */
    uint32_t tries;   /* connections in a row that were of no use */
    uint32_t deaf;    /* requests in a row after which nothing came at all */
    uint32_t bad;     /* messages that could not be taken */
    unsigned held;    /* by functions that are under way */
    unsigned waiting:1; /* the request is not answered */
    unsigned ask_due:1; /* nor asked */
    unsigned resting:1;
    unsigned ready:1;
    unsigned proved:1; /* this connection has been of use */
    unsigned dead:1;   /* on_error() was told */
    unsigned closed:1; /* close() was called: touch nothing, tell nothing */
};

/* The functions of stt_provider_t, but for open(), which names the vendor. */
int  stt_stream_open(stt_t *stt, const stt_stream_vendor_t *vendor);
int  stt_stream_feed(stt_t *stt, const frame_t *frame);
int  stt_stream_finalize(stt_t *stt, uint32_t request);
void stt_stream_begin(stt_t *stt, uint32_t utterance);
void stt_stream_rest(stt_t *stt);
void stt_stream_close(stt_t *stt);

/* For vendors. Who tells an event returns, for it may have closed all. */
void stt_stream_ready(stt_stream_t *s);
int  stt_stream_send(stt_stream_t *s, const char *text);
void stt_stream_silence(stt_stream_t *s, size_t samples);
/* The connection is of use: what fails from now on is tried anew. */
void stt_stream_prove(stt_stream_t *s);
void stt_stream_partial(stt_stream_t *s, const char *text);
void stt_stream_turn(stt_stream_t *s, stt_turn_e turn, const char *text,
                     float confidence);
/* Does nothing when the request has been answered. */
void stt_stream_answer(stt_stream_t *s, const char *text, float confidence);
/* A message that is not taken: counted, and the first one logged. */
void stt_stream_refuse(stt_stream_t *s, const char *why);
/* This connection is of no use: another one, or on_error(). */
void stt_stream_lose(stt_stream_t *s, const fault_t *fault);
/* A place out of seconds that this connection counts. */
uint64_t stt_stream_place(const stt_stream_t *s, double seconds);

/*
 * Of a result between two places the text that is from `from` on, told by its
 * words' times when it has some that make sense. `out` is cleared first.
 * Returns 0, or -EMSGSIZE: longer than any text should be.
 */
int stt_stream_text_from(const stt_stream_t *s, stt_text_t *out,
                         const cJSON *result, uint64_t begins, uint64_t ends,
                         uint64_t from);

#endif /* PROVIDER_STT_STREAM_H */
