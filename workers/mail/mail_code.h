/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef MAIL_MAIL_CODE_H
#define MAIL_MAIL_CODE_H

#include <stddef.h>
#include <stdio.h>

/*
 * How text is written so that it stays text: what it cannot hold as it is, it
 * does not hold.
 */

/* RFC 2045 section 6.7: any bytes, lines of 76; "\n" ends a line, as CRLF. */
void mail_write_quoted(FILE *out, const char *text, size_t bytes);

/*
 * A header's text behind `name: `, folded. ASCII as it is, all else as encoded
 * words (RFC 2047). Control characters are blanks.
 */
void mail_write_header(FILE *out, const char *name, const char *text);

/* Of a phrase, as a display name: quoted, or encoded words. */
void mail_write_phrase(FILE *out, const char *text, size_t bytes);

/* In an element or a double-quoted attribute. */
void mail_write_html(FILE *out, const char *text, size_t bytes);

/* In a URL: all but RFC 3986's unreserved characters as %XX. */
void mail_write_url(FILE *out, const char *text);

/* Bytes of the character that begins here; what is none counts as 1. */
size_t mail_character(const char *text, size_t bytes);

#endif /* MAIL_MAIL_CODE_H */
