/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "provider/tts_clean.h"

/* Further on than this a word is another one of the same letters. */
#define CLEAN_WORD_AHEAD 120

typedef struct {
    const char *text;
    size_t      at, length;
    tts_clean_t out;
    unsigned    blank_due:1;
    unsigned    has_word:1;
} cleaner_t;

typedef struct {
    uint32_t first, last;
} range_t;

static size_t clean_markup(cleaner_t *c);
static size_t clean_page(const char *at, size_t left);
static size_t clean_tag(const char *at, size_t left);
static size_t clean_link_end(const char *at, size_t left);
static int    clean_is_line_start(const cleaner_t *c);
static size_t clean_code_point(const char *at, size_t left, uint32_t *code);
static int    clean_is_picture(uint32_t code);
static void   clean_put(cleaner_t *c, size_t bytes);

/* Pictures and what only draws: never read out, never a word. */
static const range_t clean_pictures[] = {
    { 0x80, 0x9f },       /* controls */
    { 0x200b, 0x200b },   /* no width; joiners belong to Indian scripts */
    { 0x200e, 0x200f },   /* directions */
    { 0x2022, 0x2023 },   /* bullets */
    { 0x2028, 0x202e },   /* ends of lines, directions */
    { 0x2060, 0x206f },   /* invisible */
    { 0x20d0, 0x20ff },   /* put around what is before */
    { 0x2190, 0x23ff },   /* arrows, technical */
    { 0x2500, 0x27bf },   /* boxes, shapes, dingbats */
    { 0x2900, 0x2bff },   /* more arrows */
    { 0xe000, 0xf8ff },   /* private */
    { 0xfe00, 0xfe0f },   /* how a picture is drawn */
    { 0xfeff, 0xfeff },   /* byte order */
    { 0xfff0, 0xffff },   /* none at all */
    { 0x1f000, 0x1faff }, /* the pictures */
    { 0xe0000, 0x10ffff },
};

int
tts_clean(tts_clean_t *clean, const char *text, size_t length, size_t max)
{
    size_t    bytes, skip;
    uint32_t  code;
    cleaner_t c = { .text = text, .length = length };

    if (length > max) {
        return -EMSGSIZE;
    }

    c.out.text = malloc(length + 2);
    c.out.from = malloc((length + 2) * sizeof(uint32_t));
    if (c.out.text == NULL || c.out.from == NULL) {
        tts_clean_free(&c.out);
        return -ENOMEM;
    }

    while (c.at < length) {
        skip = clean_markup(&c);
        if (skip > 0) {
            c.at += skip;
            continue;
        }

        bytes = clean_code_point(text + c.at, length - c.at, &code);
        if (bytes == 0) {
            c.at++; /* no UTF-8: JSON could not carry it */
            continue;
        }

        if (code <= 0x20 || code == 0x7f || code == 0xa0) {
            c.blank_due = 1;
        } else if (clean_is_picture(code)) {
            c.blank_due = 1;
        } else {
            c.has_word |= code >= 0x80 ? code > 0xbf && code / 0x100 != 0x20
                                       : isalnum((int) code) != 0;
            clean_put(&c, bytes);
        }
        c.at += bytes;
    }

    if (!c.has_word) {
        c.out.length = 0;
        c.out.characters = 0;
    } else {
        c.out.from[c.out.length] = (uint32_t) length;
        c.out.text[c.out.length++] = ' ';
        c.out.characters++;
    }

    c.out.text[c.out.length] = '\0';
    *clean = c.out;
    return 0;
}

void
tts_clean_free(tts_clean_t *clean)
{
    free(clean->text);
    free(clean->from);
    clean->text = NULL;
    clean->from = NULL;
}

int64_t
tts_clean_word(const tts_clean_t *clean, uint32_t *at, const char *word)
{
    size_t   length;
    uint32_t from = *at, end;

    while (*word != '\0' && !isalnum((unsigned char) *word)
           && !(*word & 0x80)) {
        word++;
    }

    length = strlen(word);
    while (length > 0 && !isalnum((unsigned char) word[length - 1])
           && !(word[length - 1] & 0x80)) {
        length--;
    }

    end = clean->length < from + CLEAN_WORD_AHEAD ? clean->length
                                                  : from + CLEAN_WORD_AHEAD;

    for (; length > 0 && from + length <= end; from++) {
        if (strncasecmp(clean->text + from, word, length) == 0
            && (from == 0
                || !isalnum((unsigned char) clean->text[from - 1]))) {
            *at = from + (uint32_t) length;
            return clean->from[from];
        }
    }

    return -ENOENT;
}

/* How much of what is here is only for eyes; 0: nothing. */
static size_t
clean_markup(cleaner_t *c)
{
    char        here = c->text[c->at];
    size_t      left = c->length - c->at, n;
    const char *at = c->text + c->at;

    n = clean_page(at, left);
    if (n > 0) {
        c->blank_due = 1;
        return n;
    }

    switch (here) {

    case '<':
        n = clean_tag(at, left);
        c->blank_due |= n > 0;
        return n;

    case '`':
    case '*':
    case '~':
        /* A star between digits is a product; elsewhere it is emphasis. */
        return here == '*' && c->at > 0 && left > 1
                       && isdigit((unsigned char) at[-1])
                       && isdigit((unsigned char) at[1])
                   ? 0
                   : 1;

    case '_':
        /* Within a word it belongs to it. */
        return c->at > 0 && isalnum((unsigned char) at[-1]) && left > 1
                       && isalnum((unsigned char) at[1])
                   ? 0
                   : 1;

    case '#':
    case '>':
        return clean_is_line_start(c) ? 1 : 0;

    case '-':
        /* An item of a list. */
        return clean_is_line_start(c) && left > 1 && at[1] == ' ' ? 1 : 0;

    case '!':
        return left > 1 && at[1] == '[' ? 1 : 0;

    case '[':
        return 1;

    case ']':
        return clean_link_end(at, left);

    case '|':
    case '\\':
        c->blank_due = 1;
        return 1;

    default:
        return 0;
    }
}

/* An address of a page, up to the blank or bracket that ends it. */
static size_t
clean_page(const char *at, size_t left)
{
    size_t n;

    if (!(left > 7 && strncasecmp(at, "http://", 7) == 0)
        && !(left > 8 && strncasecmp(at, "https://", 8) == 0)
        && !(left > 4 && strncasecmp(at, "www.", 4) == 0))
    {
        return 0;
    }

    for (n = 0; n < left; n++) {
        if ((unsigned char) at[n] <= ' ' || strchr("<>()[]\"", at[n])) {
            break;
        }
    }

    /* What ends the sentence is not part of it. */
    while (n > 0 && strchr(".,;:!?", at[n - 1])) {
        n--;
    }

    return n;
}

static size_t
clean_tag(const char *at, size_t left)
{
    if (left < 3 || !(isalpha((unsigned char) at[1]) || at[1] == '/')) {
        return 0;
    }

    for (size_t n = 1; n < left && n < 200 && at[n] != '<'; n++) {
        if (at[n] == '>') {
            return n + 1;
        }
    }

    return 0;
}

/* "](address)": of a link only its words are said. */
static size_t
clean_link_end(const char *at, size_t left)
{
    if (left > 1 && at[1] == '(') {
        for (size_t n = 2; n < left; n++) {
            if (at[n] == ')') {
                return n + 1;
            }
        }
    }

    return 1;
}

static int
clean_is_line_start(const cleaner_t *c)
{
    size_t at = c->at;

    while (at > 0 && (c->text[at - 1] == ' ' || c->text[at - 1] == '#')) {
        at--;
    }

    return at == 0 || c->text[at - 1] == '\n';
}

/* How many bytes it takes; 0: they are no UTF-8. */
static size_t
clean_code_point(const char *at, size_t left, uint32_t *code)
{
    size_t               n;
    uint32_t             value;
    const unsigned char *u = (const unsigned char *) at;

    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    if (u[0] < 0x80) {
        *code = u[0];
        return 1;
    }

    n = u[0] >= 0xf0 && u[0] < 0xf5   ? 4
        : u[0] >= 0xe0 && u[0] < 0xf0 ? 3
        : u[0] >= 0xc2 && u[0] < 0xe0 ? 2
                                      : 0;
    if (n == 0 || n > left) {
        return 0;
    }

    value = u[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((u[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (u[i] & 0x3f);
    }

    if (value < least[n] || value > 0x10ffff
        || (value >= 0xd800 && value <= 0xdfff)) {
        return 0;
    }

    *code = value;
    return n;
}

static int
clean_is_picture(uint32_t code)
{
    for (size_t i = 0; i < sizeof(clean_pictures) / sizeof(range_t); i++) {
        if (code >= clean_pictures[i].first
            && code <= clean_pictures[i].last) {
            return 1;
        }
    }

    return 0;
}

static void
clean_put(cleaner_t *c, size_t bytes)
{
    tts_clean_t *out = &c->out;

    /* The blank is where something was before it, so there is room. */
    if (c->blank_due && out->length > 0) {
        out->from[out->length] = (uint32_t) c->at;
        out->text[out->length++] = ' ';
        out->characters++;
    }

    c->blank_due = 0;
    out->characters++;
    for (size_t i = 0; i < bytes; i++) {
        out->from[out->length] = (uint32_t) (c->at + i);
        out->text[out->length++] = c->text[c->at + i];
    }
}
