/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "provider/stt_stream.h"

/*
 * OpenAI Realtime, a transcription session. Its turn detection is off: each
 * finalize() commits what was sent since the last one, which becomes an item;
 * items are written down in any order, and their texts are put together in
 * the order of the commits.
 */

#define REALTIME_URL "https://api.openai.com/v1"
#define REALTIME_MODEL "gpt-4o-mini-transcribe"
#define REALTIME_CHUNK (100 * 8)
#define REALTIME_COMMIT_MIN (100 * 8) /* less is an error */
#define REALTIME_ANSWER_MS 2000
#define REALTIME_ITEMS 8
#define REALTIME_TEXT "conversation.item.input_audio_transcription."
#define REALTIME_SURE 0.8f /* when it does not tell how sure it is */

/* Between a commit and its text. */
typedef struct {
    char       id[64]; /* "": the commit is not confirmed */
    uint64_t   to;
    stt_text_t text;
    unsigned   done:1;
    unsigned   old:1; /* of an utterance nobody waits for */
} realtime_item_t;

typedef struct {
    stt_stream_t    stream; /* first */
    stt_text_t      finals; /* of items done, in order */
    stt_text_t      all;
    uint64_t        done_to;   /* what is before is in `finals` */
    uint64_t        commit_to; /* what is before was committed */
    realtime_item_t items[REALTIME_ITEMS]; /* oldest first */
    unsigned        count;
} realtime_t;

static int realtime_open(stt_t *stt);
static int realtime_address(stt_stream_t *s, pack_t *url, pack_t *header);
static void realtime_on_open(stt_stream_t *s);
static int realtime_configure(stt_stream_t *s);
static cJSON *realtime_session(const stt_config_t *c);
static int realtime_send(stt_stream_t *s, const uint8_t *ulaw,
                         size_t samples);
static void realtime_on_begin(stt_stream_t *s);
static uint64_t realtime_on_restart(stt_stream_t *s);
static void realtime_ask(stt_stream_t *s);
static const char *realtime_best(stt_stream_t *s, float *confidence);
static void realtime_on_message(stt_stream_t *s, const cJSON *message);
static void realtime_on_error(realtime_t *r, const cJSON *message);
static void realtime_on_committed(realtime_t *r, const cJSON *message);
static void realtime_on_delta(realtime_t *r, const cJSON *message);
static void realtime_on_done(realtime_t *r, const cJSON *message);
static realtime_item_t *realtime_item(realtime_t *r, const char *id);
static float realtime_sure(const cJSON *message);
static void realtime_settle(realtime_t *r);

static const stt_stream_vendor_t realtime_vendor = {
    .service = "openai_realtime",
    .bytes = sizeof(realtime_t),
    .answer_ms = REALTIME_ANSWER_MS,
    .chunk_samples = REALTIME_CHUNK,
    .address = realtime_address,
    .on_open = realtime_on_open,
    .on_message = realtime_on_message,
    .send = realtime_send,
    .ask = realtime_ask,
    .best = realtime_best,
    .on_restart = realtime_on_restart,
    .on_begin = realtime_on_begin,
};

const stt_provider_t stt_openai_realtime = {
    .name = "openai_realtime",
    .open = realtime_open,
    .feed = stt_stream_feed,
    .finalize = stt_stream_finalize,
    .begin = stt_stream_begin,
    .rest = stt_stream_rest,
    .close = stt_stream_close,
};

static int
realtime_open(stt_t *stt)
{
    if (stt->config->access.key == NULL || stt->config->access.key[0] == '\0') {
        return -EACCES;
    }

    return stt_stream_open(stt, &realtime_vendor);
}

static int
realtime_address(stt_stream_t *s, pack_t *url, pack_t *header)
{
    const provider_access_t *access = &s->stt->config->access;

    pack_url(url, access->base_url, REALTIME_URL, 1,
             "/realtime?intent=transcription");
    pack_text(header, "Authorization: Bearer ");
    pack_text(header, access->key);
    return 0;
}

/* It says session.created, is told what we want, and says session.updated. */
static void
realtime_on_open(stt_stream_t *s)
{
    (void) s;
}

static int
realtime_configure(stt_stream_t *s)
{
    int    rc = -ENOMEM;
    char  *text;
    cJSON *update;

    update = realtime_session(s->stt->config);
    text = cJSON_PrintUnformatted(update);
    if (text != NULL) {
        rc = stt_stream_send(s, text);
    }

    cJSON_free(text);
    cJSON_Delete(update);
    return rc;
}

static cJSON *
realtime_session(const stt_config_t *c)
{
    char        language[16];
    cJSON      *update, *session, *input, *part;
    pack_t      prompt = { 0 };
    const char *model = c->access.model;

    stt_language(language, sizeof(language), c->language);
    model = model != NULL && model[0] != '\0' ? model : REALTIME_MODEL;

    update = cJSON_CreateObject();
    cJSON_AddStringToObject(update, "type", "session.update");
    session = cJSON_AddObjectToObject(update, "session");
    cJSON_AddStringToObject(session, "type", "transcription");
    part = cJSON_AddObjectToObject(session, "audio");
    input = cJSON_AddObjectToObject(part, "input");

    part = cJSON_AddObjectToObject(input, "format");
    cJSON_AddStringToObject(part, "type", "audio/pcmu");

    part = cJSON_AddObjectToObject(input, "transcription");
    cJSON_AddStringToObject(part, "model", model);
    cJSON_AddStringToObject(part, "language", language);
    stt_keyterms_prompt(&prompt, c->keyterms, c->keyterm_count);
    if (prompt.length > 0) {
        cJSON_AddStringToObject(part, "prompt", prompt.bytes);
    }
    pack_clear(&prompt);

    part = cJSON_AddObjectToObject(input, "noise_reduction");
    cJSON_AddStringToObject(part, "type", "near_field");
    cJSON_AddNullToObject(input, "turn_detection");

    part = cJSON_AddArrayToObject(session, "include");
    cJSON_AddItemToArray(
        part, cJSON_CreateString("item.input_audio_transcription.logprobs"));
    return update;
}

static int
realtime_send(stt_stream_t *s, const uint8_t *ulaw, size_t samples)
{
    int               n;
    char              text[2 * REALTIME_CHUNK];
    static const char head[] = "{\"type\":\"input_audio_buffer.append\","
                               "\"audio\":\"";

    memcpy(text, head, sizeof(head));
    n = EVP_EncodeBlock((unsigned char *) text + sizeof(head) - 1, ulaw,
                        (int) samples);
    memcpy(text + sizeof(head) - 1 + n, "\"}", 3);
    return stt_stream_send(s, text);
}

/* What was sent and not committed must not become part of this one. */
static void
realtime_on_begin(stt_stream_t *s)
{
    realtime_t *r = (realtime_t *) s;

    for (unsigned i = 0; i < r->count; i++) {
        r->items[i].old = 1;
    }

    if (s->ready) {
        if (s->sent > r->commit_to) {
            (void) stt_stream_send(
                s, "{\"type\":\"input_audio_buffer.clear\"}");
        }
        s->sent = s->head;
    }

    stt_text_clear(&r->finals);
    r->commit_to = s->from;
    r->done_to = s->from;
}

static uint64_t
realtime_on_restart(stt_stream_t *s)
{
    realtime_t *r = (realtime_t *) s;

    r->count = 0;
    r->commit_to = r->done_to;
    return r->done_to;
}

static void
realtime_ask(stt_stream_t *s)
{
    realtime_t      *r = (realtime_t *) s;
    realtime_item_t *item;

    if (s->sent - r->commit_to < REALTIME_COMMIT_MIN) {
        realtime_settle(r); /* what there is, is all */
        return;
    }

    if (r->count == REALTIME_ITEMS) {
        stt_stream_lose(s, &(fault_t){ FAULT_LOST, 0, "no text comes" });
        return;
    }

    if (stt_stream_send(s, "{\"type\":\"input_audio_buffer.commit\"}") == 0) {
        item = &r->items[r->count++];
        memset(item, 0, sizeof(*item));
        item->to = s->sent;
        r->commit_to = s->sent;
    }
}

static const char *
realtime_best(stt_stream_t *s, float *confidence)
{
    realtime_t *r = (realtime_t *) s;

    r->all = r->finals;
    for (unsigned i = 0; i < r->count; i++) {
        if (!r->items[i].old) {
            (void) stt_text_add(&r->all, r->items[i].text.text,
                                stt_text_confidence(&r->items[i].text));
        }
    }

    *confidence = stt_text_confidence(&r->all);
    return r->all.text;
}

static void
realtime_on_message(stt_stream_t *s, const cJSON *message)
{
    realtime_t *r = (realtime_t *) s;
    const char *type = json_text(message, "type");

    if (type == NULL) {
        stt_stream_refuse(s, "no type");
    } else if (strcmp(type, "session.created") == 0) {
        if (!s->ready && realtime_configure(s) < 0) {
            stt_stream_lose(s, &(fault_t){ FAULT_LOST, 0, "no settings" });
        }
    } else if (strcmp(type, "session.updated") == 0) {
        if (!s->ready) {
            stt_stream_ready(s);
        }
    } else if (strcmp(type, "error") == 0) {
        realtime_on_error(r, message);
    } else if (!s->ready) {
        return;
    } else if (strcmp(type, "input_audio_buffer.committed") == 0) {
        realtime_on_committed(r, message);
    } else if (strncmp(type, REALTIME_TEXT, sizeof(REALTIME_TEXT) - 1) == 0) {
        type += sizeof(REALTIME_TEXT) - 1;
        if (strcmp(type, "delta") == 0) {
            realtime_on_delta(r, message);
        } else if (strcmp(type, "completed") == 0
                   || strcmp(type, "failed") == 0) {
            realtime_on_done(r, message);
        }
    }
}

/* Most leave the session as it is; one before it begins ends it. */
static void
realtime_on_error(realtime_t *r, const cJSON *message)
{
    const char   *code;
    fault_t       fault = { FAULT_LOST, 0, "it said error" };
    stt_stream_t *s = &r->stream;

    code = json_text(cJSON_GetObjectItemCaseSensitive(message, "error"),
                     "code");
    code = code != NULL ? code : "";

    if (strcmp(code, "input_audio_buffer_commit_empty") == 0) {
        for (unsigned i = 0; i < r->count; i++) {
            if (r->items[i].id[0] == '\0' && !r->items[i].done) {
                r->items[i].done = 1;
                break;
            }
        }
        realtime_settle(r);
        return;
    }

    if (strstr(code, "rate_limit") != NULL) {
        fault.kind = FAULT_BUSY;
    } else if (!s->ready || strcmp(code, "invalid_api_key") == 0
               || strcmp(code, "insufficient_quota") == 0
               || strcmp(code, "model_not_found") == 0) {
        fault.kind = FAULT_REFUSED;
    } else if (strcmp(code, "session_expired") != 0) {
        stt_stream_refuse(s, "an error");
        return;
    }

    stt_stream_lose(s, &fault);
}

static void
realtime_on_committed(realtime_t *r, const cJSON *message)
{
    const char      *id = json_text(message, "item_id");
    realtime_item_t *item;

    for (unsigned i = 0; i < r->count && id != NULL; i++) {
        item = &r->items[i];
        if (item->id[0] == '\0' && !item->done) {
            if (id[0] == '\0' || strlen(id) >= sizeof(item->id)
                || realtime_item(r, id) != NULL) {
                break;
            }
            (void) snprintf(item->id, sizeof(item->id), "%s", id);
            return;
        }
    }

    stt_stream_refuse(&r->stream, "a commit that was none");
}

static void
realtime_on_delta(realtime_t *r, const cJSON *message)
{
    float            confidence;
    size_t           n;
    stt_text_t      *text;
    const char      *delta = json_text(message, "delta");
    realtime_item_t *item = realtime_item(r, json_text(message, "item_id"));

    if (item == NULL || item->done || delta == NULL) {
        stt_stream_refuse(&r->stream, "text of nothing");
        return;
    }

    /* Word for word, spaces and all. */
    text = &item->text;
    n = strlen(delta);
    if (text->length + n >= sizeof(text->text)) {
        stt_stream_refuse(&r->stream, "too much text");
        return;
    }

    memcpy(text->text + text->length, delta, n + 1);
    text->length += n;
    text->sure = REALTIME_SURE;
    text->weight = 1;

    if (!item->old) {
        stt_stream_partial(&r->stream, realtime_best(&r->stream, &confidence));
    }
}

static void
realtime_on_done(realtime_t *r, const cJSON *message)
{
    const char      *text = json_text(message, "transcript");
    realtime_item_t *item = realtime_item(r, json_text(message, "item_id"));

    if (item == NULL || item->done) {
        stt_stream_refuse(&r->stream, "text of nothing, or once more");
        return;
    }

    stt_stream_prove(&r->stream);
    item->done = 1;
    stt_text_clear(&item->text);
    if (text != NULL && stt_text_is_filler(text) < 2
        && stt_text_add(&item->text, text, realtime_sure(message)) < 0) {
        stt_stream_refuse(&r->stream, "too much text");
    }

    realtime_settle(r);
}

static realtime_item_t *
realtime_item(realtime_t *r, const char *id)
{
    for (unsigned i = 0; i < r->count && id != NULL && id[0] != '\0'; i++) {
        if (strcmp(r->items[i].id, id) == 0) {
            return &r->items[i];
        }
    }

    return NULL;
}

static float
realtime_sure(const cJSON *message)
{
    int          count = 0;
    double       sum = 0;
    const cJSON *token;

    cJSON_ArrayForEach(token,
                       cJSON_GetObjectItemCaseSensitive(message, "logprobs"))
    {
        sum += json_number(token, "logprob", -100, 0, 0);
        count++;
    }

    return count > 0 ? (float) exp(sum / count) : REALTIME_SURE;
}

/* Items that are done leave in their order; when none is left, that is it. */
static void
realtime_settle(realtime_t *r)
{
    float            confidence;
    const char      *text;
    stt_stream_t    *s = &r->stream;
    realtime_item_t *item;

    while (r->count > 0 && r->items[0].done) {
        item = &r->items[0];
        if (!item->old) {
            (void) stt_text_add(&r->finals, item->text.text,
                                stt_text_confidence(&item->text));
            r->done_to = item->to;
        }
        r->count--;
        memmove(r->items, r->items + 1, r->count * sizeof(r->items[0]));
    }

    for (unsigned i = 0; i < r->count; i++) {
        if (!r->items[i].old) {
            return;
        }
    }

    if (s->waiting && !s->ask_due) {
        text = realtime_best(s, &confidence);
        stt_stream_answer(s, text, confidence);
    }
}
