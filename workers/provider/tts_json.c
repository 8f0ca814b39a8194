/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "provider/tts_decode.h"

typedef enum {
    MEMBER_OUTSIDE, /* of any string */
    MEMBER_NAME,    /* after a string: is it followed by a colon? */
    MEMBER_VALUE,   /* after the member's name and the colon */
    MEMBER_STRING,
    MEMBER_STRING_ESCAPE,
    MEMBER_STRING_HEX,
    MEMBER_TEXT, /* the string that is looked for */
    MEMBER_TEXT_ESCAPE,
    MEMBER_TEXT_HEX
} member_state_e;

static int  member_outside(tts_member_t *m, char c);
static int  member_string(tts_member_t *m, char c);
static void member_key_add(tts_member_t *m, char c);
static int  member_text(tts_member_t *m, char c);
static int  member_give(tts_member_t *m, char c);
static int  member_hex(tts_member_t *m, char c);
static int  base64_value(char c);

void
tts_member_init(tts_member_t *m, const char *name,
                int (*on_text)(void *data, const char *text, size_t length),
                void *data)
{
    memset(m, 0, sizeof(*m));
    m->name = name;
    m->on_text = on_text;
    m->data = data;
}

int
tts_member_feed(tts_member_t *m, const char *json, size_t length)
{
    int    rc = 0;
    size_t run;

    for (size_t i = 0; i < length && rc == 0; i++) {
        if (m->state < MEMBER_STRING) {
            rc = member_outside(m, json[i]);
            continue;
        }

        if (m->state < MEMBER_TEXT) {
            rc = member_string(m, json[i]);
            continue;
        }

        /* Most of the answer: as much of it at once as there is. */
        run = 0;
        while (m->state == MEMBER_TEXT && i + run < length
               && json[i + run] != '"' && json[i + run] != '\\') {
            run++;
        }

        if (run > 0) {
            rc = m->on_text(m->data, json + i, run);
            i += run - 1;
        } else {
            rc = member_text(m, json[i]);
        }
    }

    return rc < 0 ? rc : 0;
}

static int
member_outside(tts_member_t *m, char c)
{
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        return 0;
    }

    if (c == '"') {
        if (m->state == MEMBER_VALUE && !m->found) {
            m->found = 1;
            m->state = MEMBER_TEXT;
            return 0;
        }

        m->key_bytes = 0;
        m->state = MEMBER_STRING;
        return 0;
    }

    m->state = m->state == MEMBER_NAME && c == ':' && m->is_key
                   ? MEMBER_VALUE
                   : MEMBER_OUTSIDE;
    return 0;
}

static int
member_string(tts_member_t *m, char c)
{
    int rc;

    switch (m->state) {

    case MEMBER_STRING:
        if (c == '\\') {
            m->state = MEMBER_STRING_ESCAPE;
        } else if (c == '"') {
            m->is_key = m->key_bytes == strlen(m->name)
                        && memcmp(m->key, m->name, m->key_bytes) == 0;
            m->state = MEMBER_NAME;
        } else {
            member_key_add(m, c);
        }
        return 0;

    case MEMBER_STRING_ESCAPE:
        m->state = MEMBER_STRING;
        if (c == 'u') {
            m->state = MEMBER_STRING_HEX;
            m->hex = 0;
            m->hex_left = 4;
        } else {
            member_key_add(m, c);
        }
        return 0;

    default:
        rc = member_hex(m, c);
        if (rc > 0) {
            member_key_add(m, m->hex < 0x80 ? (char) m->hex : '?');
            m->state = MEMBER_STRING;
        }
        return rc < 0 ? rc : 0;
    }
}

/* Longer ones than any name are none: they are counted, not kept. */
static void
member_key_add(tts_member_t *m, char c)
{
    if (m->key_bytes < TTS_MEMBER_NAME_MAX) {
        m->key[m->key_bytes] = c;
    }

    if (m->key_bytes <= TTS_MEMBER_NAME_MAX) {
        m->key_bytes++;
    }
}

static int
member_text(tts_member_t *m, char c)
{
    int rc;

    switch (m->state) {

    case MEMBER_TEXT:
        if (c == '\\') {
            m->state = MEMBER_TEXT_ESCAPE;
        } else {
            m->whole = 1;
            m->state = MEMBER_OUTSIDE;
        }
        return 0;

    case MEMBER_TEXT_ESCAPE:
        m->state = MEMBER_TEXT;
        if (c == 'u') {
            m->state = MEMBER_TEXT_HEX;
            m->hex = 0;
            m->hex_left = 4;
            return 0;
        }
        return member_give(m, c == 'n' || c == 'r' || c == 't' ? '\n' : c);

    default:
        rc = member_hex(m, c);
        if (rc > 0) {
            m->state = MEMBER_TEXT;
            rc = m->hex < 0x80 ? member_give(m, (char) m->hex) : -EBADMSG;
        }
        return rc;
    }
}

static int
member_give(tts_member_t *m, char c)
{
    return m->on_text(m->data, &c, 1);
}

/* 1 when all four digits were there. */
static int
member_hex(tts_member_t *m, char c)
{
    const char *digits = "0123456789abcdef", *at;

    if (c >= 'A' && c <= 'F') {
        c = (char) (c - 'A' + 'a');
    }

    at = c != '\0' ? strchr(digits, c) : NULL;
    if (at == NULL) {
        return -EBADMSG;
    }

    m->hex = m->hex << 4 | (uint32_t) (at - digits);
    return --m->hex_left == 0;
}

int
tts_base64_feed(tts_base64_t *b, uint8_t *out, const char *text, size_t length)
{
    int value, n = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' || text[i] == '\r') {
            continue;
        }

        if (text[i] == '=') {
            if (b->count < 2 || ++b->padding > 4 - b->count) {
                return -EBADMSG;
            }
            continue;
        }

        value = base64_value(text[i]);
        if (value < 0 || b->padding > 0) {
            return -EBADMSG;
        }

        b->bits = b->bits << 6 | (uint32_t) value;
        b->count++;

        /* A byte is given as soon as it is known, not with its group. */
        if (b->count > 1) {
            out[n++] = (uint8_t) (b->bits >> (2 * (4 - b->count)));
        }
        if (b->count == 4) {
            b->count = 0;
        }
    }

    return n;
}

int
tts_base64_end(const tts_base64_t *b)
{
    return b->count == 1 ? -EBADMSG : 0;
}

static int
base64_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }

    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }

    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }

    if (c == '+' || c == '-') {
        return 62;
    }

    return c == '/' || c == '_' ? 63 : -1;
}
