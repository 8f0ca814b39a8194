/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "dialogue/builtin_when.h"
#include "base/zone.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

typedef struct {
    const char *text;
    const char *when; /* "2026-11-21 09:30 morning flags", what there is */
} row_t;

static void
print_when(char *text, size_t size, const builtin_when_t *w)
{
    int    y, m, d;
    size_t len = 0;

    text[0] = '\0';
#define PUT(...) \
    len += (size_t) snprintf(text + len, size - len, __VA_ARGS__)
    if (w->day != BUILTIN_NO_DAY) {
        zone_day_split(w->day, &y, &m, &d);
        PUT("%04d-%02d-%02d ", y, m, d);
    }
    if (w->minute >= 0) {
        PUT("%02d:%02d ", w->minute / 60, w->minute % 60);
    }
    if (w->part != BUILTIN_PART_ANY) {
        PUT("%s ", builtin_part_names[w->part]);
    }
    if (w->old != BUILTIN_NO_DAY) {
        zone_day_split(w->old, &y, &m, &d);
        PUT("old=%04d-%02d-%02d ", y, m, d);
    }
    PUT("%s%s%s%s%s%s%s%s%s", w->after ? "after " : "",
        w->before ? "before " : "", w->earliest ? "earliest " : "",
        w->anytime ? "anytime " : "", w->later ? "later " : "",
        w->earlier ? "earlier " : "", w->other_day ? "other_day " : "",
        w->week ? "week " : "", w->invalid ? "invalid " : "");
#undef PUT
    while (len > 0 && text[len - 1] == ' ') {
        text[--len] = '\0';
    }
}

static int
check(const row_t *rows, size_t count, int y, int m, int d, int bare)
{
    int             wrong = 0;
    char            text[160];
    builtin_when_t  when;
    builtin_words_t ws;

    for (size_t i = 0; i < count; i++) {
        builtin_words(&ws, rows[i].text);
        builtin_when(&when, &ws, 0, ws.count,
                     zone_day_of(y, m, d) * 1440 + 600, bare);
        print_when(text, sizeof(text), &when);
        if (strcmp(text, rows[i].when) != 0) {
            print_message("\"%s\": %s, not %s\n", rows[i].text, text,
                          rows[i].when);
            wrong++;
        }
    }
    return wrong;
}

/* On Friday, 2026-11-20, at ten. */
static const row_t rows[] = {
    { "", "" },
    { "i would like an appointment", "" },
    /* days */
    { "today", "2026-11-20" },
    { "tonight", "2026-11-20 evening" },
    { "tomorrow", "2026-11-21" },
    { "tomorow", "2026-11-21" },
    { "to morrow", "2026-11-21" },
    { "the day after tomorrow", "2026-11-22" },
    { "day after tomorrow at ten", "2026-11-22 10:00" },
    { "this morning", "2026-11-20 morning" },
    { "this afternoon", "2026-11-20 afternoon" },
    { "this evening", "2026-11-20 evening" },
    { "monday", "2026-11-23" },
    { "on monday", "2026-11-23" },
    { "tuesday", "2026-11-24" },
    { "wednesday", "2026-11-25" },
    { "thursday", "2026-11-26" },
    { "friday", "2026-11-27" },
    { "saturday", "2026-11-21" },
    { "sunday", "2026-11-22" },
    { "this friday", "2026-11-20" },
    { "this saturday", "2026-11-21" },
    { "next monday", "2026-11-23" },
    { "next friday", "2026-11-27" },
    { "next saturday", "2026-11-28" },
    { "next sunday", "2026-11-29" },
    { "on next tuesday", "2026-11-24" },
    { "monday week", "2026-11-30" },
    { "a week on monday", "2026-11-30" },
    { "monday next week", "2026-11-23" },
    { "next week on wednesday", "2026-11-25" },
    { "wednesday of next week", "2026-11-25" },
    { "next week", "2026-11-23 week" },
    { "the week after next", "2026-11-30 week" },
    { "this week", "2026-11-20 week" },
    { "the weekend", "2026-11-21" },
    { "this weekend", "2026-11-21" },
    { "next weekend", "2026-11-28" },
    { "next month", "2026-12-01 week" },
    { "in two days", "2026-11-22" },
    { "in three days", "2026-11-23" },
    { "in a week", "2026-11-27" },
    { "in two weeks", "2026-12-04" },
    { "two weeks from now", "2026-12-04" },
    { "three days from today", "2026-11-23" },
    { "a week from today", "2026-11-27" },
    { "a week from tomorrow", "2026-11-28" },
    { "in a couple of days", "2026-11-22" },
    { "in a fortnight", "2026-12-04" },
    { "in a month", "2026-12-20" },
    { "the twenty third", "2026-11-23" },
    { "on the twenty third", "2026-11-23" },
    { "the twentieth", "2026-11-20" },
    { "the nineteenth", "2026-12-19" },
    { "on the third", "2026-12-03" },
    { "the thirty first", "2026-12-31" },
    { "november twenty third", "2026-11-23" },
    { "november the twenty third", "2026-11-23" },
    { "the twenty third of november", "2026-11-23" },
    { "twenty third of november", "2026-11-23" },
    { "november twenty three", "2026-11-23" },
    { "december first", "2026-12-01" },
    { "the first of december", "2026-12-01" },
    { "december third at ten", "2026-12-03 10:00" },
    { "january fifth", "2027-01-05" },
    { "january the fifth twenty twenty eight", "2028-01-05" },
    { "november nineteenth", "2027-11-19" },
    { "may fourth", "2027-05-04" },
    { "march tenth at noon", "2027-03-10 12:00" },
    { "monday the twenty third", "2026-11-23" },
    { "monday the thirtieth", "2026-11-30" },
    { "monday november twenty third", "2026-11-23" },
    { "monday the thirtieth of november", "2026-11-30" },
    { "february thirtieth", "invalid" },
    { "the thirty first of november", "invalid" },
    { "november twenty seventh in the afternoon", "2026-11-27 afternoon" },
    /* not days */
    { "the first one", "" },
    { "the second time", "" },
    { "the third", "" },
    { "it may be", "" },
    { "one second please", "" },
    { "good morning", "" },
    { "good afternoon i need help", "" },
    { "have a good evening", "" },
    /* typed */
    { "2026-11-23", "2026-11-23" },
    { "11/23", "2026-11-23" },
    { "11/23/2026", "2026-11-23" },
    { "23/11", "2026-11-23" },
    { "Nov 23", "2026-11-23" },
    { "nov. 23rd", "2026-11-23" },
    { "23 November", "2026-11-23" },
    { "Monday, 10am", "2026-11-23 10:00" },
    { "9:30", "09:30" },
    { "9:30am", "09:30" },
    { "9.30 am", "09:30" },
    { "at 14:00", "14:00" },
    { "2 pm", "14:00" },
    { "2pm", "14:00" },
    { "12:15 p.m.", "12:15" },
    { "tomorrow at 9", "2026-11-21 09:00" },
    /* times */
    { "at nine", "09:00" },
    { "nine o'clock", "09:00" },
    { "nine o clock", "09:00" },
    { "nine thirty", "09:30" },
    { "half past nine", "09:30" },
    { "half nine", "09:30" },
    { "quarter past nine", "09:15" },
    { "a quarter past nine", "09:15" },
    { "quarter to ten", "09:45" },
    { "a quarter to ten", "09:45" },
    { "quarter of ten", "09:45" },
    { "ten to nine", "08:50" },
    { "ten past nine", "09:10" },
    { "twenty past two", "14:20" },
    { "twenty five to four", "15:35" },
    { "five minutes past ten", "10:05" },
    { "nine oh five", "09:05" },
    { "nine fifteen", "09:15" },
    { "nine forty five", "09:45" },
    { "ten ten", "10:10" },
    { "at three", "15:00" },
    { "three thirty", "15:30" },
    { "at one", "13:00" },
    { "half past one", "13:30" },
    { "quarter to one", "12:45" },
    { "at twelve", "12:00" },
    { "noon", "12:00" },
    { "at midday", "12:00" },
    { "nine a m", "09:00" },
    { "nine p m", "21:00" },
    { "three a m", "03:00" },
    { "twelve a m", "00:00" },
    { "twelve p m", "12:00" },
    { "seven in the evening", "19:00 evening" },
    { "nine in the morning", "09:00 morning" },
    { "three in the afternoon", "15:00 afternoon" },
    { "tomorrow morning at nine", "2026-11-21 09:00 morning" },
    { "tomorrow afternoon at two", "2026-11-21 14:00 afternoon" },
    { "tomorrow evening at eight", "2026-11-21 20:00 evening" },
    { "monday at three", "2026-11-23 15:00" },
    { "around ten", "10:00" },
    { "about half past ten", "10:30" },
    { "make it ten", "10:00" },
    { "can we do it at ten thirty", "10:30" },
    { "after three", "15:00 after" },
    { "before eleven", "11:00 before" },
    { "between two and four", "14:00 after" },
    { "after work", "17:00" },
    { "after lunch", "afternoon" },
    { "before noon", "morning" },
    { "at ate", "08:00" },
    { "in an hour", "2026-11-20 11:00" },
    { "in half an hour", "2026-11-20 10:30" },
    { "in two hours", "2026-11-20 12:00" },
    { "in the morning", "morning" },
    { "mornings are best", "morning" },
    { "in the evening", "evening" },
    /* not times */
    { "a table for four", "" },
    { "for two people", "" },
    { "a table for two at seven", "07:00" },
    { "there are six of us", "" },
    { "in two hours of waiting the second one", "2026-11-20 12:00" },
    { "five five five oh one two three", "" },
    { "i have three kids", "" },
    { "that one", "" },
    /* wishes */
    { "as soon as possible", "earliest" },
    { "the earliest", "earliest" },
    { "first available", "earliest" },
    { "first thing in the morning", "morning earliest" },
    { "next available appointment", "earliest" },
    { "any time", "anytime" },
    { "anytime tomorrow", "2026-11-21 anytime" },
    { "whenever", "anytime" },
    { "i don't care", "anytime" },
    { "it doesn't matter", "anytime" },
    { "either one", "anytime" },
    { "something later", "later" },
    { "later", "later" },
    { "earlier please", "earlier" },
    { "another day", "other_day" },
    { "a different time", "later" },
    { "see you later", "" },
    /* what is meant of several */
    { "tomorrow no sorry monday", "2026-11-23" },
    { "not tomorrow monday", "2026-11-23" },
    { "no not monday tuesday at ten", "2026-11-24 10:00" },
    { "from monday to tuesday", "2026-11-24 old=2026-11-23" },
    { "my monday appointment to wednesday at two",
      "2026-11-25 14:00 old=2026-11-23" },
    { "tomorrow or monday", "2026-11-21" },
    { "at nine no make it ten", "10:00" },
    { "not at nine at ten", "10:00" },
};

static const row_t bare_rows[] = {
    { "nine", "09:00" },
    { "ten please", "10:00" },
    { "three", "15:00" },
    { "the nine thirty", "09:30" },
    { "nine i think", "09:00" },
    { "let's say ten", "10:00" },
    { "twelve", "12:00" },
    { "10", "10:00" },
    { "two people", "" },
    { "the second one", "" },
    { "the first", "" },
    { "sat at ten", "2026-11-21 10:00" },
};

static void
a_friday_in_november(void **state)
{
    (void) state;
    assert_int_equal(check(rows, COUNT(rows), 2026, 11, 20, 0), 0);
}

static void
a_number_alone_is_an_hour_when_a_time_was_asked_for(void **state)
{
    (void) state;
    assert_int_equal(check(bare_rows, COUNT(bare_rows), 2026, 11, 20, 1), 0);
}

static void
years_months_and_leap_days_turn(void **state)
{
    static const row_t eve[] = {
        { "tomorrow", "2027-01-01" },
        { "next week", "2027-01-04 week" },
        { "january second", "2027-01-02" },
        { "the second of january", "2027-01-02" },
        { "next month", "2027-01-01 week" },
        { "in two days", "2027-01-02" },
        { "the thirty first", "2026-12-31" },
        { "in a month", "2027-01-31" },
    };
    static const row_t leap[] = {
        { "tomorrow", "2028-02-29" },
        { "the day after tomorrow", "2028-03-01" },
        { "february twenty ninth", "2028-02-29" },
        { "the twenty ninth", "2028-02-29" },
        { "the thirtieth", "2028-03-30" },
        { "in a month", "2028-03-28" },
    };
    static const row_t plain[] = {
        { "february twenty ninth", "2028-02-29" },
        { "the twenty ninth", "2027-03-29" },
    };
    static const row_t sunday[] = {
        { "next monday", "2026-11-23" },
        { "monday", "2026-11-23" },
        { "this weekend", "2026-11-22" },
        { "next weekend", "2026-11-28" },
        { "this sunday", "2026-11-22" },
        { "sunday", "2026-11-29" },
    };
    static const row_t monday[] = {
        { "next monday", "2026-11-30" },
        { "next wednesday", "2026-12-02" },
        { "wednesday", "2026-11-25" },
        { "this wednesday", "2026-11-25" },
        { "the weekend", "2026-11-28" },
        { "the end of the week", "2026-11-27" },
    };

    (void) state;
    assert_int_equal(check(eve, COUNT(eve), 2026, 12, 31, 0), 0);
    assert_int_equal(check(leap, COUNT(leap), 2028, 2, 28, 0), 0);
    assert_int_equal(check(plain, COUNT(plain), 2027, 2, 28, 0), 0);
    assert_int_equal(check(sunday, COUNT(sunday), 2026, 11, 22, 0), 0);
    assert_int_equal(check(monday, COUNT(monday), 2026, 11, 23, 0), 0);
}

/* Every weekday said on every weekday is the next of them. */
static void
a_weekday_is_the_next_of_its_name(void **state)
{
    static const char *const names[] = {
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday"
    };
    char            text[32];
    builtin_when_t  when;
    builtin_words_t ws;

    (void) state;
    for (int32_t today = 20000; today < 20400; today++) {
        for (int d = 0; d < 7; d++) {
            builtin_words(&ws, names[d]);
            builtin_when(&when, &ws, 0, ws.count, today * 1440, 0);
            assert_int_equal(zone_weekday(when.day), d);
            assert_in_range(when.day - today, 1, 7);

            snprintf(text, sizeof(text), "next %s", names[d]);
            builtin_words(&ws, text);
            builtin_when(&when, &ws, 0, ws.count, today * 1440, 0);
            assert_int_equal(zone_weekday(when.day), d);
            assert_in_range(when.day - today, 1, 13);
        }
    }
}

static void
days_split_and_join(void **state)
{
    int y, m, d;

    (void) state;
    assert_int_equal(zone_day_of(1970, 1, 1), 0);
    assert_int_equal(zone_weekday(0), 3);
    for (int32_t day = -800000; day < 800000; day += 7) {
        zone_day_split(day, &y, &m, &d);
        assert_int_equal(zone_day_of(y, m, d), day);
        assert_in_range(d, 1, zone_month_days(y, m));
    }
}

/* The zone reader and libc agree, around every change of the clocks, too. */
static void
zones_agree_with_the_system(void **state)
{
    static const char *const names[] = {
        "America/New_York", "Europe/Berlin", "Australia/Sydney", "UTC",
        "Asia/Kolkata", "America/Sao_Paulo", "Africa/Casablanca",
        "America/St_Johns", "Pacific/Auckland", "Asia/Tehran",
        "Europe/Dublin", "America/Phoenix", "Pacific/Chatham"
    };

    (void) state;
    for (size_t i = 0; i < COUNT(names); i++) {
        zone_t zone;

        assert_int_equal(zone_load(&zone, names[i]), 0);
        setenv("TZ", names[i], 1);
        tzset();
        /* 2021 to 2045, every three hours and some */
        for (int64_t t = 1609459200; t < 2366841600; t += 11213) {
            time_t    at = (time_t) t;
            struct tm tm;

            localtime_r(&at, &tm);
            if (tm.tm_gmtoff != zone_offset(&zone, t)) {
                print_message("%s at %lld\n", names[i], (long long) t);
            }
            assert_int_equal(tm.tm_gmtoff, zone_offset(&zone, t));
        }
        zone_free(&zone);
    }
    unsetenv("TZ");
    tzset();
}

static void
an_unknown_zone_is_utc(void **state)
{
    zone_t zone;

    (void) state;
    assert_true(zone_load(&zone, "Atlantis/City") < 0);
    assert_int_equal(zone_offset(&zone, 1800000000), 0);
    assert_true(zone_load(&zone, "../../../etc/passwd") < 0);
    assert_true(zone_load(&zone, "/etc/passwd") < 0);
    assert_true(zone_load(&zone, "") < 0);
    zone_free(&zone);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_friday_in_november),
        cmocka_unit_test(a_number_alone_is_an_hour_when_a_time_was_asked_for),
        cmocka_unit_test(years_months_and_leap_days_turn),
        cmocka_unit_test(a_weekday_is_the_next_of_its_name),
        cmocka_unit_test(days_split_and_join),
        cmocka_unit_test(zones_agree_with_the_system),
        cmocka_unit_test(an_unknown_zone_is_utc),
    };

    return cmocka_run_group_tests_name("builtin_when", tests, NULL, NULL);
}
