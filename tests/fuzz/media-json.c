/* SPDX-License-Identifier: BSD-2-Clause */

#include <cjson/cJSON.h>

#include "ngx_frontdesk_event.h"
#include "tests/fuzz/fuzz.h"

/*
 * Whatever a peer sends: fields lie within the message, base64 that is taken
 * is the only one for its bytes, and a message goes on being refused, or
 * taken, when blanks are put around it. What is taken cJSON takes too, and
 * finds the same in it.
 */

/* cJSON cuts numbers at 63 characters. */
#define NUMBER_MAX 62

/* Where cJSON finds a field: members from the root on. */
static const struct {
    const char *path[3];
    size_t      offset;
} fields[] = {
#define FIELD(member, ...)                                 \
    {                                                      \
        { __VA_ARGS__ }, offsetof(ngx_frontdesk_event_t, member) \
    }
    FIELD(name, "event"),
    FIELD(sequence, "sequenceNumber"),
    FIELD(stream_sid, "streamSid"),
    FIELD(payload, "media", "payload"),
    FIELD(timestamp, "media", "timestamp"),
    FIELD(track, "media", "track"),
    FIELD(digit, "dtmf", "digit"),
    FIELD(mark, "mark", "name"),
    FIELD(start_stream_sid, "start", "streamSid"),
    FIELD(account_sid, "start", "accountSid"),
    FIELD(call_sid, "start", "callSid"),
    FIELD(encoding, "start", "mediaFormat", "encoding"),
    FIELD(sample_rate, "start", "mediaFormat", "sampleRate"),
    FIELD(channels, "start", "mediaFormat", "channels"),
    FIELD(token, "start", "customParameters", "token"),
};

static const char *const event_names[] = {
    [NGX_FRONTDESK_EVENT_CONNECTED] = "connected",
    [NGX_FRONTDESK_EVENT_START] = "start",
    [NGX_FRONTDESK_EVENT_MEDIA] = "media",
    [NGX_FRONTDESK_EVENT_DTMF] = "dtmf",
    [NGX_FRONTDESK_EVENT_MARK] = "mark",
    [NGX_FRONTDESK_EVENT_STOP] = "stop",
};

static void check_event(const ngx_frontdesk_event_t *event, const char *text,
                        size_t bytes);
static void check_text(const ngx_frontdesk_event_text_t *text,
                       const char *from, size_t bytes);
static void check_oracle(const ngx_frontdesk_event_t *event, const char *text,
                         size_t bytes);
static void check_field(const ngx_frontdesk_event_text_t *text,
                        const cJSON *value);
static int  is_beyond_oracle(const char *text, size_t bytes);
static void check_base64(const char *text, size_t len);
static void check_coding(const uint8_t *data, size_t len);

static const ngx_frontdesk_event_text_t *
field_of(const ngx_frontdesk_event_t *event, size_t i)
{
    return (const ngx_frontdesk_event_text_t *) ((const char *) event
                                                 + fields[i].offset);
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    int                   rc;
    char                 *text, *wide;
    ngx_frontdesk_event_t event, again;

    /* Copies of their exact size, so that one byte too far is caught. */
    text = malloc(bytes > 0 ? bytes : 1);
    wide = malloc(bytes + 2);
    FUZZ_CHECK(text != NULL && wide != NULL);
    if (bytes > 0) {
        memcpy(text, input, bytes);
        memcpy(wide + 1, input, bytes);
    }

    wide[0] = ' ';
    wide[bytes + 1] = '\n';

    rc = ngx_frontdesk_event_parse(&event, text, bytes);
    FUZZ_CHECK(rc == 0 || rc == -1);
    FUZZ_CHECK(ngx_frontdesk_event_parse(&again, wide, bytes + 2) == rc);

    if (rc == 0) {
        FUZZ_CHECK(event.event == again.event);
        check_event(&event, text, bytes);
        check_oracle(&event, text, bytes);
    }

    check_base64(text, bytes);
    check_coding(input, bytes);

    free(wide);
    free(text);

    return 0;
}

static void
check_event(const ngx_frontdesk_event_t *event, const char *text,
            size_t bytes)
{
    size_t i;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        check_text(field_of(event, i), text, bytes);
    }

    if (event->event != NGX_FRONTDESK_EVENT_UNKNOWN) {
        FUZZ_CHECK(ngx_frontdesk_event_is(&event->name,
                                          event_names[event->event]));
    }

    if (event->payload.data != NULL) {
        check_base64(event->payload.data, event->payload.len);
    }
}

static void
check_text(const ngx_frontdesk_event_text_t *text, const char *from,
           size_t bytes)
{
    char     copy[32], *end;
    uint64_t number;

    if (text->data == NULL) {
        FUZZ_CHECK(text->len == 0);
        return;
    }

    FUZZ_CHECK(text->data >= from && text->len <= bytes
               && text->data + text->len <= from + bytes);

    if (ngx_frontdesk_event_number(&number, text) == 0) {
        FUZZ_CHECK(text->len < sizeof(copy));
        memcpy(copy, text->data, text->len);
        copy[text->len] = '\0';
        FUZZ_CHECK(strtoull(copy, &end, 10) == number && *end == '\0');
    }
}

static void
check_oracle(const ngx_frontdesk_event_t *event, const char *text,
             size_t bytes)
{
    int         j;
    cJSON      *root;
    size_t      i;
    const char *end;

    const cJSON *at;

    if (is_beyond_oracle(text, bytes)) {
        return;
    }

    root = cJSON_ParseWithLengthOpts(text, bytes, &end, 0);
    FUZZ_CHECK(root != NULL && cJSON_IsObject(root));

    for (; end < text + bytes; end++) {
        FUZZ_CHECK(strchr(" \t\r\n", *end) != NULL);
    }

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        at = root;
        for (j = 0; j < 3 && fields[i].path[j] != NULL; j++) {
            at = cJSON_GetObjectItemCaseSensitive(at, fields[i].path[j]);
        }

        check_field(field_of(event, i), at);
    }

    cJSON_Delete(root);
}

static void
check_field(const ngx_frontdesk_event_text_t *text, const cJSON *value)
{
    char        copy[NUMBER_MAX + 1];
    const char *found;

    if (text->data == NULL) {
        FUZZ_CHECK(!cJSON_IsString(value) && !cJSON_IsNumber(value));
        return;
    }

    if (cJSON_IsNumber(value)) {
        FUZZ_CHECK(text->len <= NUMBER_MAX);
        memcpy(copy, text->data, text->len);
        copy[text->len] = '\0';
        FUZZ_CHECK(strtod(copy, NULL) == value->valuedouble);
        return;
    }

    found = cJSON_GetStringValue(value);
    FUZZ_CHECK(found != NULL && strlen(found) == text->len
               && memcmp(found, text->data, text->len) == 0);
}

/*
 * With a backslash in it the two show the same text differently: what stands
 * in the message, and what that stands for.
 */
static int
is_beyond_oracle(const char *text, size_t bytes)
{
    size_t i, run = 0;

    for (i = 0; i < bytes; i++) {
        if (text[i] == '\\') {
            return 1;
        }

        run = strchr("+-.0123456789Ee", text[i]) != NULL ? run + 1 : 0;
        if (run > NUMBER_MAX) {
            return 1;
        }
    }

    return 0;
}

static void
check_base64(const char *text, size_t len)
{
    int      n;
    char    *coded;
    uint8_t *data;
    size_t   room = len / 4 * 3;

    data = malloc(room > 0 ? room : 1);
    coded = malloc(len > 0 ? len : 1);
    FUZZ_CHECK(data != NULL && coded != NULL);

    n = ngx_frontdesk_base64_decode(data, room, text, len);
    if (n >= 0) {
        FUZZ_CHECK(n > 0 && (size_t) n <= room);
        FUZZ_CHECK(ngx_frontdesk_base64_encode(coded, data, (size_t) n)
                   == len);
        FUZZ_CHECK(memcmp(coded, text, len) == 0);
        FUZZ_CHECK(ngx_frontdesk_base64_decode(data, (size_t) n - 1, text,
                                               len)
                   == -1);
    }

    free(coded);
    free(data);
}

/* What is coded is understood again. */
static void
check_coding(const uint8_t *data, size_t len)
{
    char    *coded;
    size_t   room = (len + 2) / 3 * 4;
    uint8_t *again;

    if (len == 0) {
        return;
    }

    coded = malloc(room);
    again = malloc(len);
    FUZZ_CHECK(coded != NULL && again != NULL);

    FUZZ_CHECK(ngx_frontdesk_base64_encode(coded, data, len) == room);
    FUZZ_CHECK(ngx_frontdesk_base64_decode(again, len, coded, room)
               == (int) len);
    FUZZ_CHECK(memcmp(again, data, len) == 0);

    free(again);
    free(coded);
}
