/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the world outside is needed for, a worker is asked: nginx itself makes
 * no request.  What is asked and answered is JSON.
 */

#ifndef NGX_FRONTDESK_RPC_H
#define NGX_FRONTDESK_RPC_H

#include "shm/desk_rpc.h"

#include "ngx_frontdesk.h"

/*
 * rc is 0 or negative, -errno: of the worker, -ETIMEDOUT, or -ENOENT when none
 * is there.  Returns what a step returns; answer is read by then.
 */
typedef ngx_int_t (*ngx_frontdesk_consulted_pt)(ngx_http_request_t *r,
    ngx_int_t rc, ngx_str_t *answer);

/*
 * Asks a worker and takes the next step with its answer, or at the deadline
 * without.  When the request goes first, the question is given up.
 */
ngx_int_t ngx_frontdesk_consult(ngx_http_request_t *r, desk_rpc_kind_e kind,
    const ngx_str_t *ask, ngx_msec_t timeout,
    ngx_frontdesk_consulted_pt done);

/* The bridge: the ready bit of this entry was set. */
void ngx_frontdesk_rpc_ready(ngx_uint_t entry);

#endif
