/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_bridge.h"
#include "ngx_frontdesk_route.h"
#include "ngx_frontdesk_rpc.h"

#define NGX_FRONTDESK_RPC_AGAIN_MS 10

/* A question under way; in the request's pool. */
typedef struct {
    ngx_http_request_t *request;
    ngx_frontdesk_consulted_pt done;
    desk_rpc_t rpc;
    ngx_event_t timer; /* its deadline */
} ngx_frontdesk_question_t;

/* This process's, by entry of the lane. */
static ngx_frontdesk_question_t *ngx_frontdesk_questions[DESK_RPC_COUNT];

static void ngx_frontdesk_rpc_look(ngx_frontdesk_question_t *question);

static void
ngx_frontdesk_rpc_forget(ngx_frontdesk_question_t *question)
{
    if (question->timer.timer_set) {
        ngx_del_timer(&question->timer);
    }

    if (ngx_frontdesk_questions[question->rpc.entry] == question) {
        ngx_frontdesk_questions[question->rpc.entry] = NULL;
    }
}

static void
ngx_frontdesk_rpc_cleanup(void *data)
{
    ngx_frontdesk_question_t *question = data;

    if (ngx_frontdesk_questions[question->rpc.entry] != question) {
        return;
    }

    ngx_frontdesk_rpc_forget(question);

    /* A process that ends has let go of the segment already. */
    if (ngx_frontdesk_bridge_segment() != NULL) {
        desk_rpc_abandon(&question->rpc);
    }
}

static void
ngx_frontdesk_rpc_deadline(ngx_event_t *ev)
{
    ngx_frontdesk_rpc_look(ev->data);
}

ngx_int_t
ngx_frontdesk_consult(ngx_http_request_t *r, desk_rpc_kind_e kind,
    const ngx_str_t *ask, ngx_msec_t timeout, ngx_frontdesk_consulted_pt done)
{
    int rc;
    uint32_t worker;
    ngx_str_t none = ngx_null_string;
    desk_segment_t *segment = ngx_frontdesk_bridge_segment();
    ngx_http_cleanup_t *cln;
    ngx_frontdesk_question_t *question;

    if (segment == NULL) {
        return done(r, -ENOENT, &none);
    }

    question = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_question_t));
    cln = ngx_http_cleanup_add(r, 0);
    if (question == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = desk_rpc_ask(segment, ngx_frontdesk_bridge_self(), kind, ask->data,
                      (uint32_t) ask->len, (uint32_t) timeout, &question->rpc,
                      &worker);
    if (rc < 0) {
        return done(r, rc, &none);
    }

    question->request = r;
    question->done = done;
    question->timer.handler = ngx_frontdesk_rpc_deadline;
    question->timer.data = question;
    question->timer.log = r->connection->log;
    ngx_frontdesk_questions[question->rpc.entry] = question;
    cln->handler = ngx_frontdesk_rpc_cleanup;
    cln->data = question;

    ngx_add_timer(&question->timer, timeout);
    ngx_frontdesk_bridge_ring(worker);

    return NGX_DONE;
}

void
ngx_frontdesk_rpc_ready(ngx_uint_t entry)
{
    if (entry < DESK_RPC_COUNT && ngx_frontdesk_questions[entry] != NULL) {
        ngx_frontdesk_rpc_look(ngx_frontdesk_questions[entry]);
    }
}

static void
ngx_frontdesk_rpc_look(ngx_frontdesk_question_t *question)
{
    int rc;
    u_char *text;
    ngx_str_t answer;
    ngx_connection_t *c;
    ngx_http_request_t *r = question->request;

    c = r->connection;
    answer.len = 0;
    answer.data = (u_char *) "";

    text = ngx_pnalloc(r->pool, DESK_RPC_BYTES);
    rc = -ENOMEM;

    if (text != NULL && ngx_frontdesk_bridge_segment() != NULL) {
        rc = desk_rpc_poll(&question->rpc, text, DESK_RPC_BYTES);
    }

    if (rc == -EAGAIN) {
        /* rung for another's sake, or our clock is a little ahead */
        (void) ngx_pfree(r->pool, text);
        if (!question->timer.timer_set) {
            ngx_add_timer(&question->timer, NGX_FRONTDESK_RPC_AGAIN_MS);
        }
        return;
    }

    if (rc >= 0) {
        answer.data = text;
        answer.len = (size_t) rc;
    }

    ngx_frontdesk_rpc_forget(question);
    ngx_http_set_log_request(c->log, r);
    ngx_frontdesk_finish(r, question->done(r, ngx_min(rc, 0), &answer));
    ngx_http_run_posted_requests(c);
}
