/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ngx_frontdesk_body.h"

/* cJSON takes a number of 63 bytes at most, and fails at the rest. */
#define NGX_FRONTDESK_NUMBER_BYTES 60

typedef struct {
    const unsigned char *start;
    const unsigned char *pos;
    const unsigned char *end;
    char *copy; /* once a number had to be written shorter */
    unsigned depth;
    unsigned values;
    ngx_frontdesk_body_e rc; /* the first thing wrong */
} ngx_frontdesk_scan_t;

static int ngx_frontdesk_scan_value(ngx_frontdesk_scan_t *s);
static int ngx_frontdesk_scan_object(ngx_frontdesk_scan_t *s);
static int ngx_frontdesk_scan_array(ngx_frontdesk_scan_t *s);
static int ngx_frontdesk_scan_string(ngx_frontdesk_scan_t *s);
static int ngx_frontdesk_scan_number(ngx_frontdesk_scan_t *s);
static void ngx_frontdesk_scan_shorten(ngx_frontdesk_scan_t *s,
    const unsigned char *start);
static ngx_frontdesk_body_e ngx_frontdesk_body_check(const cJSON *value);

ngx_frontdesk_body_e
ngx_frontdesk_body_parse(cJSON **tree, const char *text, size_t len)
{
    cJSON *root = NULL;
    ngx_frontdesk_scan_t s;

    if (len > NGX_FRONTDESK_BODY_MAX) {
        return NGX_FRONTDESK_BODY_SIZE;
    }

    memset(&s, 0, sizeof(s));
    s.start = s.pos = (const unsigned char *) text;
    s.end = s.pos + len;

    if ((!ngx_frontdesk_scan_value(&s) || s.pos != s.end)
        && s.rc == NGX_FRONTDESK_BODY_OK)
    {
        s.rc = NGX_FRONTDESK_BODY_SYNTAX;
    }

    if (s.rc == NGX_FRONTDESK_BODY_OK) {
        root = cJSON_ParseWithLength(s.copy != NULL ? s.copy : text, len);
        s.rc = root != NULL ? ngx_frontdesk_body_check(root)
                            : NGX_FRONTDESK_BODY_MEMORY;
    }

    free(s.copy);

    if (s.rc != NGX_FRONTDESK_BODY_OK) {
        cJSON_Delete(root);
        return s.rc;
    }

    *tree = root;
    return NGX_FRONTDESK_BODY_OK;
}

const char *
ngx_frontdesk_body_reason(ngx_frontdesk_body_e rc)
{
    static const char *const reasons[] = {
        [NGX_FRONTDESK_BODY_OK] = "",
        [NGX_FRONTDESK_BODY_SYNTAX] = "The body is not valid JSON.",
        [NGX_FRONTDESK_BODY_SIZE] = "The JSON is too deep or too large.",
        [NGX_FRONTDESK_BODY_DUPLICATE] = "The JSON names a field twice.",
        [NGX_FRONTDESK_BODY_NUL] = "The JSON holds the character U+0000.",
        [NGX_FRONTDESK_BODY_NUMBER] = "The JSON holds a number out of range.",
        [NGX_FRONTDESK_BODY_MEMORY] = "The body could not be read.",
    };

    return reasons[rc];
}

/* Duplicate names and infinite numbers show in the tree only. */
static ngx_frontdesk_body_e
ngx_frontdesk_body_check(const cJSON *value)
{
    unsigned members = 0;
    const cJSON *child, *other;
    ngx_frontdesk_body_e rc;

    if (cJSON_IsNumber(value) && !isfinite(value->valuedouble)) {
        return NGX_FRONTDESK_BODY_NUMBER;
    }

    for (child = value->child; child != NULL; child = child->next) {
        if (cJSON_IsObject(value)) {
            if (++members > NGX_FRONTDESK_BODY_MEMBERS) {
                return NGX_FRONTDESK_BODY_SIZE;
            }

            for (other = value->child; other != child; other = other->next) {
                if (strcmp(other->string, child->string) == 0) {
                    return NGX_FRONTDESK_BODY_DUPLICATE;
                }
            }
        }

        rc = ngx_frontdesk_body_check(child);
        if (rc != NGX_FRONTDESK_BODY_OK) {
            return rc;
        }
    }

    return NGX_FRONTDESK_BODY_OK;
}

/* The scanner: each returns 1 and stands behind what it took, or 0. */

static void
ngx_frontdesk_scan_blank(ngx_frontdesk_scan_t *s)
{
    while (s->pos < s->end
           && (*s->pos == ' ' || *s->pos == '\t' || *s->pos == '\n'
               || *s->pos == '\r'))
    {
        s->pos++;
    }
}

static int
ngx_frontdesk_scan_char(ngx_frontdesk_scan_t *s, unsigned char c)
{
    if (s->pos == s->end || *s->pos != c) {
        return 0;
    }

    s->pos++;
    return 1;
}

static int
ngx_frontdesk_scan_word(ngx_frontdesk_scan_t *s, const char *word)
{
    size_t len = strlen(word);

    if ((size_t) (s->end - s->pos) < len || memcmp(s->pos, word, len) != 0) {
        return 0;
    }

    s->pos += len;
    return 1;
}

static int
ngx_frontdesk_scan_value(ngx_frontdesk_scan_t *s)
{
    int ok;

    if (++s->depth > NGX_FRONTDESK_BODY_DEPTH
        || ++s->values > NGX_FRONTDESK_BODY_VALUES)
    {
        s->rc = NGX_FRONTDESK_BODY_SIZE;
        return 0;
    }

    ngx_frontdesk_scan_blank(s);

    switch (s->pos < s->end ? *s->pos : 0) {
    case '{':
        ok = ngx_frontdesk_scan_object(s);
        break;
    case '[':
        ok = ngx_frontdesk_scan_array(s);
        break;
    case '"':
        ok = ngx_frontdesk_scan_string(s);
        break;
    case 't':
        ok = ngx_frontdesk_scan_word(s, "true");
        break;
    case 'f':
        ok = ngx_frontdesk_scan_word(s, "false");
        break;
    case 'n':
        ok = ngx_frontdesk_scan_word(s, "null");
        break;
    default:
        ok = ngx_frontdesk_scan_number(s);
    }

    ngx_frontdesk_scan_blank(s);
    s->depth--;

    return ok;
}

static int
ngx_frontdesk_scan_object(ngx_frontdesk_scan_t *s)
{
    s->pos++;
    ngx_frontdesk_scan_blank(s);

    if (ngx_frontdesk_scan_char(s, '}')) {
        return 1;
    }

    do {
        ngx_frontdesk_scan_blank(s);
        if (!ngx_frontdesk_scan_string(s)) {
            return 0;
        }

        ngx_frontdesk_scan_blank(s);
        if (!ngx_frontdesk_scan_char(s, ':') || !ngx_frontdesk_scan_value(s)) {
            return 0;
        }
    } while (ngx_frontdesk_scan_char(s, ','));

    return ngx_frontdesk_scan_char(s, '}');
}

static int
ngx_frontdesk_scan_array(ngx_frontdesk_scan_t *s)
{
    s->pos++;
    ngx_frontdesk_scan_blank(s);

    if (ngx_frontdesk_scan_char(s, ']')) {
        return 1;
    }

    do {
        if (!ngx_frontdesk_scan_value(s)) {
            return 0;
        }
    } while (ngx_frontdesk_scan_char(s, ','));

    return ngx_frontdesk_scan_char(s, ']');
}

static int
ngx_frontdesk_scan_hex(ngx_frontdesk_scan_t *s, unsigned *code)
{
    unsigned n, digit, value = 0;

    for (n = 0; n < 4; n++) {
        if (s->pos == s->end) {
            return 0;
        }

        digit = *s->pos++;
        if (digit >= '0' && digit <= '9') {
            digit -= '0';
        } else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f') {
            digit = (digit | 0x20) - 'a' + 10;
        } else {
            return 0;
        }

        value = value << 4 | digit;
    }

    *code = value;
    return 1;
}

/* Behind the backslash.  A surrogate comes in a pair or not at all. */
static int
ngx_frontdesk_scan_escape(ngx_frontdesk_scan_t *s)
{
    unsigned code, low;

    if (s->pos == s->end) {
        return 0;
    }

    if (*s->pos != 'u') {
        return memchr("\"\\/bfnrt", *s->pos++, 8) != NULL;
    }

    s->pos++;
    if (!ngx_frontdesk_scan_hex(s, &code)) {
        return 0;
    }

    if (code == 0) {
        s->rc = NGX_FRONTDESK_BODY_NUL;
        return 1;
    }

    if (code < 0xd800 || code > 0xdfff) {
        return 1;
    }

    return code <= 0xdbff && ngx_frontdesk_scan_char(s, '\\')
           && ngx_frontdesk_scan_char(s, 'u')
           && ngx_frontdesk_scan_hex(s, &low) && low >= 0xdc00
           && low <= 0xdfff;
}

/* One character of two to four bytes: shortest form, no surrogate. */
static int
ngx_frontdesk_scan_utf8(ngx_frontdesk_scan_t *s)
{
    unsigned n, more;
    uint32_t code, least;

    if (*s->pos >= 0xc2 && *s->pos <= 0xdf) {
        more = 1, least = 0x80, code = *s->pos & 0x1f;
    } else if (*s->pos >= 0xe0 && *s->pos <= 0xef) {
        more = 2, least = 0x800, code = *s->pos & 0x0f;
    } else if (*s->pos >= 0xf0 && *s->pos <= 0xf4) {
        more = 3, least = 0x10000, code = *s->pos & 0x07;
    } else {
        return 0;
    }

    s->pos++;
    for (n = 0; n < more; n++) {
        if (s->pos == s->end || (*s->pos & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (*s->pos++ & 0x3f);
    }

    return code >= least && code <= 0x10ffff
           && (code < 0xd800 || code > 0xdfff);
}

static int
ngx_frontdesk_scan_string(ngx_frontdesk_scan_t *s)
{
    if (!ngx_frontdesk_scan_char(s, '"')) {
        return 0;
    }

    while (s->pos < s->end) {
        if (*s->pos == '"') {
            s->pos++;
            return 1;
        }

        if (*s->pos < 0x20) {
            return 0;
        }

        if (*s->pos == '\\') {
            s->pos++;
            if (!ngx_frontdesk_scan_escape(s)) {
                return 0;
            }
        } else if (*s->pos < 0x80) {
            s->pos++;
        } else if (!ngx_frontdesk_scan_utf8(s)) {
            return 0;
        }
    }

    return 0;
}

static int
ngx_frontdesk_scan_digits(ngx_frontdesk_scan_t *s)
{
    const unsigned char *start = s->pos;

    while (s->pos < s->end && *s->pos >= '0' && *s->pos <= '9') {
        s->pos++;
    }

    return s->pos > start;
}

static int
ngx_frontdesk_scan_number(ngx_frontdesk_scan_t *s)
{
    const unsigned char *start = s->pos;

    (void) ngx_frontdesk_scan_char(s, '-');

    if (!ngx_frontdesk_scan_char(s, '0') && !ngx_frontdesk_scan_digits(s)) {
        return 0;
    }

    if (ngx_frontdesk_scan_char(s, '.') && !ngx_frontdesk_scan_digits(s)) {
        return 0;
    }

    if (s->pos < s->end && (*s->pos | 0x20) == 'e') {
        s->pos++;
        if (!ngx_frontdesk_scan_char(s, '+')) {
            (void) ngx_frontdesk_scan_char(s, '-');
        }
        if (!ngx_frontdesk_scan_digits(s)) {
            return 0;
        }
    }

    if (s->pos - start > NGX_FRONTDESK_NUMBER_BYTES) {
        ngx_frontdesk_scan_shorten(s, start);
    }

    return 1;
}

/* In a copy of the text, with blanks for what falls away. */
static void
ngx_frontdesk_scan_shorten(ngx_frontdesk_scan_t *s,
    const unsigned char *start)
{
    int n;
    char *at, number[32];
    size_t len = (size_t) (s->end - s->start);

    if (s->copy == NULL) {
        s->copy = malloc(len + 1);
        if (s->copy == NULL) {
            s->rc = NGX_FRONTDESK_BODY_MEMORY;
            return;
        }

        memcpy(s->copy, s->start, len);
        s->copy[len] = '\0';
    }

    at = s->copy + (start - s->start);
    n = snprintf(number, sizeof(number), "%.17g", strtod(at, NULL));
    if (!isdigit((unsigned char) number[n - 1])) {
        s->rc = NGX_FRONTDESK_BODY_NUMBER; /* inf */
        return;
    }

    memset(at, ' ', (size_t) (s->pos - start));
    memcpy(at, number, (size_t) n);
}
