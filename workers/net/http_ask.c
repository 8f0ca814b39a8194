/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "net/http_own.h"

/* What goes with its head, in one write. */
#define WITH_HEAD_MAX 65536

static int    http_set_headers(http_t *http, const http_request_t *request);
static int    header_is_safe(const char *header);
static int    http_set_method(http_t *http, const http_request_t *request);
static size_t http_on_read(char *to, size_t size, size_t count, void *data);
static int    http_on_seek(void *data, curl_off_t offset, int origin);

int
http_ask_set(http_t *http, const http_request_t *request)
{
    int rc;

    rc = http_set_headers(http, request);

    return rc < 0 ? rc : http_set_method(http, request);
}

static int
http_set_headers(http_t *http, const http_request_t *request)
{
    int                has_type = 0;
    struct curl_slist *more;
    const char *const *header;
    /* libcurl's own, of which the first two would cost a round trip or lie. */
    const char *own[] = { "Expect:", "Accept-Encoding: identity",
                          "Content-Type:", NULL };

    for (header = request->headers; header != NULL && *header != NULL;
         header++)
    {
        if (!header_is_safe(*header)) {
            return -EINVAL;
        }

        has_type |= strncasecmp(*header, "content-type:", 13) == 0;

        more = curl_slist_append(http->headers, *header);
        if (more == NULL) {
            return -ENOMEM;
        }

        http->headers = more;
    }

    if (has_type) {
        own[2] = NULL;
    }

    for (header = own; *header != NULL; header++) {
        more = curl_slist_append(http->headers, *header);
        if (more == NULL) {
            return -ENOMEM;
        }

        http->headers = more;
    }

    return 0;
}

/* Nothing that would begin a line of its own. */
static int
header_is_safe(const char *header)
{
    const unsigned char *p;

    for (p = (const unsigned char *) header; *p != '\0'; p++) {
        if ((*p < 0x20 && *p != '\t') || *p == 0x7f) {
            return 0;
        }
    }

    return strchr(header, ':') != NULL && header[0] != ':';
}

static int
http_set_method(http_t *http, const http_request_t *request)
{
    int         rc = 0;
    const char *method = request->method != NULL ? request->method : "GET";
    size_t      length = strlen(method);

    if (length == 0 || length > 16
        || strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != length)
    {
        return -EINVAL;
    }

#define SET(option, value) \
    rc |= (int) curl_easy_setopt(http->easy, option, value)
    if (strcmp(method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);

    } else if (http->body_bytes > 0 || strcmp(method, "POST") == 0
               || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0)
    {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) http->body_bytes);
        SET(CURLOPT_CUSTOMREQUEST, method);

        /* A short one goes with its head; of a long one we see how it goes. */
        if (http->body_bytes <= WITH_HEAD_MAX) {
            SET(CURLOPT_POSTFIELDS, http->body != NULL ? http->body : "");
        } else {
            SET(CURLOPT_READFUNCTION, http_on_read);
            SET(CURLOPT_READDATA, http);
            SET(CURLOPT_SEEKFUNCTION, http_on_seek);
            SET(CURLOPT_SEEKDATA, http);
        }

    } else {
        SET(CURLOPT_HTTPGET, 1L);
        SET(CURLOPT_CUSTOMREQUEST, method);
    }
#undef SET

    return rc != 0 ? -ENOMEM : 0;
}

static size_t
http_on_read(char *to, size_t size, size_t count, void *data)
{
    http_t *http = data;
    size_t  n = size * count, left = http->body_bytes - http->body_sent;

    n = n < left ? n : left;
    if (n > 0) {
        memcpy(to, http->body + http->body_sent, n);
    }

    http->body_sent += n;
    http->since_ms = uv_now(http->host->loop);

    return n;
}

/* Again from the start, when a kept connection turned out to be dead. */
static int
http_on_seek(void *data, curl_off_t offset, int origin)
{
    http_t *http = data;

    if (origin != SEEK_SET || offset < 0
        || (size_t) offset > http->body_bytes)
    {
        return CURL_SEEKFUNC_FAIL;
    }

    http->body_sent = (size_t) offset;

    return CURL_SEEKFUNC_OK;
}
