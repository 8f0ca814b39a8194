/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Guessing begins with words everybody knows, with digits and signs put
 * before, behind and in place of letters; with rows of the keyboard; and with
 * what is known of the person.  What is left of a password without all that
 * must be worth something.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "ngx_frontdesk_strength.h"

#define NGX_FRONTDESK_KNOWN_MIN 4 /* letters of a name that count */
#define NGX_FRONTDESK_REST_MIN  6 /* characters beside one */
#define NGX_FRONTDESK_RUN_MIN   3

static const char too_common[] = "This password is too common.";
static const char too_close[] = "This password is too much like your name "
                                "or address.";

/* Characters of UTF-8; 0 when it is none, or holds what cannot be typed. */
static size_t
ngx_frontdesk_characters(const char *text)
{
    size_t n = 0, more;
    const unsigned char *p;

    for (p = (const unsigned char *) text; *p != '\0'; n++) {
        if (*p < 0x20 || *p == 0x7f) {
            return 0;
        }

        more = *p < 0x80 ? 0 : *p < 0xc2 ? 4
                           : *p < 0xe0   ? 1
                           : *p < 0xf0   ? 2
                           : *p < 0xf5   ? 3
                                         : 4;
        if (more == 4) {
            return 0;
        }

        for (p++; more > 0; more--, p++) {
            if ((*p & 0xc0) != 0x80) {
                return 0;
            }
        }
    }

    return n;
}

static void
ngx_frontdesk_small(char *out, size_t size, const char *text)
{
    size_t i;

    for (i = 0; text[i] != '\0' && i < size - 1; i++) {
        out[i] = (char) tolower((unsigned char) text[i]);
    }
    out[i] = '\0';
}

/* Signs that stand for letters become the letters; 1 and ! may be two. */
static void
ngx_frontdesk_plain(char *text, const char *letters)
{
    const char *found;

    static const char signs[] = "@4831!|0$57+9";

    for (; *text != '\0'; text++) {
        found = strchr(signs, *text);
        if (found != NULL) {
            *text = letters[found - signs];
        }
    }
}

/* Few different characters, or a short piece again and again. */
static int
ngx_frontdesk_is_repeated(const char *text)
{
    size_t i, len = strlen(text), piece, kinds = 0;
    uint8_t seen[256] = { 0 };

    for (i = 0; i < len; i++) {
        kinds += seen[(unsigned char) text[i]] == 0;
        seen[(unsigned char) text[i]] = 1;
    }

    if (kinds < 4) {
        return 1;
    }

    for (piece = 1; piece < NGX_FRONTDESK_PASSWORD_MIN && 2 * piece <= len;
         piece++)
    {
        if (memcmp(text, text + piece, len - piece) == 0) {
            return 1;
        }
    }

    return 0;
}

/* How much of text, from its start, follows a row in either direction. */
static size_t
ngx_frontdesk_run(const char *text, const char *row)
{
    size_t n, best = 0;
    const char *at;

    for (at = strchr(row, *text); at != NULL; at = strchr(at + 1, *text)) {
        for (n = 1; text[n] != '\0' && text[n] == at[n]; n++) {
            /* void */
        }
        best = n > best ? n : best;

        for (n = 1; text[n] != '\0' && at - n >= row
                    && text[n] == *(at - n);
             n++)
        {
            /* void */
        }
        best = n > best ? n : best;
    }

    return best;
}

/* Nothing but rows of the keyboard, the alphabet and numbers. */
static int
ngx_frontdesk_is_rows(const char *text)
{
    size_t i, n, best;

    static const char *const rows[] = {
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890123456789",
        "qwertyuiop[]",
        "asdfghjkl;'",
        "zxcvbnm,./",
        "qwertzuiop",
        "yxcvbnm",
        "azertyuiop",
        "qsdfghjklm",
        "wxcvbn",
        "!@#$%^&*()_+",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
        "1q2w3e4r5t6y7u8i9o0p",
        "qazwsxedcrfvtgbyhnujmikolp",
        "q1w2e3r4t5y6u7i8o9p0",
        "a1b2c3d4e5f6g7h8i9j0",
        "13579",
        "24680",
        "147258369",
        "159753",
        "112233445566778899",
        "aabbccddeeffgghh",
    };

    while (*text != '\0') {
        for (i = 0, best = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            n = ngx_frontdesk_run(text, rows[i]);
            best = n > best ? n : best;
        }

        if (best < NGX_FRONTDESK_RUN_MIN && text[best > 0 ? best : 1] != '\0') {
            return 0;
        }

        text += best > 0 ? best : 1;
    }

    return 1;
}

static int
ngx_frontdesk_is_word(const char *text, size_t len)
{
    char word[NGX_FRONTDESK_PASSWORD_BYTES + 2];

    if (len == 0 || len > NGX_FRONTDESK_PASSWORD_BYTES - 1
        || memchr(text, ' ', len) != NULL)
    {
        return 0;
    }

    word[0] = ' ';
    memcpy(word + 1, text, len);
    word[len + 1] = ' ';
    word[len + 2] = '\0';

    return strstr(ngx_frontdesk_common, word) != NULL;
}

/* One common word, or two, with digits and signs around and between. */
static int
ngx_frontdesk_is_common(const char *text)
{
    char letters[NGX_FRONTDESK_PASSWORD_BYTES];
    size_t i, n = 0;

    for (i = 0; text[i] != '\0'; i++) {
        if (isalpha((unsigned char) text[i]) || (text[i] & 0x80) != 0) {
            letters[n++] = text[i];
        }
    }

    if (ngx_frontdesk_is_word(letters, n)) {
        return 1;
    }

    for (i = 1; i < n; i++) {
        if (ngx_frontdesk_is_word(letters, i)
            && ngx_frontdesk_is_word(letters + i, n - i))
        {
            return 1;
        }
    }

    return 0;
}

/* The same when signs stand for letters, but for those at either end. */
static int
ngx_frontdesk_is_disguised(const char *text)
{
    char plain[NGX_FRONTDESK_PASSWORD_BYTES];
    size_t i, ends, start, stop, len = strlen(text);

    static const char *const letters[] = { "aabeiiiossttg", "aabelliossttg" };

    for (i = 0; i < 2; i++) {
        for (ends = 0; ends < 4; ends++) {
            start = 0;
            stop = len;
            while ((ends & 1) && start < stop
                   && !isalpha((unsigned char) text[start]))
            {
                start++;
            }
            while ((ends & 2) && stop > start
                   && !isalpha((unsigned char) text[stop - 1]))
            {
                stop--;
            }

            memcpy(plain, text + start, stop - start);
            plain[stop - start] = '\0';
            ngx_frontdesk_plain(plain, letters[i]);
            if (ngx_frontdesk_is_common(plain)) {
                return 1;
            }
        }
    }

    return 0;
}

/* Little is left of the password without this part of a name. */
static int
ngx_frontdesk_is_close(const char *text, const char *part, size_t len)
{
    const char *found;

    if (len < NGX_FRONTDESK_KNOWN_MIN) {
        return 0;
    }

    found = memmem(text, strlen(text), part, len);

    return found != NULL && strlen(text) - len < NGX_FRONTDESK_REST_MIN;
}

static int
ngx_frontdesk_is_known(const char *text, const char *known)
{
    char small[256];
    size_t len;
    const char *p;

    ngx_frontdesk_small(small, sizeof(small), known);
    if (ngx_frontdesk_is_close(text, small, strcspn(small, "@"))) {
        return 1;
    }

    for (p = small; *p != '\0'; p += len) {
        p += strspn(p, "@.-_+ ");
        len = strcspn(p, "@.-_+ ");
        if (ngx_frontdesk_is_close(text, p, len)) {
            return 1;
        }
    }

    return 0;
}

const char *
ngx_frontdesk_password_reason(const char *password, const char *email,
    const char *name)
{
    char small[NGX_FRONTDESK_PASSWORD_BYTES];
    size_t n = ngx_frontdesk_characters(password);

    if (n < NGX_FRONTDESK_PASSWORD_MIN || n > NGX_FRONTDESK_PASSWORD_MAX) {
        return "This must have 10 to 128 characters.";
    }

    ngx_frontdesk_small(small, sizeof(small), password);

    if (ngx_frontdesk_is_repeated(small) || ngx_frontdesk_is_rows(small)
        || ngx_frontdesk_is_common(small)
        || ngx_frontdesk_is_disguised(small))
    {
        return too_common;
    }

    if (ngx_frontdesk_is_known(small, email)
        || ngx_frontdesk_is_known(small, name))
    {
        return too_close;
    }

    return NULL;
}
