/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What Twilio signs: forms taken apart, and the signature over a URL and its
 * parameters.  Bytes in, bytes out, no nginx.
 */

#ifndef NGX_FRONTDESK_SIGNATURE_H
#define NGX_FRONTDESK_SIGNATURE_H

#include <stddef.h>

#define NGX_FRONTDESK_SIGNATURE_BYTES 29 /* base64 of SHA-1 and NUL */
#define NGX_FRONTDESK_PARAMS_MAX      128

typedef struct {
    const char  *name; /* both end in NUL and hold none */
    const char  *value;
} ngx_frontdesk_param_t;

/*
 * application/x-www-form-urlencoded, strictly.  decoded has len + 1 bytes and
 * keeps the text.  Returns the count, or -1: a bad escape, a NUL, too many.
 */
int ngx_frontdesk_form_parse(ngx_frontdesk_param_t *params, size_t max,
    char *decoded, const char *text, size_t len);

/* Empty when absent. */
const char *ngx_frontdesk_form_find(const ngx_frontdesk_param_t *params,
    size_t n, const char *name);

/* Sorts params in place.  Returns 0, or -1 when memory is short. */
int ngx_frontdesk_signature_make(char out[NGX_FRONTDESK_SIGNATURE_BYTES],
    const char *url, ngx_frontdesk_param_t *params, size_t n,
    const char *token);

/*
 * Tries what Twilio may have signed: the URL as configured, without its port,
 * with the default one; for a WebSocket also with a slash behind.  tokens ends
 * in NULL; empty ones are passed over.  Returns 0 when one fits.
 */
int ngx_frontdesk_signature_check(const char *signature, size_t len,
    const char *url, unsigned websocket, ngx_frontdesk_param_t *params,
    size_t n, const char *const *tokens);

/* The value of bodySHA256 in the URL's query is the body's. */
int ngx_frontdesk_signature_check_body(const char *url, const char *body,
    size_t len);

#endif
