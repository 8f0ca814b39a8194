/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_POST_H
#define PROVIDER_STT_POST_H

#include <stdint.h>

#include "base/log.h"
#include "dsp/vad.h"
#include "net/http.h"
#include "provider/provider.h"
#include "provider/stt_audio.h"
#include "provider/stt_pack.h"

/*
 * Recognition by requests: what is common to services that get an utterance
 * whole. It is kept from begin() on, and each finalize() asks about all of it
 * that has a voice; what is not new since the last answer is not asked again.
 */
typedef struct stt_post_s stt_post_t;

typedef struct {
    const char *service; /* as net_peer_t has it */
    size_t      bytes;   /* of its own struct; a stt_post_t is its first */
    uint32_t    answer_ms;
    /* Where a connection is kept ready. */
    void (*address)(stt_post_t *p, pack_t *url);
    /* What has to be known before the first utterance; or NULL. */
    void (*prepare)(stt_post_t *p);
    /* Asks: stt_post_send(), or 0 when it waits for what it prepares. */
    int (*ask)(stt_post_t *p, const uint8_t *ulaw, size_t samples);
    /* An answer of 2xx. Ends with stt_post_answer(), _send() or _fail(). */
    void (*on_answer)(stt_post_t *p, const char *body, size_t length);
    /* Refused: 1, but that is mended and tried anew; or NULL. */
    int (*on_refused)(stt_post_t *p);
} stt_post_vendor_t;

struct stt_post_s {
    const stt_post_vendor_t *vendor;
    stt_t                   *stt;
    log_t                    log;

    http_t      *http; /* the one request, or NULL */
    pack_t       body; /* of its answer */
    stt_timer_t *late;
    stt_timer_t *again;

    vad_t        vad;
    stt_audio_t *audio; /* NULL: nothing yet */
    size_t       samples;
    size_t       voice_from, voice_to; /* of it, where somebody speaks */
    size_t       sent_from, sent_to;   /* of the request under way */

    /* The last answer, and to what: silence alone does not change it. */
    stt_text_t text;
    size_t     text_from, text_to;
    uint32_t   text_utterance;

    uint64_t asked_ms;
    uint32_t retry_ms; /* as the last fault said */
    uint32_t utterance;
    uint32_t request;
    uint32_t tries;
    uint32_t failures; /* requests in a row without an answer */
    unsigned held;
    unsigned waiting:1;
    unsigned preparing:1; /* `http` is about no utterance */
    unsigned resting:1;
    unsigned dead:1;
    unsigned closed:1;
};

int  stt_post_open(stt_t *stt, const stt_post_vendor_t *vendor);
int  stt_post_feed(stt_t *stt, const frame_t *frame);
int  stt_post_finalize(stt_t *stt, uint32_t request);
void stt_post_begin(stt_t *stt, uint32_t utterance);
void stt_post_rest(stt_t *stt);
void stt_post_close(stt_t *stt);

/* For vendors. The body is of a POST; headers end with NULL. */
int stt_post_send(stt_post_t *p, const char *url, int trusted,
                  const char *const *headers, const pack_t *body);
/* What prepare() began is there: the utterance that waits for it is asked. */
void stt_post_prepared(stt_post_t *p);
void stt_post_answer(stt_post_t *p, const char *text, float confidence);
void stt_post_fail(stt_post_t *p, const fault_t *fault);
/* Milliseconds of voice in what was asked about. */
uint32_t stt_post_voice_ms(const stt_post_t *p);

#endif /* PROVIDER_STT_POST_H */
