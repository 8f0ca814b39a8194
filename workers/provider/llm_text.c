/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "provider/llm_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void   text_byte(llm_text_t *t, char c);
static void   tag_byte(llm_text_t *t, char c);
static void   tag_whole(llm_text_t *t);
static size_t tag_name(const char *tag, char *name, size_t room);
static void   link_byte(llm_text_t *t, char c);
static int    link_begins(const llm_text_t *t);
static void   link_give(llm_text_t *t);
static void   unit_byte(llm_text_t *t, unsigned char c);
static void   canary_unit(llm_text_t *t, const char *unit, size_t len);
static void   held_give(llm_text_t *t);
static void   out_add(llm_text_t *t, const char *text, size_t len);
static void   out_give(llm_text_t *t);
static size_t utf8_size(unsigned char lead);
static int    utf8_is_fit(const char *unit, size_t len);

/* What stands between these is not for the caller. */
static const char *const hidden_tags[] = {
    "think", "thinking", "thought", "reasoning", "scratchpad", "tool_call",
    "tool_calls", "tool_code", "function_call", "function"
};

void
llm_text_init(llm_text_t *t, const char *canary, llm_text_pt on_text,
              void *data)
{
    memset(t, 0, sizeof(*t));
    t->canary = canary;
    t->on_text = on_text;
    t->data = data;
}

int
llm_text_feed(llm_text_t *t, const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len && !t->leaked; i++) {
        text_byte(t, text[i]);
    }

    out_give(t);

    return t->leaked ? -EPERM : 0;
}

int
llm_text_end(llm_text_t *t)
{
    /* A tag, a character that has no end: nothing to be said. */
    t->tag_len = 0;
    t->unit_len = 0;

    if (!t->leaked) {
        link_give(t);
    }

    if (!t->leaked) {
        held_give(t);
        out_give(t);
    }

    return t->leaked ? -EPERM : 0;
}

char *
llm_text_clean(const char *text, size_t max)
{
    char  *clean;
    size_t at = 0, len = strlen(text), size, room;

    room = len < max ? len : max;
    clean = malloc(room + 1);
    if (clean == NULL) {
        return NULL;
    }

    while (*text != '\0') {
        size = utf8_size((unsigned char) *text);
        if (size == 0 || strnlen(text, size) < size
            || !utf8_is_fit(text, size))
        {
            text++;
            continue;
        }

        if (at + size > room) {
            break;
        }

        memcpy(clean + at, text, size);
        at += size;
        text += size;
    }

    clean[at] = '\0';

    return clean;
}

/* ---- tags ---- */

static void
text_byte(llm_text_t *t, char c)
{
    if (t->tag_len > 0) {
        tag_byte(t, c);
        return;
    }

    if (c == '<') {
        t->tag[t->tag_len++] = c;
        return;
    }

    if (t->hidden == NULL) {
        link_byte(t, c);
    }
}

/* "a < b" and "<3" are no tags, "<think>" and "<|end|>" are. */
static void
tag_byte(llm_text_t *t, char c)
{
    size_t i;

    if (c == '>' && t->tag_len > 1) {
        tag_whole(t);
        return;
    }

    if (c != '<' && t->tag_len < sizeof(t->tag)
        && (t->tag_len > 1 || isalpha((unsigned char) c)
            || strchr("/!|\xef", c) != NULL)
        && c != '\0')
    {
        t->tag[t->tag_len++] = c;
        return;
    }

    for (i = 0; i < t->tag_len && t->hidden == NULL; i++) {
        link_byte(t, t->tag[i]);
    }

    t->tag_len = 0;
    text_byte(t, c);
}

static void
tag_whole(llm_text_t *t)
{
    char   name[24];
    size_t i;

    t->tag[t->tag_len < sizeof(t->tag) ? t->tag_len : t->tag_len - 1] = '\0';
    t->tag_len = 0;

    if (tag_name(t->tag, name, sizeof(name)) == 0) {
        return;
    }

    if (t->hidden != NULL) {
        if (t->tag[1] == '/' && strcmp(name, t->hidden) == 0) {
            t->hidden = NULL;
        }
        return;
    }

    for (i = 0; i < COUNT(hidden_tags); i++) {
        if (t->tag[1] != '/' && strcmp(name, hidden_tags[i]) == 0) {
            t->hidden = hidden_tags[i];
        }
    }
}

/* Its letters, in lower case; 0 when they are none or too many. */
static size_t
tag_name(const char *tag, char *name, size_t room)
{
    size_t len = 0;

    tag += tag[1] == '/' ? 2 : 1;
    while (isalpha((unsigned char) *tag) || *tag == '_') {
        if (len + 1 >= room) {
            return 0;
        }
        name[len++] = (char) tolower((unsigned char) *tag++);
    }

    name[len] = '\0';

    return len;
}

/* ---- links ---- */

/* Of "https://www.example.com/a?b" a caller can use "example.com". */
static void
link_byte(llm_text_t *t, char c)
{
    int begins;

    if (t->in_path) {
        if (!isspace((unsigned char) c) && strchr(")>]\"'", c) == NULL) {
            return;
        }
        t->in_path = 0;
    }

    if (t->in_host && strchr("/?#", c) != NULL) {
        t->in_host = 0;
        t->in_path = 1;
        return;
    }

    if (t->link_len > 0 || (!t->in_word && strchr("hHwW", c) != NULL)) {
        t->link[t->link_len++] = c;
        begins = link_begins(t);
        if (begins != 0) {
            t->in_host = t->in_host || begins > 0;
            t->link_len = begins > 0 ? 0 : t->link_len;
            return;
        }
        link_give(t);
    } else {
        unit_byte(t, (unsigned char) c);
    }

    t->in_word = isalnum((unsigned char) c) || (unsigned char) c >= 0x80;
    t->in_host = t->in_host
                 && (t->in_word || c == '.' || c == '-' || c == ':');
}

/* 1: it does, -1: it may yet, 0: it does not. */
static int
link_begins(const llm_text_t *t)
{
    size_t i;

    static const char *const beginnings[] = { "https://", "http://", "www." };

    for (i = 0; i < COUNT(beginnings); i++) {
        if (strncasecmp(beginnings[i], t->link, t->link_len) == 0) {
            return beginnings[i][t->link_len] == '\0' ? 1 : -1;
        }
    }

    return 0;
}

static void
link_give(llm_text_t *t)
{
    size_t i, len = t->link_len;

    t->link_len = 0;
    for (i = 0; i < len; i++) {
        unit_byte(t, (unsigned char) t->link[i]);
    }
}

/* ---- characters ---- */

static void
unit_byte(llm_text_t *t, unsigned char c)
{
    size_t size;

    if (t->unit_len > 0 && (c & 0xc0) == 0x80) {
        t->unit[t->unit_len++] = (char) c;
        if (t->unit_len == t->unit_size) {
            t->unit_len = 0;
            if (utf8_is_fit(t->unit, t->unit_size)) {
                canary_unit(t, t->unit, t->unit_size);
            }
        }
        return;
    }

    size = utf8_size(c);
    t->unit_len = 0;
    t->unit[0] = (char) c;

    if (size == 1) {
        if (utf8_is_fit(t->unit, 1)) {
            canary_unit(t, t->unit, 1);
        }
        return;
    }

    if (size > 1) {
        t->unit_len = 1;
        t->unit_size = (unsigned) size & 7;
    }
}

/* Spelled with blanks, dashes or capitals it is the same. */
static void
canary_unit(llm_text_t *t, const char *unit, size_t len)
{
    int c = len == 1 ? tolower((unsigned char) unit[0]) : 0;

    if (t->canary[0] == '\0') {
        out_add(t, unit, len);
        return;
    }

    if (c == 0 || !isalnum(c)) {
        if (t->held_len + len > sizeof(t->held)) {
            held_give(t);
        }
        if (t->matched == 0) {
            out_add(t, unit, len);
            return;
        }
        memcpy(t->held + t->held_len, unit, len);
        t->held_len += len;
        return;
    }

    if (c != t->canary[t->matched] || t->held_len == sizeof(t->held)) {
        held_give(t);
        if (c != t->canary[0]) {
            out_add(t, unit, len);
            return;
        }
    }

    t->held[t->held_len++] = unit[0];
    t->matched++;

    if (t->canary[t->matched] == '\0') {
        t->leaked = 1;
        t->held_len = 0;
    }
}

static void
held_give(llm_text_t *t)
{
    out_add(t, t->held, t->held_len);
    t->held_len = 0;
    t->matched = 0;
}

static void
out_add(llm_text_t *t, const char *text, size_t len)
{
    if (t->out_len + len > sizeof(t->out)) {
        out_give(t);
    }

    memcpy(t->out + t->out_len, text, len);
    t->out_len += len;
}

static void
out_give(llm_text_t *t)
{
    size_t len = t->out_len;

    t->out_len = 0;
    if (len > 0) {
        t->on_text(t->data, t->out, len);
    }
}

/* ---- UTF-8 ---- */

static size_t
utf8_size(unsigned char lead)
{
    return lead < 0x80                   ? 1
           : lead >= 0xc2 && lead < 0xe0 ? 2
           : lead >= 0xe0 && lead < 0xf0 ? 3
           : lead >= 0xf0 && lead < 0xf5 ? 4
                                         : 0;
}

/* A whole character that is one, and can be seen or heard. */
static int
utf8_is_fit(const char *unit, size_t len)
{
    size_t   i;
    uint32_t code = (unsigned char) unit[0];

    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    if (len == 1) {
        return (code >= 0x20 && code != 0x7f) || code == '\n' || code == '\t';
    }

    code &= 0xffU >> (len + 1);
    for (i = 1; i < len; i++) {
        if (((unsigned char) unit[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | ((unsigned char) unit[i] & 0x3f);
    }

    return code >= least[len] && code <= 0x10ffff
           && !(code >= 0xd800 && code <= 0xdfff) /* halves of pairs */
           && !(code >= 0x80 && code < 0xa0)      /* controls */
           && !(code >= 0x200b && code <= 0x200f) /* of no width */
           && !(code >= 0x202a && code <= 0x202e) /* directions */
           && !(code >= 0x2060 && code <= 0x206f)
           && code != 0xfeff;
}
