/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "ngx_frontdesk_event.h"

#define DEPTH_MAX   8
#define MEMBERS_MAX 64

#define XX 0xff

/* Which object the parser is in: objects it does not know are only checked. */
typedef enum {
    IN_ROOT,
    IN_START,
    IN_FORMAT,
    IN_PARAMETERS,
    IN_MEDIA,
    IN_DTMF,
    IN_MARK,
    IN_OTHER
} event_place_e;

typedef struct {
    const char             *pos;
    const char             *end;
    ngx_frontdesk_event_t  *event;
    unsigned                depth;
    uint32_t                seen; /* bits: rows of fields, then of objects */
} event_parser_t;

/* Where a member's value goes: one row a field of the protocol. */
typedef struct {
    event_place_e  place;
    const char    *name;
    uint8_t        len;
    uint8_t        number; /* a JSON number; else a string */
    size_t         offset;
} event_field_t;

typedef struct {
    event_place_e  place;
    const char    *name;
    uint8_t        len;
    event_place_e  inside;
} event_object_t;

/* clang-format off */
#define FIELD(place, name, number, member)                                    \
    { place, name, sizeof(name) - 1, number,                                  \
      offsetof(ngx_frontdesk_event_t, member) }
#define OBJECT(place, name, inside) { place, name, sizeof(name) - 1, inside }
/* clang-format on */

static const event_field_t event_fields[] = {
    FIELD(IN_ROOT, "event", 0, name),
    FIELD(IN_ROOT, "sequenceNumber", 0, sequence),
    FIELD(IN_ROOT, "streamSid", 0, stream_sid),
    FIELD(IN_MEDIA, "payload", 0, payload),
    FIELD(IN_MEDIA, "timestamp", 0, timestamp),
    FIELD(IN_MEDIA, "track", 0, track),
    FIELD(IN_DTMF, "digit", 0, digit),
    FIELD(IN_MARK, "name", 0, mark),
    FIELD(IN_START, "streamSid", 0, start_stream_sid),
    FIELD(IN_START, "accountSid", 0, account_sid),
    FIELD(IN_START, "callSid", 0, call_sid),
    FIELD(IN_FORMAT, "encoding", 0, encoding),
    FIELD(IN_FORMAT, "sampleRate", 1, sample_rate),
    FIELD(IN_FORMAT, "channels", 1, channels),
    FIELD(IN_PARAMETERS, "token", 0, token),
};

static const event_object_t event_objects[] = {
    OBJECT(IN_ROOT, "media", IN_MEDIA),
    OBJECT(IN_ROOT, "mark", IN_MARK),
    OBJECT(IN_ROOT, "dtmf", IN_DTMF),
    OBJECT(IN_ROOT, "start", IN_START),
    OBJECT(IN_START, "mediaFormat", IN_FORMAT),
    OBJECT(IN_START, "customParameters", IN_PARAMETERS),
};

#define EVENT_FIELDS  (sizeof(event_fields) / sizeof(event_fields[0]))
#define EVENT_OBJECTS (sizeof(event_objects) / sizeof(event_objects[0]))

_Static_assert(EVENT_FIELDS + EVENT_OBJECTS <= 32, "a bit for each row");

static const struct {
    const char             *name;
    ngx_frontdesk_event_e   event;
} event_names[] = {
    { "media", NGX_FRONTDESK_EVENT_MEDIA },
    { "mark", NGX_FRONTDESK_EVENT_MARK },
    { "dtmf", NGX_FRONTDESK_EVENT_DTMF },
    { "start", NGX_FRONTDESK_EVENT_START },
    { "stop", NGX_FRONTDESK_EVENT_STOP },
    { "connected", NGX_FRONTDESK_EVENT_CONNECTED },
};

/* clang-format off */
static const uint8_t base64_values[256] = {
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, 62, XX, XX, XX, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, XX, XX, XX, XX, XX, XX,
    XX, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, XX, XX, XX, XX, XX,
    XX, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
};
/* clang-format on */

static const char base64_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz0123456789+/";

static int parse_value(event_parser_t *p, event_place_e place,
    const ngx_frontdesk_event_text_t *name);
static int parse_object(event_parser_t *p, event_place_e place);
static int parse_array(event_parser_t *p);
static int open_list(event_parser_t *p, char close);
static int next_in_list(event_parser_t *p, char close);
static int parse_string(event_parser_t *p, ngx_frontdesk_event_text_t *text);
static int parse_escape(event_parser_t *p);
static int parse_number(event_parser_t *p, ngx_frontdesk_event_text_t *text);
static int parse_digits(event_parser_t *p);
static int parse_word(event_parser_t *p, const char *word, size_t len);
static void skip_space(event_parser_t *p);
static int see_member(event_parser_t *p, event_place_e place,
    const ngx_frontdesk_event_text_t *name);
static int see(event_parser_t *p, size_t row);
static int keep_field(event_parser_t *p, event_place_e place,
    const ngx_frontdesk_event_text_t *name, unsigned number,
    const ngx_frontdesk_event_text_t *value);
static event_place_e find_object(event_place_e place,
    const ngx_frontdesk_event_text_t *name);


int
ngx_frontdesk_event_parse(ngx_frontdesk_event_t *event, const char *text,
    size_t len)
{
    size_t          i;
    event_parser_t  p = { text, text + len, event, 0, 0 };

    memset(event, 0, sizeof(*event));

    skip_space(&p);
    if (p.pos == p.end || *p.pos != '{' || parse_object(&p, IN_ROOT) < 0) {
        return -1;
    }

    skip_space(&p);
    if (p.pos != p.end) {
        return -1;
    }

    for (i = 0; i < sizeof(event_names) / sizeof(event_names[0]); i++) {
        if (ngx_frontdesk_event_is(&event->name, event_names[i].name)) {
            event->event = event_names[i].event;
            break;
        }
    }

    return 0;
}

int
ngx_frontdesk_event_number(uint64_t *number,
    const ngx_frontdesk_event_text_t *text)
{
    size_t    i;
    uint64_t  n = 0;

    /* 19 digits always fit. */
    if (text->data == NULL || text->len == 0 || text->len > 19) {
        return -1;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') {
            return -1;
        }
        n = n * 10 + (uint64_t) (text->data[i] - '0');
    }

    *number = n;

    return 0;
}

int
ngx_frontdesk_event_is(const ngx_frontdesk_event_text_t *text,
    const char *value)
{
    return text->data != NULL && text->len == strlen(value)
           && memcmp(text->data, value, text->len) == 0;
}

/* Once a frame: no allocation, no locks, no waiting. */
int
ngx_frontdesk_base64_decode(uint8_t *out, size_t room, const char *text,
    size_t len)
{
    size_t          whole, tail;
    uint8_t         a, b, c, d;
    uint8_t        *start = out;
    const uint8_t  *in = (const uint8_t *) text;

    if (len == 0 || len % 4 != 0) {
        return -1;
    }

    tail = 0;
    if (text[len - 1] == '=') {
        tail = text[len - 2] == '=' ? 1 : 2;
    }

    whole = tail == 0 ? len : len - 4;

    if (whole / 4 * 3 + tail > room) {
        return -1;
    }

    for (; whole > 0; whole -= 4, in += 4, out += 3) {
        a = base64_values[in[0]];
        b = base64_values[in[1]];
        c = base64_values[in[2]];
        d = base64_values[in[3]];

        /* Values are below 64: only XX has the top bits. */
        if ((a | b | c | d) & 0xc0) {
            return -1;
        }

        out[0] = (uint8_t) (a << 2 | b >> 4);
        out[1] = (uint8_t) (b << 4 | c >> 2);
        out[2] = (uint8_t) (c << 6 | d);
    }

    if (tail > 0) {
        a = base64_values[in[0]];
        b = base64_values[in[1]];
        c = tail == 2 ? base64_values[in[2]] : 0;

        /* Bits that stand for nothing are zero. */
        if ((a | b | c) & 0xc0 || (tail == 1 && b & 0x0f)
            || (tail == 2 && c & 0x03))
        {
            return -1;
        }

        *out++ = (uint8_t) (a << 2 | b >> 4);
        if (tail == 2) {
            *out++ = (uint8_t) (b << 4 | c >> 2);
        }
    }

    return (int) (out - start);
}

/* Once a frame: no allocation, no locks, no waiting. */
size_t
ngx_frontdesk_base64_encode(char *out, const uint8_t *data, size_t len)
{
    char  *start = out;

    for (; len >= 3; len -= 3, data += 3, out += 4) {
        out[0] = base64_letters[data[0] >> 2];
        out[1] = base64_letters[(data[0] & 0x03) << 4 | data[1] >> 4];
        out[2] = base64_letters[(data[1] & 0x0f) << 2 | data[2] >> 6];
        out[3] = base64_letters[data[2] & 0x3f];
    }

    if (len > 0) {
        out[0] = base64_letters[data[0] >> 2];
        out[1] = base64_letters[(data[0] & 0x03) << 4
                                | (len > 1 ? data[1] >> 4 : 0)];
        out[2] = len > 1 ? base64_letters[(data[1] & 0x0f) << 2] : '=';
        out[3] = '=';
        out += 4;
    }

    return (size_t) (out - start);
}

static int
parse_value(event_parser_t *p, event_place_e place,
    const ngx_frontdesk_event_text_t *name)
{
    ngx_frontdesk_event_text_t  value;

    skip_space(p);

    if (p->pos == p->end) {
        return -1;
    }

    switch (*p->pos) {

    case '"':
        if (parse_string(p, &value) < 0) {
            return -1;
        }
        return keep_field(p, place, name, 0, &value);

    case '{':
        return parse_object(p, find_object(place, name));

    case '[':
        return parse_array(p);

    case 't':
        return parse_word(p, "true", 4);

    case 'f':
        return parse_word(p, "false", 5);

    case 'n':
        return parse_word(p, "null", 4);

    default:
        if (parse_number(p, &value) < 0) {
            return -1;
        }
        return keep_field(p, place, name, 1, &value);
    }
}

static int
parse_object(event_parser_t *p, event_place_e place)
{
    int                         rc;
    unsigned                    members = 0;
    ngx_frontdesk_event_text_t  name;

    for (rc = open_list(p, '}'); rc > 0; rc = next_in_list(p, '}')) {
        skip_space(p);

        if (++members > MEMBERS_MAX || parse_string(p, &name) < 0) {
            return -1;
        }

        skip_space(p);
        if (p->pos == p->end || *p->pos++ != ':'
            || see_member(p, place, &name) < 0
            || parse_value(p, place, &name) < 0)
        {
            return -1;
        }
    }

    return rc;
}

static int
parse_array(event_parser_t *p)
{
    int                                      rc;
    static const ngx_frontdesk_event_text_t  none = { "", 0, 0 };

    for (rc = open_list(p, ']'); rc > 0; rc = next_in_list(p, ']')) {
        if (parse_value(p, IN_OTHER, &none) < 0) {
            return -1;
        }
    }

    return rc;
}

/* What stands between brackets: 1 when something does, 0 when not, or -1. */
static int
open_list(event_parser_t *p, char close)
{
    if (++p->depth > DEPTH_MAX) {
        return -1;
    }

    p->pos++;
    skip_space(p);

    if (p->pos < p->end && *p->pos == close) {
        p->pos++;
        p->depth--;
        return 0;
    }

    return 1;
}

/* Behind a value: 1 when another follows, 0 when that was the last, or -1. */
static int
next_in_list(event_parser_t *p, char close)
{
    skip_space(p);
    if (p->pos == p->end) {
        return -1;
    }

    if (*p->pos == close) {
        p->pos++;
        p->depth--;
        return 0;
    }

    return *p->pos++ == ',' ? 1 : -1;
}

/* RFC 8259 section 7.  That it is UTF-8 the WebSocket has seen to. */
static int
parse_string(event_parser_t *p, ngx_frontdesk_event_text_t *text)
{
    unsigned char  c;

    if (p->pos == p->end || *p->pos != '"') {
        return -1;
    }

    p->pos++;
    text->data = p->pos;
    text->escaped = 0;

    while (p->pos < p->end) {
        c = (unsigned char) *p->pos;

        if (c == '"') {
            text->len = (size_t) (p->pos - text->data);
            p->pos++;
            return 0;
        }

        if (c < 0x20) {
            return -1;
        }

        if (c == '\\') {
            text->escaped = 1;
            if (parse_escape(p) < 0) {
                return -1;
            }
            continue;
        }

        p->pos++;
    }

    return -1;
}

static int
parse_escape(event_parser_t *p)
{
    unsigned  i;
    char      c;

    p->pos++;
    if (p->pos == p->end) {
        return -1;
    }

    c = *p->pos++;

    if (c != 'u') {
        return strchr("\"\\/bfnrt", c) != NULL && c != '\0' ? 0 : -1;
    }

    for (i = 0; i < 4; i++, p->pos++) {
        if (p->pos == p->end
            || !((*p->pos >= '0' && *p->pos <= '9')
                 || (*p->pos >= 'a' && *p->pos <= 'f')
                 || (*p->pos >= 'A' && *p->pos <= 'F')))
        {
            return -1;
        }
    }

    return 0;
}

/* RFC 8259 section 6. */
static int
parse_number(event_parser_t *p, ngx_frontdesk_event_text_t *text)
{
    text->data = p->pos;
    text->escaped = 0;

    if (p->pos < p->end && *p->pos == '-') {
        p->pos++;
    }

    if (p->pos < p->end && *p->pos == '0') {
        p->pos++;
    } else if (parse_digits(p) < 0) {
        return -1;
    }

    if (p->pos < p->end && *p->pos == '.') {
        p->pos++;
        if (parse_digits(p) < 0) {
            return -1;
        }
    }

    if (p->pos < p->end && (*p->pos == 'e' || *p->pos == 'E')) {
        p->pos++;
        if (p->pos < p->end && (*p->pos == '+' || *p->pos == '-')) {
            p->pos++;
        }
        if (parse_digits(p) < 0) {
            return -1;
        }
    }

    text->len = (size_t) (p->pos - text->data);

    return 0;
}

static int
parse_digits(event_parser_t *p)
{
    const char  *from = p->pos;

    while (p->pos < p->end && *p->pos >= '0' && *p->pos <= '9') {
        p->pos++;
    }

    return p->pos > from ? 0 : -1;
}

static int
parse_word(event_parser_t *p, const char *word, size_t len)
{
    if ((size_t) (p->end - p->pos) < len || memcmp(p->pos, word, len) != 0) {
        return -1;
    }

    p->pos += len;

    return 0;
}

static void
skip_space(event_parser_t *p)
{
    while (p->pos < p->end
           && (*p->pos == ' ' || *p->pos == '\n' || *p->pos == '\r'
               || *p->pos == '\t'))
    {
        p->pos++;
    }
}

/* A member we know comes once, whatever its value is. */
static int
see_member(event_parser_t *p, event_place_e place,
    const ngx_frontdesk_event_text_t *name)
{
    size_t  i;

    if (place == IN_OTHER) {
        return 0;
    }

    for (i = 0; i < EVENT_FIELDS; i++) {
        if (event_fields[i].place == place && event_fields[i].len == name->len
            && memcmp(event_fields[i].name, name->data, name->len) == 0)
        {
            return see(p, i);
        }
    }

    for (i = 0; i < EVENT_OBJECTS; i++) {
        if (event_objects[i].place == place
            && event_objects[i].len == name->len
            && memcmp(event_objects[i].name, name->data, name->len) == 0)
        {
            return see(p, EVENT_FIELDS + i);
        }
    }

    return 0;
}

static int
see(event_parser_t *p, size_t row)
{
    uint32_t  bit = (uint32_t) 1 << row;

    if (p->seen & bit) {
        return -1;
    }

    p->seen |= bit;

    return 0;
}

static int
keep_field(event_parser_t *p, event_place_e place,
    const ngx_frontdesk_event_text_t *name, unsigned number,
    const ngx_frontdesk_event_text_t *value)
{
    size_t                       i;
    const event_field_t         *f;
    ngx_frontdesk_event_text_t  *at;

    if (place == IN_OTHER) {
        return 0;
    }

    for (i = 0; i < EVENT_FIELDS; i++) {
        f = &event_fields[i];

        if (f->place != place || f->len != name->len
            || memcmp(f->name, name->data, f->len) != 0)
        {
            continue;
        }

        at = (ngx_frontdesk_event_text_t *) ((char *) p->event + f->offset);

        if (f->number != number) {
            return -1;
        }

        *at = *value;
        return 0;
    }

    return 0;
}

static event_place_e
find_object(event_place_e place, const ngx_frontdesk_event_text_t *name)
{
    size_t  i;

    for (i = 0; i < EVENT_OBJECTS; i++) {
        if (event_objects[i].place == place
            && event_objects[i].len == name->len
            && memcmp(event_objects[i].name, name->data, name->len) == 0)
        {
            return event_objects[i].inside;
        }
    }

    return IN_OTHER;
}
