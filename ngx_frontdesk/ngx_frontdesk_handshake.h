/* SPDX-License-Identifier: BSD-2-Clause */

/* How a request becomes a WebSocket: RFC 6455 section 4.2. */

#ifndef NGX_FRONTDESK_HANDSHAKE_H
#define NGX_FRONTDESK_HANDSHAKE_H

#include "ngx_frontdesk.h"

/* NULL and the peer's key; or what is wrong, and the status for it. */
const char *ngx_frontdesk_handshake_check(ngx_http_request_t *r,
    ngx_str_t *key, ngx_uint_t *status);

/* Sends the 101.  From then on the connection is the caller's to serve. */
ngx_int_t ngx_frontdesk_handshake_answer(ngx_http_request_t *r,
    ngx_str_t *key);

#endif
