/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "provider/tts_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define TEXT_CLAUSE_MIN 30  /* shorter ones are not worth a cut */
#define TEXT_CUT_MAX    160 /* without any mark, cut at a blank */

typedef struct {
    char       *out;
    size_t      size, len;
    int         full;
    const char *at, *end, *begin;
} text_t;

typedef struct {
    const char *written, *said;
} text_word_t;

/* Each reads something at t->at, writes it as said, and moves on; or 0. */
typedef int (*text_rule_pt)(text_t *t);

static int    text_address(text_t *t);
static int    text_phone(text_t *t);
static int    text_money(text_t *t);
static int    text_iso_date(text_t *t);
static int    text_time(text_t *t);
static int    text_round_the_clock(text_t *t);
static int    text_month_day(text_t *t);
static int    text_number(text_t *t);
static int    text_abbreviation(text_t *t);
static int    text_range(text_t *t);
static void   text_put(text_t *t, const char *word);
static void   text_char(text_t *t, char c);
static void   text_value(text_t *t, unsigned long value);
static void   text_ordinal(text_t *t, unsigned value);
static void   text_digits(text_t *t, const char *digits, size_t len);
static void   text_year(text_t *t, unsigned year);
static void   text_clock(text_t *t, unsigned hour, unsigned minute, int half);
static size_t text_digit_count(const char *at, const char *end);
static int    text_half_of_day(const char **at, const char *end);
static int    text_is_break(const text_t *t, const char *at);

/* In the order they are tried. */
static const text_rule_pt text_rules[] = {
    text_address,
    text_iso_date,
    text_round_the_clock,
    text_time,
    text_phone,
    text_money,
    text_number,
    text_month_day,
    text_abbreviation,
    text_range,
};

static const char *const text_low[] = {
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
    "sixteen", "seventeen", "eighteen", "nineteen"
};

static const char *const text_tens[] = {
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
    "ninety"
};

static const char *const text_low_ordinals[] = {
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth"
};

static const char *const text_tens_ordinals[] = {
    "twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth",
    "seventieth", "eightieth", "ninetieth"
};

static const char *const text_months[] = {
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"
};

/* A dot after them is part of them. */
static const text_word_t text_abbreviations[] = {
    { "Dr.", "Doctor" },
    { "Mr.", "Mister" },
    { "Mrs.", "Missus" },
    { "Ms.", "Miz" },
    { "St.", "Street" },
    { "Ave.", "Avenue" },
    { "Rd.", "Road" },
    { "Blvd.", "Boulevard" },
    { "Apt.", "Apartment" },
    { "No.", "number" },
    { "e.g.", "for example" },
    { "i.e.", "that is" },
    { "etc.", "et cetera" },
    { "vs.", "versus" },
    { "approx.", "about" },
    { "appt.", "appointment" },
    { "min.", "minutes" },
    { "hrs.", "hours" },
    { "Mon", "Monday" },
    { "Tue", "Tuesday" },
    { "Tues", "Tuesday" },
    { "Wed", "Wednesday" },
    { "Thu", "Thursday" },
    { "Thurs", "Thursday" },
    { "Fri", "Friday" },
    { "Sat", "Saturday" },
    { "Sun", "Sunday" },
    { "Jan", "January" },
    { "Feb", "February" },
    { "Mar", "March" },
    { "Apr", "April" },
    { "Jun", "June" },
    { "Jul", "July" },
    { "Aug", "August" },
    { "Sep", "September" },
    { "Sept", "September" },
    { "Oct", "October" },
    { "Nov", "November" },
    { "Dec", "December" },
    { "&", "and" },
    { "%", "percent" },
    { "+", "plus" },
    { "@", "at" },
    { "ASAP", "as soon as possible" },
    { "AM", "A M" },
    { "PM", "P M" },
};

int
tts_text_spoken(char *out, size_t size, const char *text, size_t len)
{
    int    matched;
    text_t t = { .out = out, .size = size, .at = text };

    t.begin = text;
    t.end = text + len;

    if (size == 0) {
        return -ENOSPC;
    }

    while (t.at < t.end && *t.at != '\0') {
        matched = 0;

        if (t.at == text || !isalnum((unsigned char) t.at[-1])
            || !isalnum((unsigned char) *t.at)) {
            for (size_t i = 0; i < COUNT(text_rules) && !matched; i++) {
                matched = text_rules[i](&t);
            }
        }

        if (!matched) {
            text_char(&t, *t.at++);
        }
    }

    while (t.len > 0 && t.out[t.len - 1] == ' ') {
        t.len--;
    }

    out[t.len] = '\0';
    return t.full ? -ENOSPC : (int) t.len;
}

size_t
tts_text_cut(const char *text, size_t len)
{
    char   c;
    size_t blank = 0, clause = 0;

    for (size_t i = 0; i + 1 < len; i++) {
        c = text[i];

        if (text[i + 1] != ' ' && text[i + 1] != '\n') {
            continue;
        }

        /* "John B. Smith" goes on. */
        if (strchr(".?!\n", c) != NULL && i >= 2
            && !(c == '.' && strchr(". ", text[i - 2]) != NULL))
        {
            return i + 1;
        }

        if (strchr(",;:", c) != NULL && i + 1 >= TEXT_CLAUSE_MIN
            && len - i > TEXT_CLAUSE_MIN && clause == 0) {
            clause = i + 1;
        }

        if (i < TEXT_CUT_MAX) {
            blank = i + 1;
        }

        if (i >= TEXT_CUT_MAX / 2 && clause > 0) {
            return clause;
        }

        if (i >= TEXT_CUT_MAX) {
            return blank;
        }
    }

    return len;
}

/* name@host.com and www.host.com */
static int
text_address(text_t *t)
{
    char        word[64];
    int         dots = 0, ats = 0;
    size_t      n;
    const char *p = t->at;

    while (p < t->end && (isalnum((unsigned char) *p) || strchr(".@_-", *p))) {
        ats += *p == '@';
        dots += *p == '.' && p + 1 < t->end && isalpha((unsigned char) p[1]);
        p++;
    }

    while (p > t->at && !isalnum((unsigned char) p[-1])) {
        p--;
    }

    if (!(ats == 1 && dots > 0)
        && !(p - t->at > 4 && strncasecmp(t->at, "www.", 4) == 0)) {
        return 0;
    }

    while (t->at < p) {
        n = 0;
        while (t->at < p && isalpha((unsigned char) *t->at)) {
            if (n < sizeof(word) - 1) {
                word[n++] = *t->at;
            }
            t->at++;
        }
        word[n] = '\0';

        if (strcasecmp(word, "www") == 0) {
            text_put(t, "w w w");
        } else if (n > 0) {
            text_put(t, word);
        }

        if (t->at == p) {
            break;
        }

        switch (*t->at) {
        case '@':
            text_put(t, "at");
            break;
        case '.':
            text_put(t, "dot");
            break;
        case '_':
            text_put(t, "underscore");
            break;
        case '-':
            text_put(t, "dash");
            break;
        default:
            text_put(t, text_low[*t->at - '0']);
            break;
        }
        t->at++;
    }

    return 1;
}

/* Seven digits or more with no more than one sign between them. */
static int
text_phone(text_t *t)
{
    int         has_plus;
    char        digits[20];
    size_t      n = 0, gap = 0;
    const char *p = t->at, *last;

    if (*p != '+' && *p != '(' && !isdigit((unsigned char) *p)) {
        return 0;
    }

    has_plus = *p == '+';
    last = p;

    for (p += has_plus; p < t->end && gap < 3; p++) {
        if (isdigit((unsigned char) *p)) {
            if (n == sizeof(digits)) {
                return 0;
            }
            digits[n++] = *p;
            last = p + 1;
            gap = 0;

        } else if (strchr(" -.()", *p) != NULL) {
            gap++;

        } else {
            break;
        }
    }

    if (n < 7 || n > 15
        || (t->end - last >= 2 && *last == ','
            && isdigit((unsigned char) last[1])))
    {
        return 0;
    }

    t->at = last;
    if (n == 11 && digits[0] == '1') {
        memmove(digits, digits + 1, --n); /* the country code goes unsaid */
    }

    text_digits(t, digits, n);
    return 1;
}

static int
text_money(text_t *t)
{
    char         *after;
    unsigned long whole = 0, cents = 0;
    const char   *p = t->at + 1;

    if (*t->at != '$' || p == t->end || !isdigit((unsigned char) *p)) {
        return 0;
    }

    while (p < t->end
           && (isdigit((unsigned char) *p)
               || (*p == ',' && text_digit_count(p + 1, t->end) >= 3)))
    {
        if (*p != ',' && whole < 100000000) {
            whole = whole * 10 + (unsigned long) (*p - '0');
        }
        p++;
    }

    if (text_digit_count(p + 1, t->end) == 2 && *p == '.') {
        cents = strtoul(p + 1, &after, 10);
        p = after;
    }

    t->at = p;
    text_value(t, whole);
    text_put(t, whole == 1 ? "dollar" : "dollars");
    if (cents > 0) {
        text_put(t, "and");
        text_value(t, cents);
        text_put(t, cents == 1 ? "cent" : "cents");
    }

    return 1;
}

/* 2026-11-21, with T09:00 behind it or without */
static int
text_iso_date(text_t *t)
{
    int      n = 0;
    char     copy[11];
    unsigned year, month, day;

    if (t->end - t->at < 10 || !isdigit((unsigned char) *t->at)) {
        return 0;
    }

    memcpy(copy, t->at, 10);
    copy[10] = '\0';
    if (sscanf(copy, "%4u-%2u-%2u%n", &year, &month, &day, &n) != 3 || n != 10
        || month < 1 || month > 12 || day < 1 || day > 31) {
        return 0;
    }

    t->at += 10;
    text_put(t, text_months[month - 1]);
    text_ordinal(t, day);

    if (t->at < t->end && *t->at == 'T') {
        t->at++;
        text_put(t, "at");
        (void) text_time(t);
    }

    return 1;
}

/* 9:30 AM, 9 am, 14:30 */
static int
text_time(text_t *t)
{
    int         half;
    size_t      n;
    unsigned    hour, minute = 0;
    const char *p;

    n = text_digit_count(t->at, t->end);
    if (n < 1 || n > 2) {
        return 0;
    }

    hour = (unsigned) strtoul(t->at, NULL, 10);
    p = t->at + n;

    if (p < t->end && *p == ':' && text_digit_count(p + 1, t->end) == 2) {
        minute = (unsigned) strtoul(p + 1, NULL, 10);
        p += 3;
        if (p < t->end && *p == ':'
            && text_digit_count(p + 1, t->end) == 2) {
            p += 3; /* seconds */
        }
        half = text_half_of_day(&p, t->end);

    } else {
        half = text_half_of_day(&p, t->end);
        if (half == 0) {
            return 0;
        }
    }

    if (hour > 24 || minute > 59 || !text_is_break(t, p)) {
        return 0;
    }

    t->at = p;
    text_clock(t, hour, minute, half);
    return 1;
}

static int
text_round_the_clock(text_t *t)
{
    if (t->end - t->at < 4 || strncmp(t->at, "24/7", 4) != 0) {
        return 0;
    }

    t->at += 4;
    text_put(t, "twenty four seven");
    return 1;
}

/* November 21 and Nov. 21st: the day is an ordinal. */
static int
text_month_day(text_t *t)
{
    size_t      n, len, day_len;
    unsigned    day;
    const char *p;

    for (n = 0; n < COUNT(text_months); n++) {
        len = strlen(text_months[n]);
        if ((size_t) (t->end - t->at) > len
            && strncmp(t->at, text_months[n], len) == 0) {
            break;
        }

        len = 3;
        if (t->end - t->at > 3 && strncmp(t->at, text_months[n], 3) == 0
            && (t->at[3] == '.' || t->at[3] == ' ')) {
            len += t->at[3] == '.';
            break;
        }
    }

    if (n == COUNT(text_months)) {
        return 0;
    }

    p = t->at + len;
    if (p == t->end || *p != ' ') {
        return 0;
    }

    day_len = text_digit_count(++p, t->end);
    day = (unsigned) strtoul(p, NULL, 10);
    if (day_len < 1 || day_len > 2 || day < 1 || day > 31) {
        return 0;
    }

    p += day_len;
    if (t->end - p >= 2 && isalpha((unsigned char) p[0])) {
        p += 2; /* st, nd, rd, th */
    }

    t->at = p;
    text_put(t, text_months[n]);
    text_ordinal(t, day);

    /* A comma between day and year would be a pause. */
    if (t->end - p >= 6 && p[0] == ',' && p[1] == ' '
        && text_digit_count(p + 2, t->end) == 4) {
        t->at++;
    }

    return 1;
}

static int
text_number(text_t *t)
{
    size_t        n, digits = 0;
    unsigned long value = 0;
    const char   *p = t->at;

    n = text_digit_count(p, t->end);
    if (n == 0) {
        return 0;
    }

    if (n > 6 || (n > 1 && *p == '0')) {
        t->at += n;
        text_digits(t, p, n);
        return 1;
    }

    /* 1,200 is one number; in "9, 10 and 11" the comma is a pause. */
    while (p < t->end
           && (isdigit((unsigned char) *p)
               || (*p == ',' && text_digit_count(p + 1, t->end) == 3))) {
        if (*p != ',' && digits < 9) {
            value = value * 10 + (unsigned long) (*p - '0');
            digits++;
        }
        p++;
    }

    t->at = p;

    if (t->end - p >= 2
        && (strncmp(p, "st", 2) == 0 || strncmp(p, "nd", 2) == 0
            || strncmp(p, "rd", 2) == 0 || strncmp(p, "th", 2) == 0)
        && value < 100) {
        t->at += 2;
        text_ordinal(t, (unsigned) value);
        return 1;
    }

    if (n == 4 && digits == 4 && value >= 1900 && value < 2100) {
        text_year(t, (unsigned) value);
    } else {
        text_value(t, value);
    }

    n = t->at + 1 < t->end && *t->at == '.'
            ? text_digit_count(t->at + 1, t->end)
            : 0;
    if (n > 0) {
        text_put(t, "point");
        for (size_t i = 1; i <= n; i++) {
            text_put(t, text_low[t->at[i] - '0']);
        }
        t->at += n + 1;
    }

    return 1;
}

static int
text_abbreviation(text_t *t)
{
    size_t      len;
    const char *w;

    for (size_t i = 0; i < COUNT(text_abbreviations); i++) {
        w = text_abbreviations[i].written;
        len = strlen(w);
        if ((size_t) (t->end - t->at) < len || strncmp(t->at, w, len) != 0) {
            continue;
        }

        if (isalpha((unsigned char) w[len - 1])
            && !text_is_break(t, t->at + len)) {
            continue;
        }

        t->at += len;
        text_put(t, text_abbreviations[i].said);
        return 1;
    }

    return 0;
}

/* 9 AM - 5 PM, Mon-Fri */
static int
text_range(text_t *t)
{
    size_t      len = 0;
    const char *p = t->at, *next;

    if (*p == '-') {
        len = 1;
    } else if (t->end - p >= 3 && memcmp(p, "\xe2\x80\x93", 3) == 0) {
        len = 3; /* en dash */
    }

    next = p + len;
    if (len == 0 || t->len == 0 || next >= t->end) {
        return 0;
    }

    next += *next == ' ';
    if (next < t->end
        && (isdigit((unsigned char) *next) || isupper((unsigned char) *next))) {
        t->at = next;
        text_put(t, "to");
        return 1;
    }

    return 0;
}

static void
text_put(text_t *t, const char *word)
{
    if (t->len > 0 && t->out[t->len - 1] != ' ') {
        text_char(t, ' ');
    }

    while (*word != '\0') {
        text_char(t, *word++);
    }

    /* What follows is a sign, or a word that wants a blank before it. */
    if (t->at < t->end && isalnum((unsigned char) *t->at)) {
        text_char(t, ' ');
    }
}

/* Marks of layout are not read, and two blanks are one. */
static void
text_char(text_t *t, char c)
{
    if (strchr("*_#`~|<>[]{}\\\"", c) != NULL && c != '\0') {
        return;
    }

    if (isspace((unsigned char) c)) {
        c = ' ';
        if (t->len == 0 || t->out[t->len - 1] == ' ') {
            return;
        }
    }

    if (t->len + 1 >= t->size) {
        t->full = 1;
        return;
    }

    t->out[t->len++] = c;
}

static void
text_value(text_t *t, unsigned long value)
{
    if (value >= 1000000) {
        text_value(t, value / 1000000);
        text_put(t, "million");
        value %= 1000000;
        if (value == 0) {
            return;
        }
    }

    if (value >= 1000) {
        text_value(t, value / 1000);
        text_put(t, "thousand");
        value %= 1000;
        if (value == 0) {
            return;
        }
    }

    if (value >= 100) {
        text_put(t, text_low[value / 100]);
        text_put(t, "hundred");
        value %= 100;
        if (value == 0) {
            return;
        }
    }

    if (value >= 20) {
        text_put(t, text_tens[value / 10 - 2]);
        value %= 10;
        if (value == 0) {
            return;
        }
    }

    text_put(t, text_low[value]);
}

static void
text_ordinal(text_t *t, unsigned value)
{
    if (value < COUNT(text_low_ordinals)) {
        text_put(t, text_low_ordinals[value]);

    } else if (value % 10 == 0) {
        text_put(t, text_tens_ordinals[value / 10 - 2]);

    } else {
        text_put(t, text_tens[value / 10 - 2]);
        text_put(t, text_low_ordinals[value % 10]);
    }
}

/* From the end: groups of four, three and three, with pauses between. */
static void
text_digits(text_t *t, const char *digits, size_t len)
{
    size_t left;

    for (size_t i = 0; i < len; i++) {
        left = len - i;
        if (i > 0 && (left == 4 || left == 7 || left == 10)) {
            text_char(t, ',');
        }
        text_put(t, text_low[digits[i] - '0']);
    }
}

static void
text_year(text_t *t, unsigned year)
{
    if (year % 1000 < 10) {
        text_value(t, year);
        return;
    }

    text_value(t, year / 100);
    if (year % 100 == 0) {
        text_put(t, "hundred");
        return;
    }

    if (year % 100 < 10) {
        text_put(t, "oh");
    }
    text_value(t, year % 100);
}

/* half: 'a' before noon, 'p' after, 0 not said. */
static void
text_clock(text_t *t, unsigned hour, unsigned minute, int half)
{
    if (hour >= 12 && half == 0 && hour != 12) {
        half = hour == 24 ? 'a' : 'p';
        hour -= 12;

    } else if (hour == 0) {
        half = 'a';
        hour = 12;

    } else if (hour > 12) {
        hour -= 12;
    }

    text_value(t, hour);
    if (minute > 0 && minute < 10) {
        text_put(t, "oh");
    }

    if (minute > 0) {
        text_value(t, minute);
    } else if (half == 0) {
        text_put(t, "o'clock");
    }

    if (half != 0) {
        text_put(t, half == 'a' ? "A M" : "P M");
    }
}

static size_t
text_digit_count(const char *at, const char *end)
{
    size_t n = 0;

    while (at + n < end && isdigit((unsigned char) at[n])) {
        n++;
    }

    return n;
}

/* " AM", "pm", " a.m.": which, or 0; moves behind it. */
static int
text_half_of_day(const char **at, const char *end)
{
    int         half;
    const char *p = *at;

    while (p < end && *p == ' ') {
        p++;
    }

    if (end - p < 2) {
        return 0;
    }

    half = tolower((unsigned char) *p);
    if (half != 'a' && half != 'p') {
        return 0;
    }

    if (tolower((unsigned char) p[1]) == 'm'
        && (end - p == 2 || !isalnum((unsigned char) p[2]))) {
        *at = p + 2;
        return half;
    }

    if (end - p >= 3 && p[1] == '.' && tolower((unsigned char) p[2]) == 'm') {
        p += 3;
        /* The last dot may end the sentence as well. */
        if (end - p >= 2 && *p == '.' && p[1] == ' '
            && !isupper((unsigned char) p[2 < end - p ? 2 : 1])) {
            p++;
        }
        *at = p;
        return half;
    }

    return 0;
}

static int
text_is_break(const text_t *t, const char *at)
{
    return at >= t->end || !isalnum((unsigned char) *at);
}
