/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdint.h>
#include <string.h>

#include "ngx_frontdesk_shape.h"

static unsigned
ngx_frontdesk_utf8_size(unsigned char c)
{
    if (c < 0x80) {
        return c != 0;
    }

    if (c < 0xc2 || c > 0xf4) {
        return 0;
    }

    return 2u + (c >= 0xe0) + (c >= 0xf0);
}

long
ngx_frontdesk_text_length(const char *text, size_t len)
{
    long n = 0;
    uint64_t eight;
    unsigned i, size, second;
    const unsigned char *p = (const unsigned char *) text;
    const unsigned char *end = p + len;

    for (; p < end; p += size, n++) {
        /* Eight of ASCII at a time, none NUL: it may be a megabyte. */
        while (end - p > 8) {
            memcpy(&eight, p, 8);
            if (((eight | (eight - UINT64_C(0x0101010101010101)))
                 & UINT64_C(0x8080808080808080))
                != 0)
            {
                break;
            }
            p += 8;
            n += 8;
        }

        size = ngx_frontdesk_utf8_size(*p);
        if (size == 0 || (size_t) (end - p) < size) {
            return -1;
        }

        for (i = 1; i < size; i++) {
            if ((p[i] & 0xc0) != 0x80) {
                return -1;
            }
        }

        /* Longer than needed, a surrogate, or beyond U+10FFFF. */
        second = size > 2 ? p[1] : 0x90;
        if ((*p == 0xe0 && second < 0xa0) || (*p == 0xed && second > 0x9f)
            || (*p == 0xf0 && second < 0x90) || (*p == 0xf4 && second > 0x8f))
        {
            return -1;
        }
    }

    return n;
}

/* So many digits as a number, or -1. */
static int
ngx_frontdesk_digits(const char *text, size_t n)
{
    int value = 0;

    while (n-- > 0) {
        if (*text < '0' || *text > '9') {
            return -1;
        }
        value = value * 10 + (*text++ - '0');
    }

    return value;
}

static int
ngx_frontdesk_is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

int
ngx_frontdesk_is_uuid(const char *text, size_t len)
{
    size_t i;

    if (len != sizeof("00000000-0000-0000-0000-000000000000") - 1) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-') {
                return 0;
            }
        } else if (!ngx_frontdesk_is_hex(text[i])) {
            return 0;
        }
    }

    return 1;
}

const char *
ngx_frontdesk_shape_uuid(const char *text, size_t len)
{
    return ngx_frontdesk_is_uuid(text, len) ? NULL : "This must be a UUID.";
}

static int
ngx_frontdesk_is_date(const char *text)
{
    int year, month, day, days;

    static const char lengths[] = { 31, 28, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31 };

    year = ngx_frontdesk_digits(text, 4);
    month = ngx_frontdesk_digits(text + 5, 2);
    day = ngx_frontdesk_digits(text + 8, 2);

    if (text[4] != '-' || text[7] != '-' || year < 1 || month < 1
        || month > 12)
    {
        return 0;
    }

    days = lengths[month - 1];
    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        days++;
    }

    return day >= 1 && day <= days;
}

/* hh:mm of a day, or of what a zone is off. */
static int
ngx_frontdesk_is_hours(const char *text, int hours)
{
    int hour = ngx_frontdesk_digits(text, 2);
    int minute = ngx_frontdesk_digits(text + 3, 2);

    return text[2] == ':' && hour >= 0 && hour <= hours && minute >= 0
           && minute <= 59;
}

const char *
ngx_frontdesk_shape_date(const char *text, size_t len)
{
    return len == 10 && ngx_frontdesk_is_date(text)
               ? NULL
               : "This must be a date such as 2026-11-20.";
}

const char *
ngx_frontdesk_shape_time(const char *text, size_t len)
{
    int second;
    size_t i;

    static const char reason[] = "This must be a date, or a time with its "
                                 "zone, such as 2026-11-20T09:00:00Z.";

    if (len < 10 || !ngx_frontdesk_is_date(text)) {
        return reason;
    }

    if (len == 10) {
        return NULL;
    }

    /* date, T, hh:mm:ss, and then a zone at least */
    if (len < 20 || (text[10] | 0x20) != 't' || text[16] != ':'
        || !ngx_frontdesk_is_hours(text + 11, 23))
    {
        return reason;
    }

    second = ngx_frontdesk_digits(text + 17, 2);
    if (second < 0 || second > 59) {
        return reason;
    }

    i = 19;
    if (text[i] == '.') {
        while (++i < len && text[i] >= '0' && text[i] <= '9') {
            /* void: a fraction */
        }

        if (i == 20 || i > 29) {
            return reason;
        }
    }

    if (len - i == 1 && (text[i] | 0x20) == 'z') {
        return NULL;
    }

    return len - i == 6 && (text[i] == '+' || text[i] == '-')
                   && ngx_frontdesk_is_hours(text + i + 1, 14)
               ? NULL
               : reason;
}

/* As Postgres writes it, with seconds, it is taken back. */
const char *
ngx_frontdesk_shape_clock(const char *text, size_t len)
{
    if (len == 8 && memcmp(text + 5, ":00", 3) == 0) {
        len = 5;
    }

    return len == 5
                   && (ngx_frontdesk_is_hours(text, 23)
                       || memcmp(text, "24:00", 5) == 0)
               ? NULL
               : "This must be a time of day such as 09:30.";
}

const char *
ngx_frontdesk_shape_phone(const char *text, size_t len)
{
    static const char digits[] = "0123456789";

    return len >= 8 && len <= 16 && text[0] == '+' && text[1] != '0'
                   && strspn(text + 1, digits) == len - 1
               ? NULL
               : "This must be a number such as +15550100001.";
}

/* What a mail server would take, less what only a person at a prompt writes. */
const char *
ngx_frontdesk_shape_email(const char *text, size_t len)
{
    size_t local, label;
    const char *domain;

    static const char reason[] = "This must be an e-mail address.";
    static const char name[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    static const char atoms[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-.!#$%&'*+/=?^_`{|}~";

    local = strspn(text, atoms);

    if (len > 254 || local == 0 || local > 64 || text[local] != '@'
        || strchr(text + local, '.') == NULL)
    {
        return reason;
    }

    for (domain = text + local; *domain != '\0'; domain += label) {
        domain++; /* the @, or a dot */
        label = strspn(domain, name);

        if (label == 0 || label > 63 || domain[0] == '-'
            || domain[label - 1] == '-'
            || (domain[label] != '.' && domain[label] != '\0'))
        {
            return reason;
        }
    }

    return NULL;
}
