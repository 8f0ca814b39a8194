/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "mail/mail_code.h"

#define LINE_BYTES 76
/* In an encoded word: with "Subject: =?UTF-8?B?" and "?=" it fits a line. */
#define WORD_BYTES 39

static int  is_literal(const char *text, size_t bytes, size_t column);
static int  is_plain(const char *text, size_t bytes);
static void write_words(FILE *out, const char *text, size_t bytes);
static void write_base64(FILE *out, const unsigned char *bytes, size_t count);
static int  is_control(char c);

void
mail_write_quoted(FILE *out, const char *text, size_t bytes)
{
    size_t i, column = 0, width;

    for (i = 0; i < bytes; i++) {
        if (text[i] == '\n') {
            (void) fputs("\r\n", out);
            column = 0;
            continue;
        }

        width = is_literal(text + i, bytes - i, column) ? 1 : 3;

        /* One column is left for the "=" of a line that goes on. */
        if (column + width > LINE_BYTES - 1) {
            (void) fputs("=\r\n", out);
            column = 0;
            width = is_literal(text + i, bytes - i, column) ? 1 : 3;
        }

        if (width == 1) {
            (void) fputc(text[i], out);
        } else {
            (void) fprintf(out, "=%02X", (unsigned char) text[i]);
        }

        column += width;
    }
}

void
mail_write_header(FILE *out, const char *name, const char *text)
{
    size_t bytes = strlen(text);

    (void) fprintf(out, "%s: ", name);

    if (is_plain(text, bytes) && strlen(name) + 2 + bytes <= LINE_BYTES) {
        (void) fwrite(text, 1, bytes, out);
    } else {
        write_words(out, text, bytes);
    }

    (void) fputs("\r\n", out);
}

void
mail_write_phrase(FILE *out, const char *text, size_t bytes)
{
    size_t i;

    if (!is_plain(text, bytes) || bytes > 60) {
        write_words(out, text, bytes);
        return;
    }

    (void) fputc('"', out);
    for (i = 0; i < bytes; i++) {
        if (text[i] == '"' || text[i] == '\\') {
            (void) fputc('\\', out);
        }
        (void) fputc(text[i], out);
    }
    (void) fputc('"', out);
}

void
mail_write_html(FILE *out, const char *text, size_t bytes)
{
    size_t i;

    for (i = 0; i < bytes; i++) {
        switch (text[i]) {

        case '&':
            (void) fputs("&amp;", out);
            break;

        case '<':
            (void) fputs("&lt;", out);
            break;

        case '>':
            (void) fputs("&gt;", out);
            break;

        case '"':
            (void) fputs("&quot;", out);
            break;

        case '\'':
            (void) fputs("&#39;", out);
            break;

        default:
            (void) fputc(text[i], out);
        }
    }
}

void
mail_write_url(FILE *out, const char *text)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";

    for (; *text != '\0'; text++) {
        if (strchr(unreserved, *text) != NULL) {
            (void) fputc(*text, out);
        } else {
            (void) fprintf(out, "%%%02X", (unsigned char) *text);
        }
    }
}

size_t
mail_character(const char *text, size_t bytes)
{
    size_t        i, length;
    unsigned char c = (unsigned char) text[0];

    length = c < 0x80 ? 1 : c >= 0xf0 ? 4
                        : c >= 0xe0   ? 3
                                      : 2;

    for (i = 1; i < length; i++) {
        if (i >= bytes || ((unsigned char) text[i] & 0xc0) != 0x80) {
            return 1;
        }
    }

    return length;
}

/*
 * Blanks at a line's end are lost on the way; a dot, or the "From " of a
 * mailbox file, at its beginning may mean something to somebody.
 */
static int
is_literal(const char *text, size_t bytes, size_t column)
{
    if (text[0] == ' ') {
        return bytes > 1 && text[1] != '\n';
    }

    if (column == 0
        && (text[0] == '.' || (bytes > 4 && memcmp(text, "From ", 5) == 0)))
    {
        return 0;
    }

    return text[0] > ' ' && text[0] < 0x7f && text[0] != '=';
}

/* As it is, no reader takes it for anything but text. */
static int
is_plain(const char *text, size_t bytes)
{
    size_t i;

    for (i = 0; i < bytes; i++) {
        if ((unsigned char) text[i] >= 0x7f || is_control(text[i])) {
            return 0;
        }
    }

    return memmem(text, bytes, "=?", 2) == NULL;
}

/* Each word is whole characters, a line of its own (RFC 2047 section 5). */
static void
write_words(FILE *out, const char *text, size_t bytes)
{
    size_t        i, used, width, at = 0;
    unsigned char word[WORD_BYTES];

    while (at < bytes) {
        for (used = 0; at < bytes; used += width, at += width) {
            width = mail_character(text + at, bytes - at);
            if (used + width > WORD_BYTES) {
                break;
            }

            for (i = 0; i < width; i++) {
                word[used + i] = is_control(text[at + i])
                                     ? ' '
                                     : (unsigned char) text[at + i];
            }
        }

        (void) fputs("=?UTF-8?B?", out);
        write_base64(out, word, used);
        (void) fputs(at < bytes ? "?=\r\n " : "?=", out);
    }
}

static void
write_base64(FILE *out, const unsigned char *bytes, size_t count)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t   i;
    unsigned three;

    for (i = 0; i < count; i += 3) {
        three = (unsigned) bytes[i] << 16
                | (i + 1 < count ? (unsigned) bytes[i + 1] << 8 : 0)
                | (i + 2 < count ? (unsigned) bytes[i + 2] : 0);

        (void) fputc(signs[three >> 18], out);
        (void) fputc(signs[three >> 12 & 63], out);
        (void) fputc(i + 1 < count ? signs[three >> 6 & 63] : '=', out);
        (void) fputc(i + 2 < count ? signs[three & 63] : '=', out);
    }
}

static int
is_control(char c)
{
    return (unsigned char) c < 0x20 || c == 0x7f;
}
