/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ngx_frontdesk_twiml.h"

static void ngx_frontdesk_twiml_raw(ngx_frontdesk_twiml_t *t,
    const char *text);
static void ngx_frontdesk_twiml_text(ngx_frontdesk_twiml_t *t,
    const char *text);
static size_t ngx_frontdesk_twiml_utf8(const char *text);

void
ngx_frontdesk_twiml_open(ngx_frontdesk_twiml_t *t)
{
    t->len = 0;
    t->text[0] = '\0';
    ngx_frontdesk_twiml_raw(t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<Response>");
}

void
ngx_frontdesk_twiml_close(ngx_frontdesk_twiml_t *t)
{
    ngx_frontdesk_twiml_raw(t, "</Response>\n");
}

/* "en-US" or nothing: any other value would fail the verb. */
static int
ngx_frontdesk_twiml_is_language(const char *language)
{
    size_t i;

    static const char shape[] = "aa-AA";

    for (i = 0; i < sizeof(shape) - 1; i++) {
        if (shape[i] == '-' ? language[i] != '-'
            : shape[i] == 'a' ? (language[i] < 'a' || language[i] > 'z')
                              : (language[i] < 'A' || language[i] > 'Z'))
        {
            return 0;
        }
    }

    return language[i] == '\0';
}

void
ngx_frontdesk_twiml_say(ngx_frontdesk_twiml_t *t, const char *text,
    const char *language)
{
    ngx_frontdesk_twiml_raw(t, "<Say");
    if (ngx_frontdesk_twiml_is_language(language)) {
        ngx_frontdesk_twiml_raw(t, " language=\"");
        ngx_frontdesk_twiml_raw(t, language);
        ngx_frontdesk_twiml_raw(t, "\"");
    }
    ngx_frontdesk_twiml_raw(t, ">");
    ngx_frontdesk_twiml_text(t, text);
    ngx_frontdesk_twiml_raw(t, "</Say>");
}

static void
ngx_frontdesk_twiml_number(ngx_frontdesk_twiml_t *t, unsigned value)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", value);
    ngx_frontdesk_twiml_raw(t, text);
}

void
ngx_frontdesk_twiml_pause(ngx_frontdesk_twiml_t *t, unsigned seconds)
{
    ngx_frontdesk_twiml_raw(t, "<Pause length=\"");
    ngx_frontdesk_twiml_number(t, seconds);
    ngx_frontdesk_twiml_raw(t, "\"/>");
}

void
ngx_frontdesk_twiml_hangup(ngx_frontdesk_twiml_t *t)
{
    ngx_frontdesk_twiml_raw(t, "<Hangup/>");
}

void
ngx_frontdesk_twiml_reject(ngx_frontdesk_twiml_t *t, const char *reason)
{
    ngx_frontdesk_twiml_raw(t, "<Reject reason=\"");
    ngx_frontdesk_twiml_text(t, reason);
    ngx_frontdesk_twiml_raw(t, "\"/>");
}

void
ngx_frontdesk_twiml_redirect(ngx_frontdesk_twiml_t *t, const char *base,
    const char *path)
{
    ngx_frontdesk_twiml_raw(t, "<Redirect method=\"POST\">");
    ngx_frontdesk_twiml_text(t, base);
    ngx_frontdesk_twiml_text(t, path);
    ngx_frontdesk_twiml_raw(t, "</Redirect>");
}

void
ngx_frontdesk_twiml_dial(ngx_frontdesk_twiml_t *t, const char *number,
    unsigned ring_seconds, const char *base, const char *path)
{
    ngx_frontdesk_twiml_raw(t, "<Dial answerOnBridge=\"true\" timeout=\"");
    ngx_frontdesk_twiml_number(t, ring_seconds);
    ngx_frontdesk_twiml_raw(t, "\" method=\"POST\" action=\"");
    ngx_frontdesk_twiml_text(t, base);
    ngx_frontdesk_twiml_text(t, path);
    ngx_frontdesk_twiml_raw(t, "\"><Number>");
    ngx_frontdesk_twiml_text(t, number);
    ngx_frontdesk_twiml_raw(t, "</Number></Dial>");
}

/* "http" and "https" become "ws" and "wss". */
void
ngx_frontdesk_twiml_stream(ngx_frontdesk_twiml_t *t, const char *base,
    const char *client_id, const char *caller, const char *token)
{
    ngx_frontdesk_twiml_raw(t, "<Connect><Stream url=\"ws");
    ngx_frontdesk_twiml_text(t, strncmp(base, "http", 4) == 0 ? base + 4
                                                              : base);
    ngx_frontdesk_twiml_raw(t, "/ws/");
    ngx_frontdesk_twiml_text(t, client_id);
    ngx_frontdesk_twiml_raw(t, "/");
    ngx_frontdesk_twiml_text(t, caller);
    ngx_frontdesk_twiml_raw(t, "\"><Parameter name=\"token\" value=\"");
    ngx_frontdesk_twiml_text(t, token);
    ngx_frontdesk_twiml_raw(t, "\"/></Stream></Connect>");
}

/*
 * Markup.  An answer is at most a handful of verbs, whose texts are cut, so
 * there is room; were there none, dropping it whole is all that is left.
 */
static void
ngx_frontdesk_twiml_raw(ngx_frontdesk_twiml_t *t, const char *text)
{
    size_t len = strlen(text);

    if (len >= sizeof(t->text) - t->len) {
        return;
    }

    memcpy(t->text + t->len, text, len + 1);
    t->len += len;
}

static void
ngx_frontdesk_twiml_text(ngx_frontdesk_twiml_t *t, const char *text)
{
    char copy[5];
    size_t n, used = 0;

    for ( ; *text != '\0'; text += n) {
        n = ngx_frontdesk_twiml_utf8(text);

        if (n == 0) {
            n = 1;
            if (used + 3 > NGX_FRONTDESK_TWIML_TEXT) {
                return;
            }
            used += 3;
            ngx_frontdesk_twiml_raw(t, "\xef\xbf\xbd");
            continue;
        }

        if (used + n > NGX_FRONTDESK_TWIML_TEXT) {
            return;
        }
        used += n;

        switch (*text) {
        case '&':
            ngx_frontdesk_twiml_raw(t, "&amp;");
            continue;
        case '<':
            ngx_frontdesk_twiml_raw(t, "&lt;");
            continue;
        case '>':
            ngx_frontdesk_twiml_raw(t, "&gt;");
            continue;
        case '"':
            ngx_frontdesk_twiml_raw(t, "&quot;");
            continue;
        case '\'':
            ngx_frontdesk_twiml_raw(t, "&apos;");
            continue;
        }

        if ((unsigned char) *text < 0x20 || *text == 0x7f) {
            ngx_frontdesk_twiml_raw(t, " ");
            continue;
        }

        memcpy(copy, text, n);
        copy[n] = '\0';
        ngx_frontdesk_twiml_raw(t, copy);
    }
}

/* Bytes of the character in front, or 0: not one that XML may hold. */
static size_t
ngx_frontdesk_twiml_utf8(const char *text)
{
    size_t i, n;
    uint32_t code, least;
    const unsigned char *p = (const unsigned char *) text;

    if (p[0] < 0x80) {
        return 1;
    }

    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        n = 2, least = 0x80, code = p[0] & 0x1f;
    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        n = 3, least = 0x800, code = p[0] & 0x0f;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        n = 4, least = 0x10000, code = p[0] & 0x07;
    } else {
        return 0;
    }

    for (i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0; /* the NUL at the end stops here too */
        }
        code = code << 6 | (p[i] & 0x3f);
    }

    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
        || code == 0xfffe || code == 0xffff)
    {
        return 0;
    }

    return n;
}
