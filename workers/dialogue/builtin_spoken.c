/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

/* Facts as they are spoken: no digits, no abbreviations. */

#define DAY_MIN 1440

static const char *const units[] = {
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
    "sixteen", "seventeen", "eighteen", "nineteen"
};

static const char *const tens[] = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy",
    "eighty", "ninety"
};

static const char *const ordinals[] = {
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh",
    "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth",
    "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth", "twenty first", "twenty second",
    "twenty third", "twenty fourth", "twenty fifth", "twenty sixth",
    "twenty seventh", "twenty eighth", "twenty ninth", "thirtieth",
    "thirty first"
};

static const char *const weekdays[] = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    "Sunday"
};

static const char *const months[] = {
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"
};

void
builtin_spoken_number(char *text, size_t size, int n)
{
    if (n < 0 || n > 99) {
        snprintf(text, size, "%d", n);
    } else if (n < 20) {
        snprintf(text, size, "%s", units[n]);
    } else if (n % 10 == 0) {
        snprintf(text, size, "%s", tens[n / 10]);
    } else {
        snprintf(text, size, "%s %s", tens[n / 10], units[n % 10]);
    }
}

static const char *
part_of(int minute)
{
    if (minute < 12 * 60) {
        return "in the morning";
    }
    return minute < 17 * 60 ? "in the afternoon" : "in the evening";
}

/* part: say morning or afternoon, too. */
void
builtin_spoken_time(char *text, size_t size, int minute, int part)
{
    int  hour = minute / 60 % 24;
    char past[32] = "";

    minute %= 60;
    if (minute == 0 && hour % 12 == 0) {
        snprintf(text, size, "%s", hour == 0 ? "midnight" : "noon");
        return;
    }

    if (minute > 0 && minute < 10) {
        snprintf(past, sizeof(past), " oh %s", units[minute]);
    } else if (minute > 0) {
        past[0] = ' ';
        builtin_spoken_number(past + 1, sizeof(past) - 1, minute);
    }
    snprintf(text, size, "%s%s%s%s", units[hour % 12 == 0 ? 12 : hour % 12],
             past, part ? " " : "", part ? part_of(hour * 60) : "");
}

/* "Monday, November twenty third" */
void
builtin_spoken_date(char *text, size_t size, int32_t day)
{
    int y, m, d;

    zone_day_split(day, &y, &m, &d);
    snprintf(text, size, "%s, %s %s", weekdays[zone_weekday(day)],
             months[m - 1], ordinals[d]);
}

void
builtin_spoken_day(char *text, size_t size, int32_t day, int32_t now)
{
    int32_t ahead = day - now / DAY_MIN;

    if (ahead == 0 || ahead == 1) {
        snprintf(text, size, "%s", ahead == 0 ? "today" : "tomorrow");
    } else if (ahead > 1 && ahead < 7) {
        snprintf(text, size, "%s", weekdays[zone_weekday(day)]);
    } else {
        builtin_spoken_date(text, size, day);
    }
}

void
builtin_spoken_on_day(char *text, size_t size, int32_t day, int32_t now)
{
    char    name[56];
    int32_t ahead = day - now / DAY_MIN;

    builtin_spoken_day(name, sizeof(name), day, now);
    snprintf(text, size, "%s%s", ahead == 0 || ahead == 1 ? "" : "on ",
             name);
}

/* "tomorrow morning at nine thirty" */
void
builtin_spoken_start(char *text, size_t size, int32_t start, int32_t now)
{
    int         minute = start % DAY_MIN;
    char        day[64], time[64];
    int32_t     ahead = start / DAY_MIN - now / DAY_MIN;
    const char *part;

    builtin_spoken_on_day(day, sizeof(day), start / DAY_MIN, now);
    builtin_spoken_time(time, sizeof(time), minute, ahead >= 7 || ahead < 0);
    part = strrchr(part_of(minute), ' ');
    if (minute == 12 * 60 || ahead >= 7 || ahead < 0) {
        snprintf(text, size, "%s%s at %s", day,
                 strchr(day, ',') != NULL ? "," : "", time);
    } else if (ahead == 0 && minute >= 17 * 60) {
        snprintf(text, size, "tonight at %s", time);
    } else if (ahead == 0) {
        snprintf(text, size, "this%s at %s", part, time);
    } else {
        snprintf(text, size, "%s%s at %s", day, part, time);
    }
}

/* "four one five, five five five, two six seven one" */
void
builtin_spoken_digits(char *text, size_t size, const char *number)
{
    size_t len, used = 0, left;

    if (strncmp(number, "+1", 2) == 0 && strlen(number) == 12) {
        number += 2;
    }
    number += *number == '+';
    len = strlen(number);
    text[0] = '\0';

    for (size_t i = 0; i < len; i++) {
        int n, group;

        left = len - i;
        if (!isdigit((unsigned char) number[i])) {
            continue;
        }
        /* Threes, and four at the end of what is whole. */
        group = i > 0
                && (len < 7 ? i % 3 == 0
                            : left == 4
                                  || (left > 4 && (left - 4) % 3 == 0));
        n = snprintf(text + used, size - used, "%s%s",
                     i == 0  ? ""
                     : group ? ", "
                             : " ",
                     units[number[i] - '0']);
        if (n < 0 || (size_t) n >= size - used) {
            return;
        }
        used += (size_t) n;
    }
}
