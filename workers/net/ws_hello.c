/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "net/ws_hello.h"

#define KEY_BYTES 16
#define LINE_MAX_ 8192

static const char last_chunk[] = "0\r\n\r\n";
static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

static int        hello_key(ws_hello_t *hello, char key[32]);
static int        header_may_go(const char *header);
static int        is_named(const char *header, const char *name);
static ws_hello_e hello_line(ws_hello_t *hello);
static void       hello_field(ws_hello_t *hello, const char *line,
                              size_t length);
static int        has_word(const char *list, const char *word);
static ws_hello_e hello_judge(ws_hello_t *hello);
static ws_hello_e hello_body(ws_hello_t *hello, const char *bytes,
                             size_t length, size_t *taken);
static ws_hello_e hello_refused(ws_hello_t *hello);
static int        hello_append(char **to, size_t *bytes, size_t *room,
                               const char *from, size_t length);
static ws_hello_e hello_wrong(ws_hello_t *hello, const char *reason);

char *
ws_hello_write(ws_hello_t *hello, const net_target_t *target,
               const char *const *headers)
{
    char               key[32], port[8] = "", *text = NULL;
    size_t             length;
    FILE              *out;
    const char *const *header;

    memset(hello, 0, sizeof(*hello));
    head_init(&hello->head);

    for (header = headers; header != NULL && *header != NULL; header++) {
        if (!header_may_go(*header)) {
            errno = EINVAL;
            return NULL;
        }

        hello->asked_protocol |= is_named(*header, "sec-websocket-protocol");
    }

    out = hello_key(hello, key) < 0 ? NULL : open_memstream(&text, &length);
    if (out == NULL) {
        errno = ENOMEM;
        return NULL;
    }

    if (!target->is_usual_port) {
        (void) snprintf(port, sizeof(port), ":%u", target->port);
    }

    (void) fprintf(out,
                   "GET %s HTTP/1.1\r\n"
                   "Host: %s%s\r\n"
                   "Upgrade: websocket\r\n"
                   "Connection: Upgrade\r\n"
                   "Sec-WebSocket-Key: %s\r\n"
                   "Sec-WebSocket-Version: 13\r\n",
                   target->path, target->host, port, key);

    for (header = headers; header != NULL && *header != NULL; header++) {
        (void) fprintf(out, "%s\r\n", *header);
    }

    (void) fputs("\r\n", out);

    if (fclose(out) != 0) {
        free(text);
        errno = ENOMEM;
        return NULL;
    }

    return text;
}

void
ws_hello_clear(ws_hello_t *hello)
{
    free(hello->line);
    free(hello->body);
    hello->line = NULL;
    hello->body = NULL;
}

ws_hello_e
ws_hello_read(ws_hello_t *hello, const char *bytes, size_t length,
              size_t *taken)
{
    size_t      n, at = 0;
    ws_hello_e  rc;
    const char *end;

    while (at < length && !hello->head.whole) {
        end = memchr(bytes + at, '\n', length - at);
        n = end == NULL ? length - at : (size_t) (end - bytes) - at + 1;

        if (hello->line_bytes + n > LINE_MAX_) {
            return hello_wrong(hello, "its head has no end");
        }

        if (hello_append(&hello->line, &hello->line_bytes, &hello->line_room,
                         bytes + at, n)
            < 0)
        {
            return hello_wrong(hello, "no memory");
        }

        at += n;
        *taken = at;

        if (end != NULL) {
            rc = hello_line(hello);
            if (rc != WS_HELLO_MORE) {
                return rc;
            }
        }
    }

    *taken = at;

    return hello->head.whole
               ? hello_body(hello, bytes + at, length - at, taken)
               : WS_HELLO_MORE;
}

ws_hello_e
ws_hello_end(ws_hello_t *hello)
{
    if (!hello->head.whole || hello->head.status == 101) {
        return hello_wrong(hello, "it ended before it answered");
    }

    return hello_refused(hello);
}

static int
hello_key(ws_hello_t *hello, char key[32])
{
    char    text[64];
    uint8_t random[KEY_BYTES], digest[SHA_DIGEST_LENGTH];

    if (RAND_bytes(random, sizeof(random)) != 1) {
        return -EIO;
    }

    (void) EVP_EncodeBlock((unsigned char *) key, random, sizeof(random));
    (void) snprintf(text, sizeof(text), "%s%s", key, guid);
    (void) SHA1((const unsigned char *) text, strlen(text), digest);
    (void) EVP_EncodeBlock((unsigned char *) hello->accept, digest,
                           sizeof(digest));

    return 0;
}

/* One line, and none of those that are ours to say. */
static int
header_may_go(const char *header)
{
    size_t               i;
    const unsigned char *p;

    static const char *const ours[] = {
        "host", "upgrade", "connection", "content-length",
        "transfer-encoding", "sec-websocket-key", "sec-websocket-version",
        "sec-websocket-extensions"
    };

    for (p = (const unsigned char *) header; *p != '\0'; p++) {
        if ((*p < 0x20 && *p != '\t') || *p == 0x7f) {
            return 0;
        }
    }

    for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (is_named(header, ours[i])) {
            return 0;
        }
    }

    return strchr(header, ':') != NULL && header[0] != ':';
}

static int
is_named(const char *header, const char *name)
{
    size_t length = strlen(name);

    return strncasecmp(header, name, length) == 0 && header[length] == ':';
}

static ws_hello_e
hello_line(ws_hello_t *hello)
{
    size_t length = hello->line_bytes;

    if (hello->head.bytes == 0
        && strncmp(hello->line, "HTTP/1.1 ", 9) != 0
        && strncmp(hello->line, "HTTP/1.0 ", 9) != 0)
    {
        return hello_wrong(hello, "it does not answer in HTTP");
    }

    if (head_add(&hello->head, hello->line, length, time(NULL)) < 0) {
        return hello_wrong(hello, "its head has no end");
    }

    hello_field(hello, hello->line, length);
    hello->line_bytes = 0;

    return hello->head.whole && hello->head.status == 101
               ? hello_judge(hello)
               : WS_HELLO_MORE;
}

static void
hello_field(ws_hello_t *hello, const char *line, size_t length)
{
    char        text[512];
    const char *value;

    while (length > 0 && isspace((unsigned char) line[length - 1])) {
        length--;
    }

    if (length >= sizeof(text)) {
        return;
    }

    memcpy(text, line, length);
    text[length] = '\0';

    value = strchr(text, ':');
    if (value == NULL) {
        return;
    }

    value += 1 + strspn(value + 1, " \t");

    if (is_named(text, "sec-websocket-accept")) {
        hello->has_accept = strcmp(value, hello->accept) == 0;
    } else if (is_named(text, "upgrade")) {
        hello->has_upgrade = strcasecmp(value, "websocket") == 0;
    } else if (is_named(text, "connection")) {
        hello->has_connection |= has_word(value, "upgrade");
    } else if (is_named(text, "sec-websocket-extensions")) {
        hello->has_extension = 1;
    } else if (is_named(text, "sec-websocket-protocol")) {
        hello->has_protocol = 1;
    }
}

static int
has_word(const char *list, const char *word)
{
    size_t n;

    for (; *list != '\0'; list += n) {
        list += strspn(list, ", \t");
        n = strcspn(list, ", \t");

        if (n == strlen(word) && strncasecmp(list, word, n) == 0) {
            return 1;
        }
    }

    return 0;
}

static ws_hello_e
hello_judge(ws_hello_t *hello)
{
    if (!hello->has_upgrade || !hello->has_connection) {
        return hello_wrong(hello, "it switched to something else");
    }

    if (!hello->has_accept) {
        return hello_wrong(hello, "its Sec-WebSocket-Accept is wrong");
    }

    if (hello->has_extension
        || (hello->has_protocol && !hello->asked_protocol))
    {
        return hello_wrong(hello, "it chose what was not offered");
    }

    return WS_HELLO_OPEN;
}

/* Why it was refused: as far as it comes, or as much as we want. */
static ws_hello_e
hello_body(ws_hello_t *hello, const char *bytes, size_t length, size_t *taken)
{
    size_t n = WS_HELLO_BODY_MAX - hello->body_bytes;

    n = n < length ? n : length;

    if (hello_append(&hello->body, &hello->body_bytes, &hello->body_room,
                     bytes, n)
        < 0)
    {
        return hello_wrong(hello, "no memory");
    }

    *taken += length;

    if (hello->head.is_chunked
        && hello->body_bytes >= sizeof(last_chunk) - 1
        && strcmp(hello->body + hello->body_bytes - (sizeof(last_chunk) - 1),
                  last_chunk)
               == 0)
    {
        return hello_refused(hello);
    }

    return hello->body_bytes == WS_HELLO_BODY_MAX
                   || hello->head.status == 204
                   || (hello->head.length >= 0
                       && hello->body_bytes
                              >= (uint64_t) hello->head.length)
               ? hello_refused(hello)
               : WS_HELLO_MORE;
}

/* The body without its chunks' heads, as far as they make sense. */
static ws_hello_e
hello_refused(ws_hello_t *hello)
{
    char         *end;
    size_t        at = 0, to = 0;
    unsigned long n;

    if (!hello->head.is_chunked || hello->body == NULL) {
        return WS_HELLO_CLOSED;
    }

    while (at < hello->body_bytes) {
        n = strtoul(hello->body + at, &end, 16);
        end = memchr(end, '\n',
                     hello->body_bytes - (size_t) (end - hello->body));
        if (end == NULL || n == 0) {
            break;
        }

        at = (size_t) (end + 1 - hello->body);
        n = n < hello->body_bytes - at ? n : hello->body_bytes - at;
        memmove(hello->body + to, hello->body + at, n);
        to += n;
        at += n;
        at += at + 1 < hello->body_bytes && hello->body[at] == '\r' ? 2 : 0;
    }

    hello->body_bytes = to;
    hello->body[to] = '\0';

    return WS_HELLO_CLOSED;
}

static int
hello_append(char **to, size_t *bytes, size_t *room, const char *from,
             size_t length)
{
    char  *grown;
    size_t wanted;

    if (*bytes + length + 1 > *room) {
        wanted = *bytes + length + 512;

        grown = realloc(*to, wanted);
        if (grown == NULL) {
            return -ENOMEM;
        }

        *to = grown;
        *room = wanted;
    }

    if (length > 0) {
        memcpy(*to + *bytes, from, length);
    }

    *bytes += length;
    (*to)[*bytes] = '\0';

    return 0;
}

static ws_hello_e
hello_wrong(ws_hello_t *hello, const char *reason)
{
    hello->reason = reason;

    return WS_HELLO_WRONG;
}
