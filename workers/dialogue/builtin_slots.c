/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dialogue/builtin_slots.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- telephone numbers ---- */

static int
digits_put(char *text, size_t size, const char *more)
{
    size_t len = strlen(text);

    if (len + strlen(more) + 1 > size) {
        return 0;
    }
    memcpy(text + len, more, strlen(more) + 1);
    return 1;
}

/* "double four", "triple oh" */
static int
digits_repeated(const builtin_words_t *ws, size_t i, size_t to, char *text,
                size_t size)
{
    int  n, times;
    char more[4] = "";

    times = builtin_word_is(ws, i, "double")   ? 2
            : builtin_word_is(ws, i, "triple") ? 3
                                               : 0;
    if (times == 0 || i + 1 >= to) {
        return 0;
    }

    n = builtin_word_among(ws, i + 1, "oh|o") ? 0 : ws->at[i + 1].number;
    if (n < 0 || n > 9 || ws->at[i + 1].ordinal) {
        return 0;
    }
    memset(more, '0' + n, (size_t) times);
    return digits_put(text, size, more);
}

/* 1: the word at i, and *used - 1 after it, are digits: added to text. */
static int
digits_at(const builtin_words_t *ws, size_t i, size_t to, int inside,
          char *text, size_t size, size_t *used)
{
    int                   n;
    char                  more[8];
    const builtin_word_t *w = &ws->at[i];

    *used = 1;
    if (w->ordinal) {
        return 0;
    }
    if (w->digits) {
        /* 11/21 and 9:30 are none. */
        return w->joint != '/' && w->joint != ':'
               && !(i > 0 && (w[-1].joint == '/' || w[-1].joint == ':'))
               && digits_put(text, size, w->text);
    }
    if (digits_repeated(ws, i, to, text, size)) {
        *used = 2;
        return 1;
    }
    if (builtin_word_among(ws, i, "oh|o")) {
        return digits_put(text, size, "0");
    }
    if (inside
        && (i + 1 < to ? w[1].number >= 0
                             && builtin_word_among(ws, i, "to|too|for|ate|won")
                       : builtin_word_among(ws, i, "ate|won")))
    {
        n = strcmp(w->text, "for") == 0   ? 4
            : strcmp(w->text, "ate") == 0 ? 8
            : strcmp(w->text, "won") == 0 ? 1
                                          : 2;
        snprintf(more, sizeof(more), "%d", n);
        return digits_put(text, size, more);
    }
    if (inside && strcmp(w->text, "hundred") == 0) {
        return digits_put(text, size, "00");
    }

    n = builtin_words_number(ws, i, used);
    if (n < 0 || n > 99) {
        return 0;
    }
    snprintf(more, sizeof(more), "%d", n);
    return digits_put(text, size, more);
}

/* An ISO date, which is no telephone number. */
static int
is_typed_day(const builtin_words_t *ws, size_t i, size_t to)
{
    const builtin_word_t *w = &ws->at[i];

    return i + 2 < to && w->digits && w->joint == '-' && w[1].joint == '-'
           && w->number >= 1900 && w->number < 2200 && strlen(w->text) == 4
           && strlen(w[1].text) == 2 && strlen(w[2].text) == 2;
}

int
builtin_digits(builtin_digits_t *digits, const builtin_words_t *ws,
               size_t from, size_t to, size_t least)
{
    builtin_digits_t best;

    memset(&best, 0, sizeof(best));
    for (size_t i = from; i < to;) {
        builtin_digits_t run;
        size_t           used = 1, last = i, at = i;

        if (is_typed_day(ws, i, to)) {
            i += 3;
            continue;
        }
        memset(&run, 0, sizeof(run));
        run.from = i;
        run.plus = ws->at[i].plus
                   || (i > from && builtin_word_is(ws, i - 1, "plus"));
        while (at < to) {
            if (digits_at(ws, at, to, at > i, run.text, sizeof(run.text),
                          &used))
            {
                at += used;
                last = at;
                continue;
            }
            /* Small words within a number. */
            if (at > i && at < last + 3
                && builtin_word_among(ws, at,
                                      "and|then|dash|hyphen|area|code|is|the|"
                                      "dot|that|space|extension|um"))
            {
                at++;
                continue;
            }
            break;
        }
        run.to = last;
        if (strlen(run.text) > strlen(best.text)) {
            best = run;
        }
        i = last > i ? last : i + 1;
    }

    if (strlen(best.text) < least || best.text[0] == '\0') {
        return 0;
    }
    best.last = builtin_words_find(ws, from, best.from + 1,
                                   "last|final digits?|two|three|four * is|are",
                                   NULL)
                >= 0;
    *digits = best;
    return 1;
}

int
builtin_dial(char *number, size_t size, const char *digits, int plus,
             const char *caller)
{
    size_t len = strlen(digits);
    int    american = caller[0] == '\0' || strncmp(caller, "+1", 2) == 0;

    if (len > 15) {
        return -1;
    }
    if (plus || strncmp(digits, "00", 2) == 0) {
        digits += plus ? 0 : 2;
        len = strlen(digits);
        /* A plus and a 1: American, and that is eleven digits. */
        if (len < 8 || (digits[0] == '1' && len < 11)) {
            return 0;
        }
        snprintf(number, size, "+%s", digits);
        return digits[0] != '0' && !(digits[0] == '1' && len > 11) ? 1 : -1;
    }

    if (!american) {
        if (len < 7) {
            return 0;
        }
        snprintf(number, size, "%s", digits);
        return 1;
    }
    if (digits[0] == '1') {
        digits++;
        len--;
    }
    if (len > 10) {
        return -1;
    }
    if (len == 7 && strlen(caller) == 12) {
        snprintf(number, size, "%.5s%s", caller, digits);
        return 1;
    }
    if (len < 10) {
        return 0;
    }
    snprintf(number, size, "+1%s", digits);
    /* Area codes begin with 2 to 9. */
    return digits[0] >= '2' ? 1 : -1;
}

/* ---- services and guests ---- */

/* Is the service's word said here? "cleaned" and "check up" count, too. */
static int
service_word(const builtin_words_t *ws, size_t i, size_t to, const char *word,
             size_t len)
{
    char        wanted[BUILTIN_WORD_BYTES], pair[2 * BUILTIN_WORD_BYTES];
    size_t      n;
    const char *said = ws->at[i].text;

    if (len >= sizeof(wanted) || len < 3) {
        return 0;
    }
    for (n = 0; n < len; n++) {
        wanted[n] = (char) tolower((unsigned char) word[n]);
    }
    wanted[len] = '\0';
    if (builtin_word_like(said, wanted)) {
        return 1;
    }

    for (n = 0; said[n] != '\0' && said[n] == wanted[n]; n++) {
        /* how much they have in common */
    }
    /* "cleaned" for "cleaning"; but to check is no "checkup" */
    if (n >= 5 && len - n <= 3 && strlen(said) - n <= 3
        && (said[n] != '\0' || strcmp(wanted + n, "ing") == 0))
    {
        return 1;
    }
    if (i + 1 < to) {
        snprintf(pair, sizeof(pair), "%s%s", said, ws->at[i + 1].text);
        return strcmp(pair, wanted) == 0;
    }
    return 0;
}

/* How much of the service's name is said, in percent. */
static int
service_score(const builtin_words_t *ws, size_t from, size_t to,
              const char *service)
{
    int words = 0, hits = 0;

    while (*service != '\0') {
        size_t len = strcspn(service, " -/,&()");

        if (len >= 3 && strncasecmp(service, "and", len) != 0
            && strncasecmp(service, "the", len) != 0
            && strncasecmp(service, "appointment", len) != 0
            && strncasecmp(service, "reservation", len) != 0)
        {
            words++;
            for (size_t i = from; i < to; i++) {
                if (service_word(ws, i, to, service, len)) {
                    hits++;
                    break;
                }
            }
        }
        service += len;
        service += *service != '\0';
    }
    return words > 0 ? 100 * hits / words : 0;
}

int
builtin_service(const builtin_words_t *ws, size_t from, size_t to,
                const char *const *services, size_t count)
{
    int best = -1, most = 49;

    for (size_t i = 0; i < count; i++) {
        int score = service_score(ws, from, to, services[i]);

        if (score > most) {
            most = score;
            best = (int) i;
        }
    }
    return best;
}

int
builtin_party(const builtin_words_t *ws, size_t from, size_t to, size_t *at)
{
    static const char *const patterns[] = {
        "table|reservation|party|booking|booth|dinner|lunch for|of",
        "there are|is|will be?",
        "we are",
        "for",
    };
    int n;

    for (size_t p = 0; p < COUNT(patterns); p++) {
        size_t end, used, i = from;

        while (i < to) {
            int found = builtin_words_find(ws, i, to, patterns[p], &end);

            if (found < 0) {
                break;
            }
            n = end < to ? builtin_words_number(ws, end, &used) : -1;
            if (n > 0 && n < 100
                && (p == 0
                    || builtin_word_among(ws, end + used,
                                          "people|persons|guests|of|adults"))
                && !builtin_word_among(ws, end + used,
                                       "am|pm|o'clock|thirty"))
            {
                *at = end;
                return n;
            }
            i = (size_t) found + 1;
        }
    }

    for (size_t i = from; i + 1 < to; i++) {
        size_t used;

        n = builtin_words_number(ws, i, &used);
        if (n > 0 && n < 100
            && (builtin_word_among(ws, i + used, "people|persons|guests")
                || (builtin_word_is(ws, i + used, "of")
                    && builtin_word_is(ws, i + used + 1, "us"))))
        {
            *at = i;
            return n;
        }
    }
    return 0;
}
