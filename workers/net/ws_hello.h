/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_WS_HELLO_H
#define NET_WS_HELLO_H

#include <stddef.h>

#include "net/head.h"
#include "net/host_own.h"

/* The request that begins a WebSocket, and its answer (RFC 6455, 4.1). */
#define WS_HELLO_BODY_MAX 65536

typedef enum {
    WS_HELLO_MORE,   /* is not whole yet */
    WS_HELLO_OPEN,   /* what follows are frames */
    WS_HELLO_CLOSED, /* another status; what came of its body is in `body` */
    WS_HELLO_WRONG   /* no such answer: `reason` says why */
} ws_hello_e;

typedef struct {
    char        accept[32]; /* what it has to say */
    head_t      head;
    char       *line; /* of which no end has come */
    size_t      line_bytes, line_room;
    char       *body;
    size_t      body_bytes, body_room;
    const char *reason;
    unsigned    has_accept:1;
    unsigned    has_upgrade:1;
    unsigned    has_connection:1;
    unsigned    has_extension:1;
    unsigned    has_protocol:1;
    unsigned    asked_protocol:1;
} ws_hello_t;

/*
 * The request; malloc'd. NULL and errno: EINVAL, a header may not be sent;
 * ENOMEM.
 */
char *ws_hello_write(ws_hello_t *hello, const net_target_t *target,
                     const char *const *headers);
void  ws_hello_clear(ws_hello_t *hello);

/* `taken`: bytes that were of the answer. */
ws_hello_e ws_hello_read(ws_hello_t *hello, const char *bytes, size_t length,
                         size_t *taken);

/* The connection ended: WS_HELLO_CLOSED or WS_HELLO_WRONG. */
ws_hello_e ws_hello_end(ws_hello_t *hello);

#endif /* NET_WS_HELLO_H */
