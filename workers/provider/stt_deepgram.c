/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "provider/stt_stream.h"

/*
 * Deepgram, live streaming (v1/listen). Results come by spans of the audio:
 * what is_final says of a span stays, what else is said of what follows is a
 * preview. Where the utterance ends is the caller's business here: Finalize
 * has the text of all that was sent.
 */

#define DEEPGRAM_URL "https://api.deepgram.com"
#define DEEPGRAM_MODEL "nova-3"
#define DEEPGRAM_CHUNK (60 * 8)
#define DEEPGRAM_TOKENS 500
#define DEEPGRAM_KEYWORDS 100 /* of older models, which count them */
#define DEEPGRAM_ANSWER_MS 500
#define DEEPGRAM_KEEP_MS 4000 /* it closes after 10 s without a word of us */
/* A result that ends so little before the end is of all. */
#define DEEPGRAM_NEAR (100 * 8)

typedef struct {
    stt_stream_t stream; /* first */
    stt_text_t   finals;  /* of this utterance */
    stt_text_t   preview; /* of what comes after them */
    stt_text_t   all;
    uint64_t     final_to; /* what is before is final */
    uint32_t     asked;    /* Finalize without its answer, this connection */
    char         id[64];   /* of this connection's results; "": none yet */
} deepgram_t;

typedef struct {
    uint64_t begins, ends;
    unsigned final:1;
    unsigned flush:1; /* answers a Finalize */
} deepgram_span_t;

static int deepgram_open(stt_t *stt);
static int deepgram_address(stt_stream_t *s, pack_t *url, pack_t *header);
static void deepgram_keyterms(const stt_config_t *c, const char *model,
                              pack_t *url);
static void deepgram_on_begin(stt_stream_t *s);
static uint64_t deepgram_on_restart(stt_stream_t *s);
static void deepgram_ask(stt_stream_t *s);
static const char *deepgram_best(stt_stream_t *s, float *confidence);
static void deepgram_on_tick(stt_stream_t *s, uint64_t idle_ms);
static void deepgram_on_message(stt_stream_t *s, const cJSON *message);
static int deepgram_is_ours(deepgram_t *d, const cJSON *message);
static int deepgram_span(const stt_stream_t *s, const cJSON *message,
                         deepgram_span_t *span);
static void deepgram_on_results(deepgram_t *d, const cJSON *message);
static void deepgram_on_final(deepgram_t *d, const deepgram_span_t *span);
static void deepgram_join(deepgram_t *d);

static const stt_stream_vendor_t deepgram_vendor = {
    .service = "deepgram",
    .bytes = sizeof(deepgram_t),
    .answer_ms = DEEPGRAM_ANSWER_MS,
    .chunk_samples = DEEPGRAM_CHUNK,
    .goodbye = "{\"type\":\"CloseStream\"}",
    .address = deepgram_address,
    .on_message = deepgram_on_message,
    .ask = deepgram_ask,
    .best = deepgram_best,
    .on_restart = deepgram_on_restart,
    .on_begin = deepgram_on_begin,
    .on_tick = deepgram_on_tick,
};

const stt_provider_t stt_deepgram = {
    .name = "deepgram",
    .open = deepgram_open,
    .feed = stt_stream_feed,
    .finalize = stt_stream_finalize,
    .begin = stt_stream_begin,
    .rest = stt_stream_rest,
    .close = stt_stream_close,
};

static int
deepgram_open(stt_t *stt)
{
    if (stt->config->access.key == NULL || stt->config->access.key[0] == '\0') {
        return -EACCES;
    }

    return stt_stream_open(stt, &deepgram_vendor);
}

static int
deepgram_address(stt_stream_t *s, pack_t *url, pack_t *header)
{
    const stt_config_t *c = s->stt->config;
    const char         *model = c->access.model, *key = c->access.key;
    const char         *language = c->language;

    model = model != NULL && model[0] != '\0' ? model : DEEPGRAM_MODEL;
    language = language != NULL && language[0] != '\0' ? language : "en";

    pack_url(url, c->access.base_url, DEEPGRAM_URL, 1, "/v1/listen?model=");
    pack_query(url, model);
    pack_text(url, "&language=");
    pack_query(url, language);
    pack_text(url, "&encoding=mulaw&sample_rate=8000&channels=1"
                   "&interim_results=true&endpointing=300"
                   "&utterance_end_ms=1000&vad_events=true"
                   "&smart_format=true&no_delay=true&punctuate=true");
    deepgram_keyterms(c, model, url);

    /* Those that are made for a while begin as all JSON Web Tokens do. */
    pack_text(header, "Authorization: ");
    pack_text(header, strncmp(key, "eyJ", 3) == 0 ? "Bearer " : "Token ");
    pack_text(header, key);
    return 0;
}

/* More than 500 tokens are an error that shows as silence: see stt_pack.h. */
static void
deepgram_keyterms(const stt_config_t *c, const char *model, pack_t *url)
{
    size_t      n = c->keyterm_count;
    const char *name = "&keyterm=";

    if (strncmp(model, "nova-3", 6) == 0) {
        n = stt_keyterms_within(c->keyterms, n, DEEPGRAM_TOKENS);
    } else {
        name = "&keywords=";
        n = n < DEEPGRAM_KEYWORDS ? n : DEEPGRAM_KEYWORDS;
    }

    for (size_t i = 0; i < n; i++) {
        if (c->keyterms[i][0] != '\0') {
            pack_text(url, name);
            pack_query(url, c->keyterms[i]);
        }
    }
}

static void
deepgram_on_begin(stt_stream_t *s)
{
    deepgram_t *d = (deepgram_t *) s;

    stt_text_clear(&d->finals);
    stt_text_clear(&d->preview);
    d->final_to = s->from;
}

static uint64_t
deepgram_on_restart(stt_stream_t *s)
{
    deepgram_t *d = (deepgram_t *) s;

    d->asked = 0;
    d->id[0] = '\0';
    stt_text_clear(&d->preview);
    return d->final_to;
}

/* It need not answer when little is left, so nothing is asked of nothing. */
static void
deepgram_ask(stt_stream_t *s)
{
    float       confidence;
    deepgram_t *d = (deepgram_t *) s;

    if (d->final_to >= s->asked) {
        stt_stream_answer(s, deepgram_best(s, &confidence),
                          stt_text_confidence(&d->all));
        return;
    }

    if (stt_stream_send(s, "{\"type\":\"Finalize\"}") == 0) {
        d->asked++;
    }
}

static const char *
deepgram_best(stt_stream_t *s, float *confidence)
{
    deepgram_t *d = (deepgram_t *) s;

    deepgram_join(d);
    *confidence = stt_text_confidence(&d->all);
    return d->all.text;
}

/* KeepAlive keeps no stream alive that never had any audio. */
static void
deepgram_on_tick(stt_stream_t *s, uint64_t idle_ms)
{
    if (idle_ms < DEEPGRAM_KEEP_MS) {
        return;
    }

    if (s->sent == s->base) {
        stt_stream_silence(s, DEEPGRAM_CHUNK);
        return;
    }

    if (stt_stream_send(s, "{\"type\":\"KeepAlive\"}") == 0) {
        s->audio_ms = uv_now(s->stt->loop);
    }
}

static void
deepgram_on_message(stt_stream_t *s, const cJSON *message)
{
    const char *type = json_text(message, "type");

    if (type == NULL) {
        stt_stream_refuse(s, "no type");
        return;
    }

    /*
     * The rest is about turns, which are found from the line itself, or tells
     * what the close code will tell.
     */
    if (strcmp(type, "Results") == 0) {
        deepgram_on_results((deepgram_t *) s, message);
    } else if (strcmp(type, "Error") == 0) {
        stt_stream_refuse(s, "an error");
    }
}

/* What another connection's number is on is not about our caller. */
static int
deepgram_is_ours(deepgram_t *d, const cJSON *message)
{
    size_t       n;
    const char  *id;
    const cJSON *metadata;

    metadata = cJSON_GetObjectItemCaseSensitive(message, "metadata");
    id = json_text(metadata, "request_id");
    if (id == NULL || id[0] == '\0') {
        return 1;
    }

    if (d->id[0] == '\0') {
        n = strnlen(id, sizeof(d->id) - 1);
        memcpy(d->id, id, n);
        d->id[n] = '\0';
    }

    return strncmp(d->id, id, sizeof(d->id) - 1) == 0;
}

static int
deepgram_span(const stt_stream_t *s, const cJSON *message,
              deepgram_span_t *span)
{
    double start, duration;

    start = json_number(message, "start", 0, 1e6, -1);
    duration = json_number(message, "duration", 0, 1e6, -1);
    if (start < 0 || duration < 0) {
        return -EINVAL;
    }

    span->begins = stt_stream_place(s, start);
    span->ends = stt_stream_place(s, start + duration);
    if (span->begins > s->sent + FRAME_RATE_HZ) {
        return -EINVAL; /* nobody has said that yet */
    }

    span->ends = span->ends < s->sent ? span->ends : s->sent;
    span->flush = cJSON_IsTrue(
        cJSON_GetObjectItemCaseSensitive(message, "from_finalize"));
    span->final = span->flush
                  || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(
                      message, "is_final"))
                  || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(
                      message, "speech_final"));
    return 0;
}

static void
deepgram_on_results(deepgram_t *d, const cJSON *message)
{
    const cJSON    *best;
    stt_stream_t   *s = &d->stream;
    deepgram_span_t span = { 0 };

    best = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(
            cJSON_GetObjectItemCaseSensitive(message, "channel"),
            "alternatives"),
        0);

    if (!deepgram_is_ours(d, message)) {
        stt_stream_refuse(s, "of another connection");
        return;
    }

    if (json_text(best, "transcript") == NULL
        || deepgram_span(s, message, &span) < 0) {
        stt_stream_refuse(s, "no text or no time");
        return;
    }

    stt_stream_prove(s);
    if (span.ends <= d->final_to) {
        stt_text_clear(&d->all); /* said before, or before the utterance */
    } else if (stt_stream_text_from(s, &d->all, best, span.begins, span.ends,
                                    d->final_to)
               < 0) {
        stt_stream_refuse(s, "too much text");
        return;
    }

    if (span.final) {
        deepgram_on_final(d, &span);
        return;
    }

    if (span.ends > d->final_to) {
        d->preview = d->all;
        deepgram_join(d);
        stt_stream_partial(s, d->all.text);
    }
}

static void
deepgram_on_final(deepgram_t *d, const deepgram_span_t *span)
{
    int           answers;
    float         confidence;
    const char   *text;
    stt_stream_t *s = &d->stream;

    if (span->ends > d->final_to) {
        (void) stt_text_add(&d->finals, d->all.text,
                            stt_text_confidence(&d->all));
        d->final_to = span->ends;
        stt_text_clear(&d->preview);
    }

    answers = span->ends + DEEPGRAM_NEAR >= s->asked && !s->ask_due;
    if (span->flush && d->asked > 0) {
        d->asked--;
        /* An older Finalize is answered by less; the newest by what it is. */
        answers = answers || d->asked == 0;
    }

    text = deepgram_best(s, &confidence);
    if (answers && s->waiting) {
        stt_stream_answer(s, text, confidence);
    } else {
        stt_stream_partial(s, text);
    }
}

static void
deepgram_join(deepgram_t *d)
{
    d->all = d->finals;
    (void) stt_text_add(&d->all, d->preview.text,
                        stt_text_confidence(&d->preview));
}
