/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "dialogue/sentence.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void unit_take(sentence_t *s);
static void clean_add(sentence_t *s, const char *unit, size_t len);
static void chunk_give(sentence_t *s, size_t end);

/* A period after one of these ends no sentence. */
static const char *const abbreviations[] = {
    "dr", "mr", "mrs", "ms", "st", "no", "nos", "vs", "etc", "e.g", "i.e",
    "a.m", "p.m", "jr", "sr", "inc", "ltd", "co", "corp", "ave", "blvd", "rd",
    "approx", "dept", "ext", "tel", "min", "max", "hr", "hrs", "mins", "apt",
    "prof", "rev", "gen", "capt", "sgt", "messrs", "mt", "ft", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
    "u.s", "u.k", "ph.d", "m.d", "d.d.s", "b.a", "m.a", "est", "fig", "vol",
    "a.k.a", "suite", "ste"
};

void
sentence_init(sentence_t *s, sentence_pt on_chunk, void *data)
{
    memset(s, 0, sizeof(*s));
    s->on_chunk = on_chunk;
    s->data = data;
    sentence_reset(s);
}

void
sentence_reset(sentence_t *s)
{
    s->len = 0;
    s->cut = 0;
    s->unit_len = 0;
    s->held = '\0';
    s->first = 1;
    s->line_start = 1;
    s->in_url = 0;
    s->numbered = 0;
    s->spaced = 0;
}

void
sentence_push(sentence_t *s, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char) text[i];

        /* A character that is cut short by another is dropped. */
        if (c < 0x80 || c >= 0xc0) {
            s->unit_len = 0;
            s->unit_size = c < 0x80 ? 1 : c < 0xe0 ? 2
                                      : c < 0xf0   ? 3
                                                   : 4;
        } else if (s->unit_len == 0) {
            continue;
        }
        s->unit[s->unit_len++] = (char) c;
        if (s->unit_len == s->unit_size) {
            unit_take(s);
            s->unit_len = 0;
        }
    }
}

void
sentence_flush(sentence_t *s)
{
    chunk_give(s, s->len);
    sentence_reset(s);
}

/* ---- what is for the eye only ---- */

/* Emoji and ornaments; not dashes, quotes and letters of any script. */
static int
is_ornament(const char *unit, size_t len)
{
    unsigned char a = (unsigned char) unit[0], b = (unsigned char) unit[1];

    if (len == 4) {
        return a == 0xf0 && b == 0x9f;
    }
    if (len == 3) {
        return (a == 0xe2 && b >= 0x98 && b <= 0x9e)
               || (a == 0xef && b == 0xb8) /* variation selectors */
               || (a == 0xe2 && b == 0x80 && unit[2] == (char) 0x8d);
    }
    return 0;
}

static int
is_word(char c)
{
    return isalnum((unsigned char) c) || (unsigned char) c >= 0x80;
}

/* What was held back, now that the next character is known. */
static void
held_settle(sentence_t *s, const char *unit, size_t len)
{
    char held = s->held;

    s->held = '\0';
    switch (held) {
    case '_': /* in a name it is a letter, at its edge it is emphasis */
        if (s->len > 0 && is_word(s->text[s->len - 1]) && len == 1
            && is_word(unit[0]))
        {
            clean_add(s, "_", 1);
        }
        break;

    case '-': /* at the beginning of a line: a list */
    case '+':
        if (!isspace((unsigned char) unit[0])) {
            clean_add(s, &held, 1);
        }
        break;

    case ']':
        s->in_url = unit[0] == '(';
        break;

    default:
        break;
    }
}

/* A whole character: left out, held back or added. */
static void
unit_take(sentence_t *s)
{
    char   c = s->unit[0];
    size_t len = s->unit_size;

    if (s->in_url) {
        s->in_url = c != ')' && c != '\n';
        return;
    }
    if (s->held != '\0') {
        held_settle(s, s->unit, len);
        if (s->in_url) {
            return;
        }
    }
    if (len > 1) {
        if (!is_ornament(s->unit, len)) {
            clean_add(s, s->unit, len);
        }
        return;
    }

    switch (c) {
    case '*':
    case '`':
    case '[':
    case '~':
    case '\0':
        return;

    case '#':
    case '>':
        if (!s->line_start) {
            clean_add(s, &c, 1);
        }
        return;

    case '|':
        clean_add(s, " ", 1);
        return;

    case '_':
    case ']':
        s->held = c;
        return;

    case '-':
    case '+':
        if (s->line_start) {
            s->held = c;
            return;
        }
        clean_add(s, &c, 1);
        return;

    default:
        clean_add(s, &c, 1);
        return;
    }
}

/* ---- where to cut ---- */

static int
is_closing(const char *unit, size_t len)
{
    return (len == 1 && strchr("\"')", unit[0]) != NULL)
           || (len == 3 && memcmp(unit, "\xe2\x80\x9d", 3) == 0)
           || (len == 3 && memcmp(unit, "\xe2\x80\x99", 3) == 0);
}

/* '.', '!' and ',' for ends of sentences and clauses; else 0. */
static char
ending(const char *unit, size_t len)
{
    static const struct {
        const char *unit;
        char        kind;
    } endings[] = {
        { ".", '.' },
        { "!", '!' },
        { "?", '!' },
        { ";", ';' },
        { ",", ',' },
        { ":", ',' },
        { "\xe2\x80\xa6", '.' }, /* ellipsis */
        { "\xe2\x80\x94", ',' }, /* em dash */
        { "\xe0\xa5\xa4", '|' },
        { "\xe0\xa5\xa5", '|' }, /* danda */
        { "\xe3\x80\x82", '|' }, /* ideographic */
        { "\xef\xbc\x81", '|' },
        { "\xef\xbc\x9f", '|' },
    };

    for (size_t i = 0; i < COUNT(endings); i++) {
        if (strlen(endings[i].unit) == len
            && memcmp(endings[i].unit, unit, len) == 0)
        {
            return endings[i].kind;
        }
    }
    return '\0';
}

/* Does the text end, before this period, with an abbreviation? */
static int
is_abbreviation(const sentence_t *s)
{
    size_t      end = s->cut, from, len;
    const char *word;

    while (end > 0 && s->text[end - 1] == '.') {
        end--;
    }
    if (s->cut - end > 1) {
        return 0; /* an ellipsis */
    }
    for (from = end; from > 0
                     && (isalpha((unsigned char) s->text[from - 1])
                         || s->text[from - 1] == '.');
         from--)
    {
        /* back to where the word begins */
    }

    word = s->text + from;
    len = end - from;
    if (len == 1) {
        return *word != 'I'; /* an initial */
    }
    for (size_t i = 0; i < COUNT(abbreviations); i++) {
        if (strlen(abbreviations[i]) == len
            && strncasecmp(abbreviations[i], word, len) == 0)
        {
            /* "That is all I know. No." is rare; "No. 5" is not. */
            return 1;
        }
    }
    return 0;
}

/* Is the boundary one, now that it is known what follows it? */
static int
boundary_holds(const sentence_t *s, const char *unit, size_t len)
{
    char last = s->cut > 1 ? s->text[s->cut - 2] : ' ';

    switch (s->kind) {
    case '\n':
    case '|':
        return 1;

    case '!':
        return s->spaced || isupper((unsigned char) unit[0]);

    case ';':
        return s->spaced != 0;

    case ',':
        /* An em dash needs no blank. */
        return s->first && s->cut >= SENTENCE_FIRST_MIN
               && (s->spaced || s->text[s->cut - 1] == (char) 0x94);

    case '.':
        if (!s->spaced || (len == 1 && islower((unsigned char) unit[0]))) {
            return 0;
        }
        if (isdigit((unsigned char) last)
            && (isdigit((unsigned char) unit[0]) || s->numbered))
        {
            return 0;
        }
        return !is_abbreviation(s);

    default:
        return 0;
    }
}

static void
boundary_settle(sentence_t *s, const char *unit, size_t len)
{
    if (boundary_holds(s, unit, len)) {
        chunk_give(s, s->cut);
    }
    s->cut = 0;
}

/* Where to cut what has become too long: a clause, else a blank. */
static size_t
forced_cut(const sentence_t *s)
{
    size_t blank = 0, i;

    for (i = s->len; i-- > SENTENCE_MAX / 3;) {
        if (s->text[i] != ' ') {
            continue;
        }
        if (strchr(",;:", s->text[i - 1]) != NULL) {
            return i;
        }
        /* Not within a telephone number. */
        if (blank == 0
            && !(isdigit((unsigned char) s->text[i - 1])
                 && isdigit((unsigned char) s->text[i + 1])))
        {
            blank = i;
        }
    }
    if (blank > 0) {
        return blank;
    }
    /* A word without end: between characters. */
    for (i = s->len; i > 1 && ((unsigned char) s->text[i - 1] & 0xc0) == 0x80;
         i--)
    {
        /* back to the first byte of the last character */
    }
    return i > 1 ? i - 1 : s->len;
}

/* One character of the text as it is spoken. */
static void
clean_add(sentence_t *s, const char *unit, size_t len)
{
    char kind;
    int  blank = len == 1 && isspace((unsigned char) unit[0]);

    if (len == 1 && iscntrl((unsigned char) unit[0]) && !blank) {
        return;
    }
    if (blank) {
        if (unit[0] == '\n') {
            s->line_start = 1;
            s->numbered = 0;
            if (s->len > 0) {
                s->cut = s->len;
                s->kind = '\n';
            }
        }
        s->spaced = 1;
        if (s->len > 0 && s->text[s->len - 1] != ' ') {
            s->text[s->len++] = ' ';
        }
        return;
    }

    if (s->cut > 0) {
        /* Quotes and brackets that close, and "?!", belong to it. */
        if (!s->spaced && s->kind != '\n' && s->kind != ','
            && (is_closing(unit, len) || ending(unit, len) == '!'
                || (ending(unit, len) == '.' && s->kind == '.')))
        {
            memcpy(s->text + s->len, unit, len);
            s->len += len;
            s->cut = s->len;
            s->kind = ending(unit, len) == '!' ? '!' : s->kind;
            return;
        }
        boundary_settle(s, unit, len);
    }

    if (s->line_start) {
        s->numbered = isdigit((unsigned char) unit[0]) != 0;
        s->line_start = 0;
    } else if (s->numbered && s->len > 0 && s->text[s->len - 1] == ' ') {
        s->numbered = 0;
    }
    s->spaced = 0;
    memcpy(s->text + s->len, unit, len);
    s->len += len;

    kind = ending(unit, len);
    if (kind != '\0') {
        s->cut = s->len;
        s->kind = kind;
    }
    if (s->len >= SENTENCE_MAX) {
        chunk_give(s, forced_cut(s));
        s->cut = 0;
    }
}

/* Letters and digits of any script; dashes and quotes are none. */
static int
is_spoken(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char) text[i];

        if (isalnum(c)) {
            return 1;
        }
        if (c >= 0xc0
            && !(c == 0xe2 && i + 1 < len
                 && (unsigned char) text[i + 1] == 0x80))
        {
            return 1;
        }
    }
    return 0;
}

/* Gives the text up to end, and keeps the rest. */
static void
chunk_give(sentence_t *s, size_t end)
{
    size_t from = 0, to = end;

    while (from < to && s->text[from] == ' ') {
        from++;
    }
    while (to > from && s->text[to - 1] == ' ') {
        to--;
    }
    if (is_spoken(s->text + from, to - from)) {
        s->on_chunk(s->data, s->text + from, to - from);
        s->first = 0;
    }

    while (end < s->len && s->text[end] == ' ') {
        end++;
    }
    memmove(s->text, s->text + end, s->len - end);
    s->len -= end;
}
