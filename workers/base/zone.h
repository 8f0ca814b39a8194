/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Local time of a client's zone, without libc's one TZ for the process. The
 * rules are read once from the system's zone files; then only the offset at
 * a given instant is asked: all reckoning with dates is on local days.
 */

/* "Mm.w.d/time", "Jn/time" or "n/time" of a POSIX TZ string. */
typedef struct {
    char    kind; /* 'M', 'J' or '0' */
    int16_t month, week, day;
    int32_t time_s;
} zone_change_t;

typedef struct {
    int64_t *since; /* Unix seconds, ascending */
    int32_t *offset_s;
    size_t   count;
    int32_t  before_s; /* offset before the first */
    /* After the last of them, and when there is none. */
    int32_t       standard_s;
    int32_t       summer_s;
    zone_change_t begin, end;
    unsigned      has_summer:1;
    unsigned      has_rule:1;
} zone_t;

/* An unknown name gives UTC and -ENOENT; the zone may be used all the same. */
int  zone_load(zone_t *z, const char *name);
void zone_free(zone_t *z);

int32_t zone_offset(const zone_t *z, int64_t unix_s);

/* Minutes since 1970-01-01T00:00 as the client's clocks show it. */
int32_t zone_minutes(const zone_t *z, int64_t unix_ms);

/* Days since 1970-01-01; the Gregorian calendar. */
int32_t zone_day_of(int year, int month, int day);
void    zone_day_split(int32_t day, int *year, int *month, int *mday);
int     zone_month_days(int year, int month);

/* 0: Monday. */
int zone_weekday(int32_t day);

#endif /* BASE_ZONE_H */
