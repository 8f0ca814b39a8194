/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Passwords are checked on nginx's thread pool: one takes tens of
 * milliseconds and megabytes, so no more than a few may be under way.
 */

#include <argon2.h>

#include <openssl/crypto.h>

#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_PASSWORD_DEADLINE_MS 10000

/*
 * Owned by the pool of threads until it is done, so that its request may go
 * first.
 */
typedef struct {
    ngx_thread_task_t task;
    ngx_http_request_t *request; /* NULL: nobody waits */
    ngx_http_cleanup_t *cleanup; /* of the request, while there is one */
    ngx_frontdesk_password_pt done;
    ngx_event_t guard; /* a leaving process stays for it */
    char *password;    /* this and the next lie behind the struct */
    char *encoded;
    ngx_int_t verdict;
} ngx_frontdesk_check_t;

static ngx_uint_t ngx_frontdesk_pending; /* of this process */

static void ngx_frontdesk_check_run(void *data, ngx_log_t *log);
static void ngx_frontdesk_check_done(ngx_event_t *ev);
static void ngx_frontdesk_check_late(ngx_event_t *ev);
static void ngx_frontdesk_check_detach(void *data);

/* Of no password, but as long to check as one. */
static const char *
ngx_frontdesk_password_dummy(const desk_conf_t *conf)
{
    static char dummy[160];

    snprintf(dummy, sizeof(dummy),
             "$argon2id$v=19$m=%u,t=%u,p=1$ZnJvbnRkZXNrLW5vLW9uZQ$"
             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
             (unsigned) conf->argon2_memory_kib,
             (unsigned) conf->argon2_passes);

    return dummy;
}

ngx_int_t
ngx_frontdesk_password_check(ngx_http_request_t *r, const char *password,
    const char *encoded, ngx_frontdesk_password_pt done)
{
    size_t size;
    ngx_http_cleanup_t *cln;
    ngx_frontdesk_check_t *check;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    if (encoded == NULL) {
        encoded = ngx_frontdesk_password_dummy(&mcf->desk);
    }

    if (ngx_frontdesk_pending >= (ngx_uint_t) mcf->desk.password_queue) {
        return NGX_BUSY;
    }

    size = ngx_strlen(password) + ngx_strlen(encoded) + 2;
    check = ngx_calloc(sizeof(ngx_frontdesk_check_t) + size, ngx_cycle->log);
    cln = ngx_http_cleanup_add(r, 0);
    if (check == NULL || cln == NULL) {
        ngx_free(check);
        return NGX_BUSY;
    }

    check->password = (char *) (check + 1);
    check->encoded = stpcpy(check->password, password) + 1;
    strcpy(check->encoded, encoded);
    check->request = r;
    check->done = done;

    check->task.ctx = check;
    check->task.handler = ngx_frontdesk_check_run;
    check->task.event.data = check;
    check->task.event.handler = ngx_frontdesk_check_done;

    check->guard.data = check;
    check->guard.handler = ngx_frontdesk_check_late;
    check->guard.log = ngx_cycle->log;

    if (ngx_thread_task_post(mcf->thread_pool, &check->task) != NGX_OK) {
        ngx_free(check);
        cln->handler = NULL;
        return NGX_BUSY;
    }

    ngx_frontdesk_pending++;
    ngx_add_timer(&check->guard, NGX_FRONTDESK_PASSWORD_DEADLINE_MS);
    cln->handler = ngx_frontdesk_check_detach;
    cln->data = check;
    check->cleanup = cln;

    return NGX_DONE;
}

ngx_uint_t
ngx_frontdesk_password_pending(void)
{
    return ngx_frontdesk_pending;
}

/* In a thread: nothing of nginx here. */
static void
ngx_frontdesk_check_run(void *data, ngx_log_t *log)
{
    size_t len;
    ngx_frontdesk_check_t *check = data;

    len = strlen(check->password);
    check->verdict = argon2id_verify(check->encoded, check->password, len)
                             == ARGON2_OK
                         ? NGX_OK
                         : NGX_DECLINED;
    OPENSSL_cleanse(check->password, len);
}

static void
ngx_frontdesk_check_detach(void *data)
{
    ngx_frontdesk_check_t *check = data;

    check->request = NULL;
}

static void
ngx_frontdesk_check_answer(ngx_frontdesk_check_t *check, ngx_int_t verdict)
{
    ngx_connection_t *c;
    ngx_http_request_t *r = check->request;

    if (r == NULL) {
        return;
    }

    check->request = NULL;
    check->cleanup->handler = NULL;

    c = r->connection;
    ngx_http_set_log_request(c->log, r);
    ngx_frontdesk_finish(r, check->done(r, verdict));
    ngx_http_run_posted_requests(c);
}

static void
ngx_frontdesk_check_done(ngx_event_t *ev)
{
    ngx_frontdesk_check_t *check = ev->data;

    ngx_frontdesk_pending--;

    if (check->guard.timer_set) {
        ngx_del_timer(&check->guard);
    }

    ngx_frontdesk_check_answer(check, check->verdict);
    ngx_free(check);
}

static void
ngx_frontdesk_check_late(ngx_event_t *ev)
{
    ngx_frontdesk_check_t *check = ev->data;

    ngx_log_error(NGX_LOG_ERR, ev->log, 0, "a password check takes too long");
    ngx_frontdesk_check_answer(check, NGX_ERROR);
}
