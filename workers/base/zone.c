/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"

#define ZONE_DIR      "/usr/share/zoneinfo/"
#define ZONE_FILE_MAX 65536
#define ZONE_SINCE    1577836800 /* 2020: what was before is never asked */
#define HEADER_BYTES  44         /* RFC 8536, section 3.1 */
#define DAY_S         86400

static int zone_parse(zone_t *z, const uint8_t *data, size_t len);
static int zone_table(zone_t *z, const uint8_t *data, size_t count,
                      size_t types);
static int zone_rule(zone_t *z, const char *rule);

int
zone_load(zone_t *z, const char *name)
{
    int      rc;
    char     path[128];
    FILE    *f;
    size_t   len;
    uint8_t *data;

    memset(z, 0, sizeof(*z));
    len = strlen(name);
    if (len == 0 || len > 64 || name[0] == '/' || strstr(name, "..") != NULL) {
        return -ENOENT;
    }

    snprintf(path, sizeof(path), ZONE_DIR "%s", name);
    f = fopen(path, "rb");
    if (f == NULL) {
        return -ENOENT;
    }

    data = malloc(ZONE_FILE_MAX + 1);
    if (data == NULL) {
        fclose(f);
        return -ENOMEM;
    }

    len = fread(data, 1, ZONE_FILE_MAX, f);
    fclose(f);
    data[len] = '\0';
    rc = zone_parse(z, data, len);
    free(data);
    if (rc < 0) {
        zone_free(z);
    }
    return rc;
}

void
zone_free(zone_t *z)
{
    free(z->since);
    free(z->offset_s);
    memset(z, 0, sizeof(*z));
}

static uint32_t
big32(const uint8_t *at)
{
    return (uint32_t) at[0] << 24 | (uint32_t) at[1] << 16
           | (uint32_t) at[2] << 8 | at[3];
}

static int64_t
big64(const uint8_t *at)
{
    return (int64_t) ((uint64_t) big32(at) << 32 | big32(at + 4));
}

/* Bytes of a data block whose header is at `at`, with times of `wide`. */
static size_t
zone_block(const uint8_t *at, size_t wide)
{
    size_t isut = big32(at + 20), isstd = big32(at + 24);
    size_t leap = big32(at + 28), times = big32(at + 32);
    size_t types = big32(at + 36), chars = big32(at + 40);

    if (isut > 256 || isstd > 256 || leap > 4096 || times > 8192
        || types > 256 || chars > 4096)
    {
        return 0;
    }
    return times * (wide + 1) + types * 6 + chars + leap * (wide + 4) + isstd
           + isut;
}

static int
zone_parse(zone_t *z, const uint8_t *data, size_t len)
{
    size_t         skip, body;
    const char    *rule;
    const uint8_t *at;

    /* Version 2 and later: the first block is for old readers. */
    if (len < 2 * HEADER_BYTES || memcmp(data, "TZif", 4) != 0
        || data[4] < '2')
    {
        return -EINVAL;
    }

    skip = HEADER_BYTES + zone_block(data, 4);
    if (skip + HEADER_BYTES > len || memcmp(data + skip, "TZif", 4) != 0) {
        return -EINVAL;
    }

    at = data + skip;
    body = zone_block(at, 8);
    if (skip + HEADER_BYTES + body + 2 > len || big32(at + 36) == 0) {
        return -EINVAL;
    }

    rule = (const char *) at + HEADER_BYTES + body;
    if (*rule == '\n') {
        zone_rule(z, rule + 1);
    }
    return zone_table(z, at + HEADER_BYTES, big32(at + 32), big32(at + 36));
}

static int
zone_table(zone_t *z, const uint8_t *data, size_t count, size_t types)
{
    size_t         first;
    const uint8_t *kind = data + count * 8, *type = kind + count;

    first = count;
    while (first > 0 && big64(data + (first - 1) * 8) >= ZONE_SINCE) {
        first--;
    }

    z->before_s = (int32_t) big32(type);
    if (first > 0 && kind[first - 1] < types) {
        z->before_s = (int32_t) big32(type + kind[first - 1] * 6);
    }
    if (first == count) {
        return 0;
    }

    z->since = calloc(count - first, sizeof(*z->since));
    z->offset_s = calloc(count - first, sizeof(*z->offset_s));
    if (z->since == NULL || z->offset_s == NULL) {
        return -ENOMEM;
    }

    for (size_t i = first; i < count; i++) {
        if (kind[i] >= types) {
            return -EINVAL;
        }
        z->since[z->count] = big64(data + i * 8);
        z->offset_s[z->count++] = (int32_t) big32(type + kind[i] * 6);
    }
    return 0;
}

/* A zone's name in a rule: letters, or anything between < and >. */
static const char *
rule_name(const char *at)
{
    if (*at == '<') {
        at = strchr(at, '>');
        return at != NULL ? at + 1 : NULL;
    }
    while (isalpha((unsigned char) *at)) {
        at++;
    }
    return at;
}

/* [+-]hh[:mm[:ss]] */
static const char *
rule_time(const char *at, int32_t *seconds)
{
    int     sign = *at == '-' ? -1 : 1;
    int32_t unit = 3600, sum = 0;

    at += *at == '-' || *at == '+';
    while (isdigit((unsigned char) *at) && unit > 0) {
        char *next;

        sum += (int32_t) (strtol(at, &next, 10) % 1000) * unit;
        at = next;
        unit /= 60;
        if (*at != ':') {
            break;
        }
        at++;
    }
    *seconds = sign * sum;
    return at;
}

static const char *
rule_change(const char *at, zone_change_t *c)
{
    int m, w, d, n;

    if (*at != ',') {
        return NULL;
    }

    at++;
    n = 0;
    if (sscanf(at, "M%d.%d.%d%n", &m, &w, &d, &n) == 3 && n > 0) {
        c->kind = 'M';
        c->month = (int16_t) m;
        c->week = (int16_t) w;
    } else if (sscanf(at, "J%d%n", &d, &n) == 1 && n > 0) {
        c->kind = 'J';
    } else if (sscanf(at, "%d%n", &d, &n) == 1 && n > 0) {
        c->kind = '0';
    } else {
        return NULL;
    }

    c->day = (int16_t) d;
    c->time_s = 2 * 3600;
    at += n;
    return *at == '/' ? rule_time(at + 1, &c->time_s) : at;
}

static int
zone_rule(zone_t *z, const char *rule)
{
    int32_t west;

    rule = rule_name(rule);
    if (rule == NULL
        || (!isdigit((unsigned char) *rule) && strchr("+-", *rule) == NULL)
        || *rule == '\0')
    {
        return -EINVAL;
    }

    rule = rule_time(rule, &west);
    z->standard_s = -west;
    z->summer_s = z->standard_s + 3600;
    z->has_rule = 1;
    if (*rule == '\n' || *rule == '\0') {
        return 0;
    }

    rule = rule_name(rule);
    if (rule != NULL && *rule != ',' && *rule != '\n' && *rule != '\0') {
        rule = rule_time(rule, &west);
        z->summer_s = -west;
    }
    if (rule != NULL) {
        rule = rule_change(rule, &z->begin);
    }
    if (rule != NULL && rule_change(rule, &z->end) != NULL) {
        z->has_summer = 1;
    }
    return 0;
}

/* Local seconds since 1970 at which the clocks change in this year. */
static int64_t
change_at(const zone_change_t *c, int year)
{
    int32_t day, first;

    switch (c->kind) {
    case 'M':
        first = zone_day_of(year, c->month, 1);
        /* In a rule Sunday is 0. */
        day = first
              + (c->day - (zone_weekday(first) + 1) % 7 + 7) % 7
              + 7 * (c->week - 1);
        while (day >= first + zone_month_days(year, c->month)) {
            day -= 7;
        }
        break;

    case 'J': /* February 29 is never counted */
        day = zone_day_of(year, 1, 1) + c->day - 1;
        if (c->day >= 60 && zone_month_days(year, 2) == 29) {
            day++;
        }
        break;

    default:
        day = zone_day_of(year, 1, 1) + c->day;
        break;
    }
    return (int64_t) day * DAY_S + c->time_s;
}

static int32_t
rule_offset(const zone_t *z, int64_t unix_s)
{
    int     year, month, day;
    int64_t begin, end;

    if (!z->has_summer) {
        return z->standard_s;
    }

    zone_day_split((int32_t) ((unix_s + z->standard_s) / DAY_S), &year,
                   &month, &day);
    begin = change_at(&z->begin, year) - z->standard_s;
    end = change_at(&z->end, year) - z->summer_s;
    if (begin < end) {
        return unix_s >= begin && unix_s < end ? z->summer_s : z->standard_s;
    }
    return unix_s >= end && unix_s < begin ? z->standard_s : z->summer_s;
}

int32_t
zone_offset(const zone_t *z, int64_t unix_s)
{
    size_t i = z->count;

    if (z->has_rule && (i == 0 || unix_s >= z->since[i - 1])) {
        return rule_offset(z, unix_s);
    }
    while (i > 0 && z->since[i - 1] > unix_s) {
        i--;
    }
    return i > 0 ? z->offset_s[i - 1] : z->before_s;
}

int32_t
zone_minutes(const zone_t *z, int64_t unix_ms)
{
    int64_t s = unix_ms / 1000;

    return (int32_t) ((s + zone_offset(z, s)) / 60);
}

int32_t
zone_day_of(int year, int month, int day)
{
    int era, of_era, of_year;

    /* Years begin in March, so that a leap day ends one. */
    year -= month <= 2;
    era = (year >= 0 ? year : year - 399) / 400;
    of_era = year - era * 400;
    of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}

void
zone_day_split(int32_t day, int *year, int *month, int *mday)
{
    int era, rest, y, m;

    day += 719468;
    era = (day >= 0 ? day : day - 146096) / 146097;
    rest = day - era * 146097;
    y = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    rest -= 365 * y + y / 4 - y / 100;
    m = (5 * rest + 2) / 153;
    *mday = rest - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y + era * 400 + (*month <= 2);
}

int
zone_month_days(int year, int month)
{
    static const int8_t days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        return 29;
    }
    return month >= 1 && month <= 12 ? days[month - 1] : 31;
}

int
zone_weekday(int32_t day)
{
    /* 1970-01-01 was a Thursday. */
    return (int) (((int64_t) day + 3) % 7 + 7) % 7;
}
