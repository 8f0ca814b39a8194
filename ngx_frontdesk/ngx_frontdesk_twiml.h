/* SPDX-License-Identifier: BSD-2-Clause */

/* TwiML: always valid XML, always within bounds, whatever the text. */

#ifndef NGX_FRONTDESK_TWIML_H
#define NGX_FRONTDESK_TWIML_H

#include <stddef.h>

#define NGX_FRONTDESK_TWIML_BYTES 12288
#define NGX_FRONTDESK_TWIML_TEXT  1500 /* of one spoken text; more is cut */

typedef struct {
    size_t  len;
    char    text[NGX_FRONTDESK_TWIML_BYTES];
} ngx_frontdesk_twiml_t;

/* Between the two stand the verbs. */
void ngx_frontdesk_twiml_open(ngx_frontdesk_twiml_t *t);
void ngx_frontdesk_twiml_close(ngx_frontdesk_twiml_t *t);

void ngx_frontdesk_twiml_say(ngx_frontdesk_twiml_t *t, const char *text,
    const char *language);
void ngx_frontdesk_twiml_pause(ngx_frontdesk_twiml_t *t, unsigned seconds);
void ngx_frontdesk_twiml_hangup(ngx_frontdesk_twiml_t *t);
void ngx_frontdesk_twiml_reject(ngx_frontdesk_twiml_t *t, const char *reason);

/* A URL is base and path joined. */
void ngx_frontdesk_twiml_redirect(ngx_frontdesk_twiml_t *t, const char *base,
    const char *path);
void ngx_frontdesk_twiml_dial(ngx_frontdesk_twiml_t *t, const char *number,
    unsigned ring_seconds, const char *base, const char *path);

/* The base's scheme becomes ws or wss. */
void ngx_frontdesk_twiml_stream(ngx_frontdesk_twiml_t *t, const char *base,
    const char *client_id, const char *caller, const char *token);

#endif
