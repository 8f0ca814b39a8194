/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "net/head.h"

/* A peer that wants to be asked next week is asked tomorrow. */
#define RETRY_MAX_MS 86400000

typedef struct {
    const char *name;
    void (*take)(head_t *head, const char *value, int64_t now);
} field_t;

static void     head_status(head_t *head, const char *line);
static void     take_type(head_t *head, const char *value, int64_t now);
static void     take_id(head_t *head, const char *value, int64_t now);
static void     take_retry(head_t *head, const char *value, int64_t now);
static void     take_retry_ms(head_t *head, const char *value, int64_t now);
static void     take_length(head_t *head, const char *value, int64_t now);
static void     take_encoding(head_t *head, const char *value, int64_t now);
static void     take_transfer(head_t *head, const char *value, int64_t now);
static int      read_number(const char *text, uint64_t *number);
static uint32_t retry_of(uint64_t ms);

static const field_t fields[] = {
    { "content-type", take_type },
    { "content-length", take_length },
    { "content-encoding", take_encoding },
    { "transfer-encoding", take_transfer },
    { "retry-after", take_retry },
    { "retry-after-ms", take_retry_ms },
    { "x-request-id", take_id },
    { "request-id", take_id },
    { "dg-request-id", take_id },
    { "x-amzn-requestid", take_id },
    { "x-goog-request-id", take_id },
    { "apim-request-id", take_id },
};

void
head_init(head_t *head)
{
    memset(head, 0, sizeof(*head));
    head->length = -1;
}

int
head_add(head_t *head, const char *line, size_t length, int64_t now)
{
    char   text[1024], *value;
    size_t i, bytes;

    bytes = head->bytes + length + 1;
    if (bytes > HEAD_BYTES_MAX) {
        return -EMSGSIZE;
    }

    head->bytes = bytes;

    while (length > 0
           && isspace((unsigned char) line[length - 1]))
    {
        length--;
    }

    if (length == 0) {
        head->whole = head->status >= 200 || head->status == 101;
        return 0;
    }

    /* No field of ours is longer; one that is says nothing to us. */
    if (length >= sizeof(text) || memchr(line, '\0', length) != NULL) {
        return 0;
    }

    memcpy(text, line, length);
    text[length] = '\0';

    if (strncmp(text, "HTTP/", 5) == 0) {
        head_status(head, text);
        return 0;
    }

    value = strchr(text, ':');
    if (value == NULL) {
        return 0;
    }

    *value++ = '\0';
    value += strspn(value, " \t");

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcasecmp(text, fields[i].name) == 0) {
            fields[i].take(head, value, now);
            break;
        }
    }

    return 0;
}

http_head_t
head_view(const head_t *head)
{
    return (http_head_t){
        .status = head->status,
        .content_type = head->content_type,
        .request_id = head->request_id,
        .retry_ms = head->retry_exact_ms != 0 ? head->retry_exact_ms
                                              : head->retry_ms,
    };
}

/* Another answer begins: after 1xx, what was said before it is void. */
static void
head_status(head_t *head, const char *line)
{
    size_t      bytes = head->bytes;
    const char *code = strchr(line, ' ');

    head_init(head);
    head->bytes = bytes;

    if (code != NULL && isdigit((unsigned char) code[1])
        && isdigit((unsigned char) code[2])
        && isdigit((unsigned char) code[3])
        && !isdigit((unsigned char) code[4]))
    {
        head->status = (code[1] - '0') * 100 + (code[2] - '0') * 10
                       + (code[3] - '0');
    }
}

static void
take_type(head_t *head, const char *value, int64_t now)
{
    size_t i;

    (void) now;

    for (i = 0; i < sizeof(head->content_type) - 1 && value[i] != '\0'; i++) {
        head->content_type[i] = (char) tolower((unsigned char) value[i]);
    }

    head->content_type[i] = '\0';
}

/* It goes to the log: nothing but what identifiers are made of. */
static void
take_id(head_t *head, const char *value, int64_t now)
{
    size_t i;

    (void) now;

    for (i = 0; i < sizeof(head->request_id) - 1
                && (isalnum((unsigned char) value[i])
                    || (value[i] != '\0' && strchr("-_.:/=", value[i])));
         i++)
    {
        head->request_id[i] = value[i];
    }

    head->request_id[i] = '\0';
}

/* RFC 9110, 10.2.3: seconds or a date. */
static void
take_retry(head_t *head, const char *value, int64_t now)
{
    time_t   at;
    uint64_t seconds;

    if (read_number(value, &seconds) == 0) {
        head->retry_ms = retry_of(seconds * 1000);
        return;
    }

    at = curl_getdate(value, NULL);
    if (at > now) {
        head->retry_ms = retry_of((uint64_t) (at - now) * 1000);
    }
}

static void
take_retry_ms(head_t *head, const char *value, int64_t now)
{
    uint64_t ms;

    (void) now;

    if (read_number(value, &ms) == 0) {
        head->retry_exact_ms = retry_of(ms);
    }
}

static void
take_length(head_t *head, const char *value, int64_t now)
{
    uint64_t length;

    (void) now;

    if (read_number(value, &length) == 0) {
        head->length = (int64_t) length;
    }
}

static void
take_encoding(head_t *head, const char *value, int64_t now)
{
    (void) now;
    head->is_encoded = value[0] != '\0'
                       && strcasecmp(value, "identity") != 0;
}

static void
take_transfer(head_t *head, const char *value, int64_t now)
{
    (void) now;
    head->is_chunked = strcasestr(value, "chunked") != NULL;
}

/* Digits, and what follows a point is left out. Up to 12 of them. */
static int
read_number(const char *text, uint64_t *number)
{
    size_t   i;
    uint64_t n = 0;

    for (i = 0; isdigit((unsigned char) text[i]); i++) {
        if (i == 12) {
            return -ERANGE;
        }

        n = n * 10 + (uint64_t) (text[i] - '0');
    }

    if (i == 0 || (text[i] != '\0' && text[i] != '.')) {
        return -EINVAL;
    }

    *number = n;

    return 0;
}

/* 0 would be "not said". */
static uint32_t
retry_of(uint64_t ms)
{
    return ms == 0 ? 1 : (uint32_t) (ms < RETRY_MAX_MS ? ms : RETRY_MAX_MS);
}
