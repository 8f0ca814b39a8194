/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "load_twilio.h"
#include "load_wire.h"

#define WS_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

static void sign(char out[32], const char *key, const char *data);
static size_t url_encode(char *out, const char *text);
static int attribute(char *out, size_t room, const char *tag,
                     const char *name);
static int unescape(char *out, size_t room, const char *text, size_t len);

void
load_sid_make(char sid[LOAD_SID_BYTES], const char *prefix)
{
    size_t  i;
    uint8_t bytes[16];

    (void) !getrandom(bytes, sizeof(bytes), 0);
    memcpy(sid, prefix, 2);

    for (i = 0; i < sizeof(bytes); i++) {
        (void) snprintf(sid + 2 + 2 * i, 3, "%02x", bytes[i]);
    }
}

int
load_voice_request(char *out, size_t room, const load_carrier_t *carrier,
                   const char *call_sid, const char *from)
{
    int    n;
    size_t i, body_len = 0, data_len;
    char   body[1024], data[1024], signature[32];

    /* Names in ascending order, as they are signed. */
    const char *const form[][2] = {
        { "AccountSid", carrier->account_sid },
        { "ApiVersion", "2010-04-01" },
        { "CallSid", call_sid },
        { "CallStatus", "ringing" },
        { "Direction", "inbound" },
        { "From", from },
        { "To", carrier->to },
    };

    data_len = (size_t) snprintf(data, sizeof(data), "%s/voice",
                                 carrier->base_url);

    for (i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
        data_len += (size_t) snprintf(data + data_len, sizeof(data) - data_len,
                                      "%s%s", form[i][0], form[i][1]);
        if (data_len >= sizeof(data)) {
            return -1;
        }

        body_len += (size_t) sprintf(body + body_len, "%s%s=",
                                     i > 0 ? "&" : "", form[i][0]);
        body_len += url_encode(body + body_len, form[i][1]);
    }

    sign(signature, carrier->auth_token, data);

    n = snprintf(out, room,
                 "POST /voice HTTP/1.1\r\n"
                 "Host: %s\r\n"
                 "User-Agent: TwilioProxy/1.1\r\n"
                 "Content-Type: application/x-www-form-urlencoded; "
                 "charset=UTF-8\r\n"
                 "Content-Length: %zu\r\n"
                 "X-Twilio-Signature: %s\r\n"
                 "Connection: close\r\n\r\n%s",
                 carrier->host, body_len, signature, body);

    return n < 0 || (size_t) n >= room ? -1 : n;
}

int
load_upgrade_request(char *out, size_t room, const char *url,
                     const char *auth_token, char accept[32])
{
    int         n;
    char        key[32], text[128], signature[64] = "";
    uint8_t     bytes[16], digest[SHA_DIGEST_LENGTH];
    const char *host, *path;

    host = url + strlen("ws://");
    path = strchr(host, '/');

    (void) !getrandom(bytes, sizeof(bytes), 0);
    key[load_base64_encode(key, bytes, sizeof(bytes))] = '\0';

    n = snprintf(text, sizeof(text), "%s" WS_GUID, key);
    (void) SHA1((const uint8_t *) text, (size_t) n, digest);
    accept[load_base64_encode(accept, digest, sizeof(digest))] = '\0';

    if (auth_token != NULL) {
        memcpy(signature, "X-Twilio-Signature: ", 20);
        sign(signature + 20, auth_token, url);
        strcat(signature, "\r\n");
    }

    n = snprintf(out, room,
                 "GET %s HTTP/1.1\r\n"
                 "Host: %.*s\r\n"
                 "Upgrade: websocket\r\n"
                 "Connection: Upgrade\r\n"
                 "Sec-WebSocket-Key: %s\r\n"
                 "Sec-WebSocket-Version: 13\r\n"
                 "%s\r\n",
                 path != NULL ? path : "/",
                 (int) (path != NULL ? path - host : (long) strlen(host)),
                 host, key, signature);

    return n < 0 || (size_t) n >= room ? -1 : n;
}

int
load_stream_read(load_stream_t *stream, const char *twiml)
{
    int         n;
    char        name[64], value[1024];
    size_t      len = 0;
    const char *tag, *end;

    tag = strstr(twiml, "<Stream ");
    if (tag == NULL
        || attribute(stream->url, sizeof(stream->url), tag, "url") < 0
        || strncmp(stream->url, "ws://", 5) != 0)
    {
        return -1;
    }

    end = strstr(tag, "</Stream>");
    stream->parameter_count = 0;
    stream->parameters[0] = '\0';

    while ((tag = strstr(tag + 1, "<Parameter ")) != NULL && tag < end) {
        if (attribute(name, sizeof(name), tag, "name") < 0
            || attribute(value, sizeof(value), tag, "value") < 0
            || strpbrk(value, "\"\\") != NULL)
        {
            return -1;
        }

        n = snprintf(stream->parameters + len, sizeof(stream->parameters) - len,
                     "%s\"%s\":\"%s\"", len > 0 ? "," : "", name, value);
        if (n < 0 || len + (size_t) n >= sizeof(stream->parameters)) {
            return -1;
        }

        len += (size_t) n;
        stream->parameter_count++;
    }

    return 0;
}

static void
sign(char out[32], const char *key, const char *data)
{
    unsigned len = 0;
    uint8_t  digest[EVP_MAX_MD_SIZE];

    (void) HMAC(EVP_sha1(), key, (int) strlen(key), (const uint8_t *) data,
                strlen(data), digest, &len);
    out[load_base64_encode(out, digest, len)] = '\0';
}

static size_t
url_encode(char *out, const char *text)
{
    char *p = out;

    for (; *text != '\0'; text++) {
        if (isalnum((unsigned char) *text) || strchr("-._", *text) != NULL) {
            *p++ = *text;
        } else {
            p += sprintf(p, "%%%02X", (unsigned char) *text);
        }
    }

    *p = '\0';

    return (size_t) (p - out);
}

static int
attribute(char *out, size_t room, const char *tag, const char *name)
{
    char        wanted[80];
    const char *from, *to, *end = strchr(tag, '>');

    (void) snprintf(wanted, sizeof(wanted), " %s=\"", name);

    from = strstr(tag, wanted);
    if (from == NULL || end == NULL || from > end) {
        return -1;
    }

    from += strlen(wanted);
    to = strchr(from, '"');

    return to == NULL ? -1 : unescape(out, room, from, (size_t) (to - from));
}

static int
unescape(char *out, size_t room, const char *text, size_t len)
{
    size_t      i;
    const char *end = text + len;

    static const struct {
        const char *name;
        char        sign;
    } entities[] = {
        { "&amp;", '&' },
        { "&lt;", '<' },
        { "&gt;", '>' },
        { "&quot;", '"' },
        { "&apos;", '\'' },
    };

    for (; text < end && room > 1; room--) {
        for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
            if (strncmp(text, entities[i].name, strlen(entities[i].name))
                == 0)
            {
                break;
            }
        }

        if (i < sizeof(entities) / sizeof(entities[0])) {
            *out++ = entities[i].sign;
            text += strlen(entities[i].name);
        } else {
            *out++ = *text++;
        }
    }

    *out = '\0';

    return text < end ? -1 : 0;
}
