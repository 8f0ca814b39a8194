/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One message of a media stream: JSON in, its fields out.  Strict: what JSON
 * does not allow is refused, and so are members given twice.  One pass, no
 * memory of its own, no nginx: fields point into the text.
 */

#ifndef NGX_FRONTDESK_EVENT_H
#define NGX_FRONTDESK_EVENT_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    NGX_FRONTDESK_EVENT_UNKNOWN,
    NGX_FRONTDESK_EVENT_CONNECTED,
    NGX_FRONTDESK_EVENT_START,
    NGX_FRONTDESK_EVENT_MEDIA,
    NGX_FRONTDESK_EVENT_DTMF,
    NGX_FRONTDESK_EVENT_MARK,
    NGX_FRONTDESK_EVENT_STOP
} ngx_frontdesk_event_e;

/* A string as it stands between its quotes; data is NULL when absent. */
typedef struct {
    const char  *data;
    size_t       len;
    unsigned     escaped:1; /* holds a backslash: not what it stands for */
} ngx_frontdesk_event_text_t;

typedef struct {
    ngx_frontdesk_event_e       event;
    ngx_frontdesk_event_text_t  name;            /* of the event */
    ngx_frontdesk_event_text_t  sequence;
    ngx_frontdesk_event_text_t  stream_sid;
    ngx_frontdesk_event_text_t  payload;
    ngx_frontdesk_event_text_t  timestamp;
    ngx_frontdesk_event_text_t  track;
    ngx_frontdesk_event_text_t  digit;
    ngx_frontdesk_event_text_t  mark;
    ngx_frontdesk_event_text_t  start_stream_sid;
    ngx_frontdesk_event_text_t  account_sid;
    ngx_frontdesk_event_text_t  call_sid;
    ngx_frontdesk_event_text_t  encoding;
    ngx_frontdesk_event_text_t  sample_rate;     /* a number, as text */
    ngx_frontdesk_event_text_t  channels;        /* the same */
    ngx_frontdesk_event_text_t  token;
} ngx_frontdesk_event_t;

/* Returns 0, or -1: not one JSON object and nothing else. */
int ngx_frontdesk_event_parse(ngx_frontdesk_event_t *event, const char *text,
    size_t len);

/* A whole decimal number that fits; 0, or -1. */
int ngx_frontdesk_event_number(uint64_t *number,
    const ngx_frontdesk_event_text_t *text);

int ngx_frontdesk_event_is(const ngx_frontdesk_event_text_t *text,
    const char *value);

/*
 * RFC 4648 section 4, padded.  Returns the bytes written, or -1: a character
 * that does not belong, a bad length, or no room.
 */
int ngx_frontdesk_base64_decode(uint8_t *out, size_t room, const char *text,
    size_t len);

/* The same the other way; out has room for 4 * ceil(len / 3). */
size_t ngx_frontdesk_base64_encode(char *out, const uint8_t *data, size_t len);

#endif
