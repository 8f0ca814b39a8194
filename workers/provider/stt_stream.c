/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "dsp/g711.h"
#include "provider/stt_stream.h"

#define STREAM_CONNECT_MS 1500
#define STREAM_TICK_MS 250
#define STREAM_TRIES 3
#define STREAM_OUTAGE_MS 4000 /* and no longer */
#define STREAM_SPREAD_MS 100
/* Who wants us to wait longer than this is not waited for. */
#define STREAM_PATIENCE_MS 1500
/* A connection that lived so long was not refused for good. */
#define STREAM_LIVED_MS 5000
#define STREAM_DEAF 2
/* Seconds with a few digits and samples never meet exactly. */
#define STREAM_ROUNDING 80
#define STREAM_BAD_MAX 50
#define STREAM_MESSAGE_MAX (256 * 1024)
#define STREAM_QUEUE_MAX (128 * 1024)
#define STREAM_QUEUE_FULL (64 * 1024)

/*
 * What a connection's events hold: it outlives the stream while goodbyes are
 * said, and what comes for a stream that has another one goes nowhere.
 */
struct stt_link_s {
    ws_t         *ws;
    stt_stream_t *stream; /* NULL: nobody wants to know */
    TAILQ_ENTRY(stt_link_s) parting;
};

/* Those that say goodbye, on the worker's one loop thread. */
static TAILQ_HEAD(stt_links_s, stt_link_s)
    stream_parting = TAILQ_HEAD_INITIALIZER(stream_parting);

static int stream_connect(stt_stream_t *s);
static void stream_part(stt_stream_t *s, int politely);
static int stream_store(stt_stream_t *s, const uint8_t *ulaw, size_t samples);
static void stream_pump(stt_stream_t *s);
static int stream_send_audio(stt_stream_t *s, size_t samples);
static void stream_fail(stt_stream_t *s, const fault_t *fault);
static void stream_settle(stt_stream_t *s);
static void stream_hold(stt_stream_t *s);
static void stream_release(stt_stream_t *s);
static void stream_on_open(void *data, const http_head_t *head);
static void stream_on_text(void *data, const char *text, size_t length);
static void stream_on_binary(void *data, const uint8_t *bytes, size_t length);
static void stream_on_closed(void *data, int code, const char *text,
                             const fault_t *fault);
static void stream_on_tick(void *data);
static void stream_on_late(void *data);
static void stream_on_again(void *data);

/* Milliseconds before a try, and up to STREAM_SPREAD_MS more. */
static const uint32_t stream_waits[STREAM_TRIES] = { 0, 300, 900 };

static const ws_events_t stream_ws_events = {
    .on_open = stream_on_open,
    .on_text = stream_on_text,
    .on_binary = stream_on_binary,
    .on_closed = stream_on_closed,
};

int
stt_stream_open(stt_t *stt, const stt_stream_vendor_t *vendor)
{
    int           rc = -ENOMEM;
    stt_stream_t *s;

    s = calloc(1, vendor->bytes);
    if (s == NULL) {
        return -ENOMEM;
    }

    s->vendor = vendor;
    s->stt = stt;
    s->resting = 1;
    (void) snprintf(s->log.prefix, sizeof(s->log.prefix), "stt %s: ",
                    vendor->service);

    s->audio = malloc(STT_STREAM_KEEP);
    if (s->audio == NULL) {
        goto failed;
    }

    rc = stt_timer_create(&s->tick, stt->loop, stream_on_tick, s);
    if (rc == 0) {
        rc = stt_timer_create(&s->late, stt->loop, stream_on_late, s);
    }
    if (rc == 0) {
        rc = stt_timer_create(&s->again, stt->loop, stream_on_again, s);
    }
    if (rc == 0) {
        rc = stream_connect(s);
    }
    if (rc < 0) {
        goto failed;
    }

    stt_timer_start(s->tick, STREAM_TICK_MS);
    stt->impl = s;
    return 0;

failed:
    stream_hold(s);
    s->closed = 1;
    stream_settle(s);
    stream_release(s);
    return rc;
}

/* Once a frame: no allocation but what the connection queues, no waiting. */
int
stt_stream_feed(stt_t *stt, const frame_t *frame)
{
    int           rc;
    stt_stream_t *s = stt->impl;

    if (s->dead) {
        return -EPIPE;
    }

    rc = stream_store(s, frame->ulaw, frame->samples);

    stream_hold(s);
    stream_pump(s);
    stream_release(s);
    return rc;
}

int
stt_stream_finalize(stt_t *stt, uint32_t request)
{
    stt_stream_t *s = stt->impl;

    if (s->dead || s->resting) {
        return -EPIPE;
    }

    s->request = request;
    s->waiting = 1;
    s->ask_due = 1;
    s->asked = s->head;
    s->asked_ms = uv_now(stt->loop);
    stt_timer_start(s->late, s->vendor->answer_ms);

    stream_hold(s);
    stream_pump(s);
    stream_release(s);
    return 0;
}

void
stt_stream_begin(stt_t *stt, uint32_t utterance)
{
    stt_stream_t *s = stt->impl;

    stt_timer_stop(s->late);
    s->waiting = 0;
    s->ask_due = 0;
    s->resting = 0;
    s->utterance = utterance;
    s->from = s->head;
    s->vendor->on_begin(s);
}

void
stt_stream_rest(stt_t *stt)
{
    stt_stream_t *s = stt->impl;

    stt_timer_stop(s->late);
    s->waiting = 0;
    s->ask_due = 0;
    s->resting = 1;

    if (s->vendor->on_rest != NULL && !s->dead) {
        s->vendor->on_rest(s);
    }
}

void
stt_stream_close(stt_t *stt)
{
    stt_stream_t *s = stt->impl;

    if (s == NULL) {
        return;
    }

    stt->impl = NULL;
    stream_hold(s);
    s->closed = 1;
    stream_settle(s);
    stream_release(s);
}

void
stt_stream_ready(stt_stream_t *s)
{
    stt_timer_stop(s->again);
    s->ready = 1;
    s->lost_ms = 0;
    s->opened_ms = uv_now(s->stt->loop);
    s->audio_ms = s->opened_ms;
    stream_pump(s);
}

int
stt_stream_send(stt_stream_t *s, const char *text)
{
    return s->link != NULL ? ws_send_text(s->link->ws, text, strlen(text))
                           : -EPIPE;
}

void
stt_stream_silence(stt_stream_t *s, size_t samples)
{
    size_t  n;
    uint8_t quiet[FRAME_SAMPLES];

    memset(quiet, G711_ULAW_SILENCE, sizeof(quiet));

    while (samples > 0) {
        n = samples < sizeof(quiet) ? samples : sizeof(quiet);
        (void) stream_store(s, quiet, n);
        samples -= n;
    }

    stream_pump(s);
}

void
stt_stream_prove(stt_stream_t *s)
{
    s->proved = 1;
    s->tries = 0;
}

void
stt_stream_partial(stt_stream_t *s, const char *text)
{
    if (!s->closed && !s->dead && !s->resting && text[0] != '\0') {
        s->stt->events->on_partial(s->stt->data, s->utterance, text);
    }
}

void
stt_stream_turn(stt_stream_t *s, stt_turn_e turn, const char *text,
                float confidence)
{
    if (!s->closed && !s->dead && !s->resting
        && s->stt->events->on_turn != NULL) {
        s->stt->events->on_turn(s->stt->data, s->utterance, turn, text,
                                confidence);
    }
}

void
stt_stream_answer(stt_stream_t *s, const char *text, float confidence)
{
    if (s->closed || !s->waiting) {
        return;
    }

    s->waiting = 0;
    s->ask_due = 0;
    stt_timer_stop(s->late);
    s->stt->events->on_final(s->stt->data, s->utterance, s->request, text,
                             confidence);
}

void
stt_stream_refuse(stt_stream_t *s, const char *why)
{
    if (s->bad++ == 0) {
        log_warn(s, "a message was not taken: %s", why);
    }
}

void
stt_stream_lose(stt_stream_t *s, const fault_t *fault)
{
    uint32_t wait;
    uint64_t now = uv_now(s->stt->loop);

    if (s->closed || s->dead) {
        return;
    }

    if (s->ready && now - s->opened_ms >= STREAM_LIVED_MS) {
        s->tries = 0;
    }

    stream_part(s, 0);
    stt_timer_stop(s->again);
    if (s->lost_ms == 0) {
        s->lost_ms = now;
    }

    /* Calls that were cut off together do not come back together. */
    wait = s->tries < STREAM_TRIES ? stream_waits[s->tries] : 0;
    wait += (uint32_t) (uv_hrtime() / 1000 % STREAM_SPREAD_MS);
    if (wait < fault->retry_ms) {
        wait = fault->retry_ms + STREAM_SPREAD_MS / 2;
    }

    if (fault->kind == FAULT_REFUSED || s->tries >= STREAM_TRIES
        || wait > STREAM_PATIENCE_MS
        || now + wait - s->lost_ms > STREAM_OUTAGE_MS) {
        stream_fail(s, fault);
        return;
    }

    s->tries++;
    log_warn(s, "connection lost, try %u in %u ms: %s", s->tries, wait,
             fault->reason != NULL ? fault->reason : "");
    stt_timer_start(s->again, wait);
}

uint64_t
stt_stream_place(const stt_stream_t *s, double seconds)
{
    return s->base + (uint64_t) (seconds * FRAME_RATE_HZ + 0.5);
}

int
stt_stream_text_from(const stt_stream_t *s, stt_text_t *out,
                     const cJSON *result, uint64_t begins, uint64_t ends,
                     uint64_t from)
{
    int          rc = 0, timed = 1, count = 0;
    float        sure, sum = 0;
    double       at, to;
    const char  *text = json_text(result, "transcript"), *word;
    const cJSON *words, *w;

    stt_text_clear(out);
    sure = (float) json_number(result, "confidence", 0, 1, -1);
    words = cJSON_GetObjectItemCaseSensitive(result, "words");
    begins += STREAM_ROUNDING;

    cJSON_ArrayForEach(w, words)
    {
        count++;
        sum += (float) json_number(w, "confidence", 0, 1, 0);
        if (begins >= from || !timed) {
            continue; /* how sure they are is all they have to tell */
        }

        at = json_number(w, "start", 0, 1e6, -1);
        to = json_number(w, "end", at, 1e6, -1);
        word = json_text(w, "punctuated_word");
        word = word != NULL ? word : json_text(w, "word");
        timed = at >= 0 && to >= 0 && word != NULL;

        if (timed && rc == 0 && stt_stream_place(s, (at + to) / 2) >= from) {
            rc = stt_text_add(out, word,
                              (float) json_number(w, "confidence", 0, 1, 0));
        }
    }

    if (begins < from && timed && count > 0) {
        return rc;
    }

    if (sure < 0) {
        sure = count > 0 ? sum / (float) count : 0;
    }

    /* Half of it at least is of what is asked for, or nothing is. */
    stt_text_clear(out);
    if (begins >= from || (begins + ends) / 2 >= from) {
        return stt_text_add(out, text != NULL ? text : "", sure);
    }

    return 0;
}

static int
stream_connect(stt_stream_t *s)
{
    int                      rc;
    pack_t                   url = { 0 }, header = { 0 };
    stt_link_t              *link;
    const char              *headers[2] = { NULL, NULL };
    const provider_access_t *access = &s->stt->config->access;
    ws_options_t             o = {
        .connect_ms = STREAM_CONNECT_MS,
        .message_max = STREAM_MESSAGE_MAX,
        .queue_max = STREAM_QUEUE_MAX,
    };

    link = calloc(1, sizeof(stt_link_t));
    if (link == NULL) {
        return -ENOMEM;
    }

    rc = s->vendor->address(s, &url, &header);
    if (rc == 0 && (pack_is_bad(&url) || pack_is_bad(&header))) {
        rc = -ENOMEM;
    }

    if (rc == 0) {
        headers[0] = header.bytes;
        o.headers = headers;
        o.peer = (net_peer_t){ s->vendor->service, access->key, url.bytes,
                               access->trusted };
        link->stream = s;
        rc = ws_open(&link->ws, access->net, &o, &stream_ws_events, link);
    }

    if (rc == 0) {
        s->link = link;
        s->ready = 0;
        s->proved = 0;
        s->ask_due = s->waiting;
    } else {
        free(link);
    }

    if (header.bytes != NULL) {
        explicit_bzero(header.bytes, header.length);
    }
    pack_clear(&header);
    pack_clear(&url);
    return rc;
}

/* Of a connection that is over nothing is heard any more. */
static void
stream_part(stt_stream_t *s, int politely)
{
    stt_link_t *link = s->link;

    s->link = NULL;
    s->ready = 0;
    if (link == NULL) {
        return;
    }

    link->stream = NULL;
    if (politely) {
        if (s->vendor->goodbye != NULL) {
            (void) ws_send_text(link->ws, s->vendor->goodbye,
                                strlen(s->vendor->goodbye));
        }
        ws_close(link->ws, 1000);
        TAILQ_INSERT_TAIL(&stream_parting, link, parting);
        return; /* freed when it is closed */
    }

    ws_destroy(link->ws);
    free(link);
}

/* What was never sent and has no room any more is lost: -EAGAIN. */
static int
stream_store(stt_stream_t *s, const uint8_t *ulaw, size_t samples)
{
    int      rc = 0;
    size_t   at, n, lost;
    uint64_t kept;

    for (size_t done = 0; done < samples; done += n) {
        at = (size_t) (s->head % STT_STREAM_KEEP);
        n = samples - done;
        n = n < STT_STREAM_KEEP - at ? n : STT_STREAM_KEEP - at;
        memcpy(s->audio + at, ulaw + done, n);
        s->head += n;
    }

    kept = s->head > STT_STREAM_KEEP ? s->head - STT_STREAM_KEEP : 0;
    if (s->sent < kept) {
        lost = (size_t) (kept - s->sent);
        s->base += lost; /* this connection's time goes on without it */
        s->sent = kept;
        rc = -EAGAIN;
    }

    return rc;
}

/* Sends what there is in pieces of the wanted size; all of it when asked. */
static void
stream_pump(stt_stream_t *s)
{
    size_t   n;
    uint64_t left;

    while (s->ready && !s->closed) {
        left = s->head - s->sent;
        n = left < s->vendor->chunk_samples ? (size_t) left
                                            : s->vendor->chunk_samples;
        if (n == 0 || (n < s->vendor->chunk_samples && !s->ask_due)
            || ws_queued(s->link->ws) > STREAM_QUEUE_FULL) {
            break;
        }

        if (stream_send_audio(s, n) < 0) {
            break;
        }
    }

    if (s->ready && !s->closed && s->ask_due && s->sent == s->head) {
        s->ask_due = 0;
        s->vendor->ask(s);
    }
}

static int
stream_send_audio(stt_stream_t *s, size_t samples)
{
    int            rc;
    size_t         at = (size_t) (s->sent % STT_STREAM_KEEP);
    const uint8_t *ulaw = s->audio + at;

    if (samples > STT_STREAM_KEEP - at) {
        samples = STT_STREAM_KEEP - at;
    }

    if (s->vendor->send != NULL) {
        rc = s->vendor->send(s, ulaw, samples);
    } else {
        rc = ws_send_binary(s->link->ws, ulaw, samples);
    }

    if (rc == 0) {
        s->sent += samples;
        s->stt->sent_samples += samples;
        s->audio_ms = uv_now(s->stt->loop);
    }

    return rc;
}

/* What was asked is answered first, with what there is. */
static void
stream_fail(stt_stream_t *s, const fault_t *fault)
{
    float       confidence = 0;
    const char *text;

    stt_timer_stop(s->tick);
    stt_timer_stop(s->again);
    if (s->waiting) {
        text = s->vendor->best(s, &confidence);
        stt_stream_answer(s, text, confidence);
    }

    if (!s->closed && !s->dead) {
        s->dead = 1;
        s->stt->events->on_error(s->stt->data, fault);
    }
}

/* Lets go of all that could call back. */
static void
stream_settle(stt_stream_t *s)
{
    stream_part(s, s->ready);
    stt_timer_destroy(s->tick);
    stt_timer_destroy(s->late);
    stt_timer_destroy(s->again);
    s->tick = s->late = s->again = NULL;
}

static void
stream_hold(stt_stream_t *s)
{
    s->held++;
}

/* Who listens may close the stream in any event: it goes when none is left. */
static void
stream_release(stt_stream_t *s)
{
    if (--s->held == 0 && s->closed) {
        free(s->audio);
        free(s);
    }
}

static void
stream_on_open(void *data, const http_head_t *head)
{
    uint64_t      kept;
    stt_link_t   *link = data;
    stt_stream_t *s = link->stream;

    (void) head;
    if (s == NULL) {
        return;
    }

    s->heard_ms = uv_now(s->stt->loop);
    s->opened_ms = s->heard_ms;
    kept = s->head > STT_STREAM_KEEP ? s->head - STT_STREAM_KEEP : 0;
    s->sent = s->vendor->on_restart(s);
    s->sent = s->resting ? s->head : s->sent;
    s->sent = s->sent < kept ? kept : s->sent;
    s->base = s->sent;

    stream_hold(s);
    if (s->vendor->on_open == NULL) {
        stt_stream_ready(s);
    } else {
        stt_timer_start(s->again, STREAM_CONNECT_MS);
        s->vendor->on_open(s);
    }
    stream_release(s);
}

static void
stream_on_text(void *data, const char *text, size_t length)
{
    cJSON        *message;
    stt_link_t   *link = data;
    stt_stream_t *s = link->stream;

    if (s == NULL) {
        return;
    }

    stream_hold(s);
    s->heard_ms = uv_now(s->stt->loop);
    s->deaf = 0;

    message = cJSON_ParseWithLength(text, length);
    if (cJSON_IsObject(message)) {
        s->vendor->on_message(s, message);
    } else {
        stt_stream_refuse(s, "not an object");
    }
    cJSON_Delete(message);

    if (!s->closed && s->bad > STREAM_BAD_MAX) {
        s->bad = 0;
        stt_stream_lose(s, &(fault_t){ FAULT_INVALID, 0, "nonsense" });
    }
    stream_release(s);
}

static void
stream_on_binary(void *data, const uint8_t *bytes, size_t length)
{
    stt_link_t *link = data;

    (void) bytes;
    (void) length;
    if (link->stream != NULL) {
        stt_stream_refuse(link->stream, "binary");
    }
}

static void
stream_on_closed(void *data, int code, const char *text,
                 const fault_t *fault)
{
    fault_t       lost = { FAULT_LOST, 0, "closed" };
    stt_link_t   *link = data;
    stt_stream_t *s = link->stream;

    (void) text; /* may be anything: not for the log */
    if (s == NULL) {
        TAILQ_REMOVE(&stream_parting, link, parting);
        ws_destroy(link->ws);
        free(link);
        return;
    }

    if (fault != NULL) {
        lost = *fault;
    }

    /* It cannot make anything of what we send, nor will it the next time. */
    if (code == 1008 || code == 1003 || code == 1007) {
        lost.kind = FAULT_REFUSED;
    }

    stream_hold(s);
    stt_stream_lose(s, &lost);
    stream_release(s);
}

static void
stream_on_tick(void *data)
{
    stt_stream_t *s = data;

    stt_timer_start(s->tick, STREAM_TICK_MS);
    if (!s->ready) {
        return;
    }

    stream_hold(s);
    if (s->vendor->on_tick != NULL) {
        s->vendor->on_tick(s, uv_now(s->stt->loop) - s->audio_ms);
    }
    if (!s->closed) {
        stream_pump(s);
    }
    stream_release(s);
}

/*
 * The answer is late: what is understood so far is the answer. A service that
 * had nothing at all to say since it was asked, twice, is not there any more.
 */
static void
stream_on_late(void *data)
{
    float         confidence = 0;
    const char   *text;
    stt_stream_t *s = data;

    if (!s->waiting) {
        return;
    }

    stream_hold(s);
    text = s->vendor->best(s, &confidence);
    if (s->ready && s->heard_ms < s->asked_ms) {
        s->deaf++;
    }

    stt_stream_answer(s, text, confidence);
    if (!s->closed && s->deaf >= STREAM_DEAF) {
        s->deaf = 0;
        stt_stream_lose(s, &(fault_t){ FAULT_LOST, 0, "it says nothing" });
    }
    stream_release(s);
}

/* Either another try is due, or the last one does not get anywhere. */
static void
stream_on_again(void *data)
{
    int           rc;
    fault_t       fault = { FAULT_LOST, 0, "no connection" };
    stt_stream_t *s = data;

    stream_hold(s);
    if (s->link != NULL) {
        fault.reason = "the session does not begin";
        stt_stream_lose(s, &fault);
    } else {
        rc = stream_connect(s);
        if (rc < 0) {
            fault.kind = rc == -EBUSY ? FAULT_BUSY : FAULT_LOST;
            stream_fail(s, &fault);
        }
    }
    stream_release(s);
}
