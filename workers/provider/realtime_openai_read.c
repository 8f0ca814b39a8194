/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "provider/realtime_openai.h"

typedef struct {
    tts_audio_t audio; /* first */
    uint8_t     ulaw[];
} rt_audio_t;

typedef void (*rt_read_pt)(rt_t *r, const cJSON *message);

static void rt_on_created(rt_t *r, const cJSON *m);
static void rt_on_updated(rt_t *r, const cJSON *m);
static void rt_on_speech_started(rt_t *r, const cJSON *m);
static void rt_on_speech_stopped(rt_t *r, const cJSON *m);
static void rt_on_transcribed(rt_t *r, const cJSON *m);
static void rt_on_not_transcribed(rt_t *r, const cJSON *m);
static void rt_on_response(rt_t *r, const cJSON *m);
static void rt_on_item(rt_t *r, const cJSON *m);
static void rt_on_audio(rt_t *r, const cJSON *m);
static void rt_on_audio_done(rt_t *r, const cJSON *m);
static void rt_on_transcript(rt_t *r, const cJSON *m);
static void rt_on_args(rt_t *r, const cJSON *m);
static void rt_on_args_done(rt_t *r, const cJSON *m);
static void rt_on_item_done(rt_t *r, const cJSON *m);
static void rt_on_done(rt_t *r, const cJSON *m);
static void rt_on_error(rt_t *r, const cJSON *m);
static int  rt_is_wanted(rt_t *r, const cJSON *m);
static rt_item_t *rt_item(rt_t *r, const cJSON *m);
static rt_call_t *rt_call(rt_t *r, const char *id, const char *item);
static void rt_call_item(rt_t *r, const cJSON *item, int whole);
static void rt_call_tell(rt_t *r, rt_call_t *call, const char *args);
static uint32_t rt_utterance(rt_t *r, const char *id, int add);
static void rt_tell_usage(rt_t *r, const cJSON *response);
static int  rt_check_failed(rt_t *r, const cJSON *response);
static int  rt_fault_of(const char *code, fault_e *kind);
static const char *text_of(const cJSON *object, const char *name);
static uint32_t number_of(const cJSON *object, const char *name);
static int  id_copy(char *to, const char *from);

/* Names of today, and of the time when it was new. What else it says we need
 * not know. */
/* clang-format off */
static const struct {
    const char *type;
    rt_read_pt  read;
} rt_types[] = {
    { "session.created",                        rt_on_created },
    { "session.updated",                        rt_on_updated },
    { "input_audio_buffer.speech_started",      rt_on_speech_started },
    { "input_audio_buffer.speech_stopped",      rt_on_speech_stopped },
    { "conversation.item.input_audio_transcription.completed",
                                                rt_on_transcribed },
    { "conversation.item.input_audio_transcription.failed",
                                                rt_on_not_transcribed },
    { "response.created",                       rt_on_response },
    { "response.output_item.added",             rt_on_item },
    { "response.output_audio.delta",            rt_on_audio },
    { "response.audio.delta",                   rt_on_audio },
    { "response.output_audio.done",             rt_on_audio_done },
    { "response.audio.done",                    rt_on_audio_done },
    { "response.output_audio_transcript.delta", rt_on_transcript },
    { "response.audio_transcript.delta",        rt_on_transcript },
    { "response.function_call_arguments.delta", rt_on_args },
    { "response.function_call_arguments.done",  rt_on_args_done },
    { "response.output_item.done",              rt_on_item_done },
    { "response.done",                          rt_on_done },
    { "error",                                  rt_on_error },
};
/* clang-format on */

void
rt_read(rt_t *r, const char *text, size_t length)
{
    cJSON      *message;
    size_t      i;
    const char *type;

    message = cJSON_ParseWithLength(text, length);
    type = text_of(message, "type");

    if (type[0] == '\0') {
        cJSON_Delete(message);
        rt_fail(r, FAULT_INVALID, "it sent what makes no sense");
        return;
    }

    for (i = 0; i < sizeof(rt_types) / sizeof(rt_types[0]); i++) {
        if (strcmp(rt_types[i].type, type) == 0) {
            rt_types[i].read(r, message);
            break;
        }
    }

    cJSON_Delete(message);
}

static void
rt_on_created(rt_t *r, const cJSON *m)
{
    (void) m;

    if (!r->ready) {
        rt_configure(r);
    }
}

static void
rt_on_updated(rt_t *r, const cJSON *m)
{
    (void) m;

    if (!r->ready) {
        rt_ready(r);
    }
}

static void
rt_on_speech_started(rt_t *r, const cJSON *m)
{
    uint32_t number = rt_utterance(r, text_of(m, "item_id"), 1);

    r->speaking = 1;
    r->rounds = 0;
    r->owed_ms = 0;

    /* A greeting, or a "still there?", is out of place from here on. */
    if (r->say != NULL && !r->say_sent && !r->say_must) {
        free(r->say);
        r->say = NULL;
    }

    r->rt->events->on_speech(r->rt->data, number, 1);
}

/* From here on it owes an answer. */
static void
rt_on_speech_stopped(rt_t *r, const cJSON *m)
{
    uint32_t number = rt_utterance(r, text_of(m, "item_id"), 1);

    r->speaking = 0;
    rt_owe(r);
    r->rt->events->on_speech(r->rt->data, number, 0);
}

static void
rt_on_transcribed(rt_t *r, const cJSON *m)
{
    uint32_t number = rt_utterance(r, text_of(m, "item_id"), 0);

    if (number != 0) {
        r->rt->events->on_user_text(r->rt->data, number,
                                    text_of(m, "transcript"));
    }
}

static void
rt_on_not_transcribed(rt_t *r, const cJSON *m)
{
    uint32_t number = rt_utterance(r, text_of(m, "item_id"), 0);

    if (number != 0) {
        r->rt->events->on_user_text(r->rt->data, number, "");
    }
}

/* Ours, or its own, since the caller has spoken. */
static void
rt_on_response(rt_t *r, const cJSON *m)
{
    const cJSON *response = cJSON_GetObjectItemCaseSensitive(m, "response");

    if (id_copy(r->response, text_of(response, "id")) < 0) {
        rt_fail(r, FAULT_INVALID, "a response without a name");
        return;
    }

    /* One that we canceled before it was born stays so. */
    if (!r->active) {
        r->dropped = 0;
    }

    r->active = 1;
    r->response_bytes = 0;
    rt_owe(r);
}

static void
rt_on_item(rt_t *r, const cJSON *m)
{
    if (rt_is_wanted(r, m)) {
        rt_call_item(r, cJSON_GetObjectItemCaseSensitive(m, "item"), 0);
    }
}

static void
rt_on_audio(rt_t *r, const cJSON *m)
{
    int         n;
    size_t      length;
    rt_item_t  *item;
    rt_audio_t *audio;
    const char *delta = text_of(m, "delta");

    item = rt_item(r, m);
    if (item == NULL || item->done) {
        return;
    }

    length = strlen(delta);
    audio = malloc(sizeof(rt_audio_t) + length / 4 * 3 + 3);
    if (audio == NULL) {
        rt_fail(r, FAULT_LOST, "no memory");
        return;
    }

    n = length % 4 == 0
            ? EVP_DecodeBlock(audio->ulaw, (const unsigned char *) delta,
                              (int) length)
            : -1;

    /* Padding is counted as bytes. */
    for (; n > 0 && length > 0 && delta[length - 1] == '='; length--) {
        n--;
    }

    if (n < 0 || r->response_bytes + (uint32_t) n > RT_RESPONSE_BYTES) {
        free(audio);
        rt_fail(r, FAULT_INVALID,
                n < 0 ? "sound that is none" : "it does not stop speaking");
        return;
    }

    item->bytes += (uint32_t) n;
    r->response_bytes += (uint32_t) n;
    item->content = number_of(m, "content_index");
    audio->audio = (tts_audio_t){ .ulaw = audio->ulaw,
                                  .samples = (size_t) n,
                                  .drop = (void (*)(tts_audio_t *)) free };

    tts_audio_hold(&audio->audio);
    r->rt->events->on_audio(r->rt->data, item->number, &audio->audio);
    tts_audio_release(&audio->audio);
}

static void
rt_on_audio_done(rt_t *r, const cJSON *m)
{
    rt_item_t *item = rt_item(r, m);

    if (item != NULL && !item->done) {
        item->done = 1;
        r->rt->events->on_audio_done(r->rt->data, item->number);
    }
}

static void
rt_on_transcript(rt_t *r, const cJSON *m)
{
    const char *delta = text_of(m, "delta");
    rt_item_t  *item = rt_item(r, m);

    if (item != NULL && delta[0] != '\0') {
        r->rt->events->on_text(r->rt->data, item->number, delta,
                               strlen(delta));
    }
}

static void
rt_on_args(rt_t *r, const cJSON *m)
{
    char       *grown;
    size_t      length;
    rt_call_t  *call;
    const char *delta = text_of(m, "delta");

    if (!rt_is_wanted(r, m)) {
        return;
    }

    call = rt_call(r, text_of(m, "call_id"), text_of(m, "item_id"));
    if (call == NULL || call->told) {
        return;
    }

    length = strlen(delta);
    if (call->length + length > RT_ARGS_MAX) {
        rt_fail(r, FAULT_INVALID, "arguments without an end");
        return;
    }

    grown = realloc(call->args, call->length + length + 1);
    if (grown == NULL) {
        rt_fail(r, FAULT_LOST, "no memory");
        return;
    }

    memcpy(grown + call->length, delta, length + 1);
    call->args = grown;
    call->length += length;
}

/* Older ones do not say the name here: it came with the item. */
static void
rt_on_args_done(rt_t *r, const cJSON *m)
{
    rt_call_t  *call;
    const char *name = text_of(m, "name");

    if (!rt_is_wanted(r, m)) {
        return;
    }

    call = rt_call(r, text_of(m, "call_id"), text_of(m, "item_id"));
    if (call == NULL) {
        return;
    }

    if (name[0] != '\0' && strlen(name) < sizeof(call->name)) {
        strcpy(call->name, name);
    }

    rt_call_tell(r, call, text_of(m, "arguments"));
}

static void
rt_on_item_done(rt_t *r, const cJSON *m)
{
    if (rt_is_wanted(r, m)) {
        rt_call_item(r, cJSON_GetObjectItemCaseSensitive(m, "item"), 1);
    }
}

static void
rt_on_done(rt_t *r, const cJSON *m)
{
    int            dropped;
    size_t         i;
    const char    *status;
    const cJSON   *item, *response;
    realtime_end_e end = REALTIME_DONE;

    response = cJSON_GetObjectItemCaseSensitive(m, "response");

    /*
     * Of another than the last one: that one is over already. One that was
     * canceled early may end before we were told its name.
     */
    if (!r->active
        || (r->response[0] != '\0'
            && strcmp(text_of(response, "id"), r->response) != 0))
    {
        return;
    }

    status = text_of(response, "status");
    dropped = r->dropped;
    r->active = 0;
    r->dropped = 0;
    r->owed_ms = 0;
    r->response[0] = '\0';

    rt_tell_usage(r, response);
    if (r->rt == NULL || rt_check_failed(r, response)) {
        return;
    }

    if (strcmp(status, "cancelled") == 0) {
        end = REALTIME_CUT;
    } else if (strcmp(status, "incomplete") == 0) {
        end = REALTIME_PARTIAL;
    }

    if (!dropped && end == REALTIME_DONE) {
        cJSON_ArrayForEach(item,
                           cJSON_GetObjectItemCaseSensitive(response,
                                                            "output"))
        {
            rt_call_item(r, item, 1);
            if (r->rt == NULL) {
                return;
            }
        }
    }

    /* Calls that never became whole want no result. */
    for (i = 0; i < RT_CALLS; i++) {
        if (r->calls[i].id[0] != '\0' && !r->calls[i].told) {
            rt_call_clear(&r->calls[i]);
            r->calls_open--;
        }
    }

    if (r->say_sent) {
        free(r->say);
        r->say = NULL;
        r->say_sent = 0;
    }

    r->rt->events->on_done(r->rt->data, dropped ? REALTIME_CUT : end);
    rt_next(r);
}

/* Most leave the session as it is. */
static void
rt_on_error(rt_t *r, const cJSON *m)
{
    char         create[24];
    fault_e      kind;
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(m, "error");
    const char  *code = text_of(error, "code");

    if (code[0] == '\0') {
        code = text_of(error, "type");
    }

    if (rt_fault_of(code, &kind)) {
        rt_fail(r, kind, "it ended the session");
        return;
    }

    if (!r->ready) {
        rt_fail(r, FAULT_REFUSED, "it does not want our session");
        return;
    }

    (void) snprintf(create, sizeof(create), "evt_%u", r->create_event);

    if (strcmp(text_of(error, "event_id"), create) != 0) {
        return;
    }

    /*
     * The caller was quicker than what we asked for: their answer comes first,
     * and is on its way. What must be said is asked for again after it.
     */
    if (strcmp(code, "conversation_already_has_active_response") == 0) {
        r->answer_due |= r->created_answer;

        if (r->say_sent && !r->created_answer) {
            r->say_sent = 0;
            if (!r->say_must) {
                free(r->say);
                r->say = NULL;
            }
        }
        return;
    }

    rt_fail(r, FAULT_INVALID, "it refuses to answer");
}

/* Of the response under way, and that is still to be heard. */
static int
rt_is_wanted(rt_t *r, const cJSON *m)
{
    if (!r->active || r->response[0] == '\0'
        || strcmp(text_of(m, "response_id"), r->response) != 0)
    {
        return 0;
    }

    rt_owe(r);

    return !r->dropped;
}

/* The item that a message is about; a new one gets the next number. */
static rt_item_t *
rt_item(rt_t *r, const cJSON *m)
{
    uint32_t    i;
    rt_item_t  *item;
    const char *id = text_of(m, "item_id");

    if (!rt_is_wanted(r, m)) {
        return NULL;
    }

    for (i = 0; i < RT_ITEMS; i++) {
        if (id[0] != '\0' && strcmp(r->items[i].id, id) == 0) {
            return &r->items[i];
        }
    }

    item = &r->items[++r->item_last % RT_ITEMS];
    memset(item, 0, sizeof(*item));

    if (id_copy(item->id, id) < 0) {
        rt_fail(r, FAULT_INVALID, "an item without a name");
        return NULL;
    }

    item->number = r->item_last;

    return item;
}

static rt_call_t *
rt_call(rt_t *r, const char *id, const char *item)
{
    size_t i;

    for (i = 0; i < RT_CALLS; i++) {
        if (r->calls[i].id[0] != '\0'
            && (strcmp(r->calls[i].id, id) == 0
                || (id[0] == '\0' && strcmp(r->calls[i].item, item) == 0)))
        {
            return &r->calls[i];
        }
    }

    return NULL;
}

/* An item that is a call of a tool: at its begin, or whole. */
static void
rt_call_item(rt_t *r, const cJSON *item, int whole)
{
    size_t      i;
    rt_call_t  *call;
    const char *id = text_of(item, "call_id"), *name = text_of(item, "name");
    const char *status = text_of(item, "status");

    if (strcmp(text_of(item, "type"), "function_call") != 0) {
        return;
    }

    call = rt_call(r, id, "");

    if (call == NULL) {
        /* One that was told and answered already has none any more. */
        for (i = 0; i < RT_CALLS && r->calls[i].id[0] != '\0'; i++) {
        }

        if (whole || i == RT_CALLS || strlen(name) >= sizeof(call->name)) {
            return;
        }

        call = &r->calls[i];
        if (id_copy(call->id, id) < 0
            || id_copy(call->item, text_of(item, "id")) < 0)
        {
            rt_call_clear(call);
            rt_fail(r, FAULT_INVALID, "a tool's call without a name");
            return;
        }

        strcpy(call->name, name);
        r->calls_open++;
    }

    if (whole && strcmp(status, "incomplete") != 0) {
        rt_call_tell(r, call, text_of(item, "arguments"));
    }
}

/* The result may come before on_tool() returns, and clears the call. */
static void
rt_call_tell(rt_t *r, rt_call_t *call, const char *args)
{
    char *given, id[RT_ID_BYTES], name[sizeof(call->name)];

    if (call->told || call->name[0] == '\0') {
        return;
    }

    if (args[0] == '\0') {
        args = call->args != NULL ? call->args : "{}";
    }

    if (strlen(args) > RT_ARGS_MAX) {
        rt_fail(r, FAULT_INVALID, "arguments without an end");
        return;
    }

    given = strdup(args);
    if (given == NULL) {
        rt_fail(r, FAULT_LOST, "no memory");
        return;
    }

    call->told = 1;
    strcpy(id, call->id);
    strcpy(name, call->name);
    r->rt->events->on_tool(r->rt->data, id, name, given);
    free(given);
}

/* The number of what the caller said; 0: nobody knows it (any more). */
static uint32_t
rt_utterance(rt_t *r, const char *id, int add)
{
    size_t          i;
    rt_utterance_t *u;

    for (i = 0; i < RT_ITEMS; i++) {
        if (id[0] != '\0' && strcmp(r->utterances[i].id, id) == 0) {
            return r->utterances[i].number;
        }
    }

    if (!add) {
        return 0;
    }

    u = &r->utterances[++r->utterance_last % RT_ITEMS];
    u->number = r->utterance_last;
    if (id_copy(u->id, id) < 0) {
        u->id[0] = '\0'; /* its text will not be known */
    }

    return u->number;
}

static void
rt_tell_usage(rt_t *r, const cJSON *response)
{
    const cJSON     *usage, *in, *out;
    realtime_usage_t told;

    usage = cJSON_GetObjectItemCaseSensitive(response, "usage");
    if (!cJSON_IsObject(usage)) {
        return;
    }

    in = cJSON_GetObjectItemCaseSensitive(usage, "input_token_details");
    out = cJSON_GetObjectItemCaseSensitive(usage, "output_token_details");
    told.tokens_in = number_of(usage, "input_tokens");
    told.tokens_out = number_of(usage, "output_tokens");
    told.tokens_cached = number_of(in, "cached_tokens");
    told.audio_in = number_of(in, "audio_tokens");
    told.audio_out = number_of(out, "audio_tokens");

    r->rt->events->on_usage(r->rt->data, &told);
}

static int
rt_check_failed(rt_t *r, const cJSON *response)
{
    fault_e      kind = FAULT_LOST;
    const cJSON *details, *error;

    if (strcmp(text_of(response, "status"), "failed") != 0) {
        return 0;
    }

    details = cJSON_GetObjectItemCaseSensitive(response, "status_details");
    error = cJSON_GetObjectItemCaseSensitive(details, "error");

    if (!rt_fault_of(text_of(error, "code"), &kind)) {
        (void) rt_fault_of(text_of(error, "type"), &kind);
    }

    rt_fail(r, kind, "its answer failed");

    return 1;
}

/* Whether nothing more is to be expected after an error of that name. */
static int
rt_fault_of(const char *code, fault_e *kind)
{
    size_t i;

    static const struct {
        const char *code;
        fault_e     kind;
    } fatal[] = {
        { "session_expired", FAULT_LOST },
        { "rate_limit_exceeded", FAULT_BUSY },
        { "rate_limit_error", FAULT_BUSY },
        { "insufficient_quota", FAULT_REFUSED },
        { "invalid_api_key", FAULT_REFUSED },
        { "authentication_error", FAULT_REFUSED },
        { "permission_error", FAULT_REFUSED },
        { "model_not_found", FAULT_REFUSED },
    };

    for (i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++) {
        if (strcmp(fatal[i].code, code) == 0) {
            *kind = fatal[i].kind;
            return 1;
        }
    }

    return 0;
}

static const char *
text_of(const cJSON *object, const char *name)
{
    const char *text;

    text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object,
                                                                 name));

    return text != NULL ? text : "";
}

static uint32_t
number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) && item->valuedouble >= 0
                   && item->valuedouble <= 2147483647
               ? (uint32_t) item->valuedouble
               : 0;
}

static int
id_copy(char *to, const char *from)
{
    size_t length = strlen(from);

    if (length == 0 || length >= RT_ID_BYTES) {
        return -1;
    }

    memcpy(to, from, length + 1);

    return 0;
}
