/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Passwords are checked and hashed on nginx's thread pool: one takes tens of
 * milliseconds and megabytes, so no more than a few may be under way.
 */

#include <sys/resource.h>

#include <argon2.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "shm/desk_sched.h"
#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_PASSWORD_DEADLINE_MS 10000
#define NGX_FRONTDESK_SALT_BYTES           16
#define NGX_FRONTDESK_HASH_BYTES           32
#define NGX_FRONTDESK_ENCODED_BYTES        160
#define NGX_FRONTDESK_PASSWORD_NICE        10

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
    char *password;    /* NULL: none to check; as the next lie behind */
    char *encoded;
    char *next; /* NULL: none to hash */
    uint32_t memory_kib;
    uint32_t passes;
    char fresh[NGX_FRONTDESK_ENCODED_BYTES]; /* empty: nothing was hashed */
    ngx_int_t verdict;
} ngx_frontdesk_work_t;

static ngx_uint_t ngx_frontdesk_pending; /* of this process */

static void ngx_frontdesk_work_run(void *data, ngx_log_t *log);
static void ngx_frontdesk_work_done(ngx_event_t *ev);
static void ngx_frontdesk_work_late(ngx_event_t *ev);
static void ngx_frontdesk_work_detach(void *data);

/* Of no password, but as long to check as one. */
static const char *
ngx_frontdesk_password_dummy(const desk_conf_t *conf)
{
    static char dummy[NGX_FRONTDESK_ENCODED_BYTES];

    snprintf(dummy, sizeof(dummy),
             "$argon2id$v=19$m=%u,t=%u,p=1$ZnJvbnRkZXNrLW5vLW9uZQ$"
             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
             (unsigned) conf->argon2_memory_kib,
             (unsigned) conf->argon2_passes);

    return dummy;
}

static size_t
ngx_frontdesk_text_size(const char *text)
{
    return text != NULL ? ngx_strlen(text) + 1 : 0;
}

static char *
ngx_frontdesk_text_copy(char **p, const char *text)
{
    char *copy = *p;

    if (text == NULL) {
        return NULL;
    }

    *p = stpcpy(copy, text) + 1;

    return copy;
}

/* NULL when memory is short. */
static ngx_frontdesk_work_t *
ngx_frontdesk_work_create(const desk_conf_t *conf,
    const ngx_frontdesk_password_t *what)
{
    char *p;
    size_t size;
    const char *encoded = what->encoded;
    ngx_frontdesk_work_t *work;

    if (what->password != NULL && encoded == NULL) {
        encoded = ngx_frontdesk_password_dummy(conf);
    }

    size = ngx_frontdesk_text_size(what->password)
           + ngx_frontdesk_text_size(encoded)
           + ngx_frontdesk_text_size(what->next);

    work = ngx_calloc(sizeof(ngx_frontdesk_work_t) + size, ngx_cycle->log);
    if (work == NULL) {
        return NULL;
    }

    p = (char *) (work + 1);
    work->password = ngx_frontdesk_text_copy(&p, what->password);
    work->encoded = ngx_frontdesk_text_copy(&p, encoded);
    work->next = ngx_frontdesk_text_copy(&p, what->next);
    work->memory_kib = (uint32_t) conf->argon2_memory_kib;
    work->passes = (uint32_t) conf->argon2_passes;

    return work;
}

static void
ngx_frontdesk_work_free(ngx_frontdesk_work_t *work)
{
    if (work->password != NULL) {
        OPENSSL_cleanse(work->password, ngx_strlen(work->password));
    }

    if (work->next != NULL) {
        OPENSSL_cleanse(work->next, ngx_strlen(work->next));
    }

    ngx_free(work);
}

ngx_int_t
ngx_frontdesk_password(ngx_http_request_t *r,
    const ngx_frontdesk_password_t *what, ngx_frontdesk_password_pt done)
{
    ngx_http_cleanup_t *cln;
    ngx_frontdesk_work_t *work;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    if (ngx_frontdesk_pending >= (ngx_uint_t) mcf->desk.password_queue) {
        goto busy;
    }

    cln = ngx_http_cleanup_add(r, 0);
    work = cln == NULL ? NULL : ngx_frontdesk_work_create(&mcf->desk, what);
    if (work == NULL) {
        goto busy;
    }

    work->request = r;
    work->done = done;

    work->task.ctx = work;
    work->task.handler = ngx_frontdesk_work_run;
    work->task.event.data = work;
    work->task.event.handler = ngx_frontdesk_work_done;

    work->guard.data = work;
    work->guard.handler = ngx_frontdesk_work_late;
    work->guard.log = ngx_cycle->log;

    if (ngx_thread_task_post(mcf->thread_pool, &work->task) != NGX_OK) {
        ngx_frontdesk_work_free(work);
        goto busy;
    }

    ngx_frontdesk_pending++;
    ngx_add_timer(&work->guard, NGX_FRONTDESK_PASSWORD_DEADLINE_MS);
    cln->handler = ngx_frontdesk_work_detach;
    cln->data = work;
    work->cleanup = cln;

    return NGX_DONE;

busy:
    return ngx_frontdesk_send_error(r, NGX_HTTP_TOO_MANY_REQUESTS,
                                    "Too many log in now. "
                                    "Please try again in a moment.",
                                    NULL);
}

ngx_uint_t
ngx_frontdesk_password_pending(void)
{
    return ngx_frontdesk_pending;
}

/* Made with less than new ones are. */
static int
ngx_frontdesk_is_weak(const ngx_frontdesk_work_t *work)
{
    unsigned memory_kib, passes;

    return sscanf(work->encoded, "$argon2id$v=19$m=%u,t=%u,p=1$", &memory_kib,
                  &passes)
               != 2
           || memory_kib < work->memory_kib || passes < work->passes;
}

static int
ngx_frontdesk_work_hash(ngx_frontdesk_work_t *work, const char *password)
{
    uint8_t salt[NGX_FRONTDESK_SALT_BYTES];

    if (RAND_bytes(salt, sizeof(salt)) != 1
        || argon2id_hash_encoded(work->passes, work->memory_kib, 1, password,
                                 strlen(password), salt, sizeof(salt),
                                 NGX_FRONTDESK_HASH_BYTES, work->fresh,
                                 sizeof(work->fresh))
               != ARGON2_OK)
    {
        work->fresh[0] = '\0';
        return -1;
    }

    return 0;
}

/*
 * Calls go before logins: of a processor that both want, the event loop gets
 * what it asks for at once.  On Linux this is of the calling thread alone.
 */
static void
ngx_frontdesk_work_yield(void)
{
    static __thread unsigned done;

    if (!done) {
        done = 1;
        (void) setpriority(PRIO_PROCESS, 0,
                           getpriority(PRIO_PROCESS, 0)
                               + NGX_FRONTDESK_PASSWORD_NICE);
        (void) desk_sched_short_turns(DESK_SCHED_BACKGROUND_US);
    }
}

/* In a thread: nothing of nginx here. */
static void
ngx_frontdesk_work_run(void *data, ngx_log_t *log)
{
    ngx_frontdesk_work_t *work = data;

    ngx_frontdesk_work_yield();
    work->verdict = NGX_OK;

    if (work->password != NULL
        && argon2id_verify(work->encoded, work->password,
                           strlen(work->password))
               != ARGON2_OK)
    {
        work->verdict = NGX_DECLINED;
        return;
    }

    if (work->next != NULL) {
        if (ngx_frontdesk_work_hash(work, work->next) != 0) {
            work->verdict = NGX_ERROR;
        }

    } else if (work->password != NULL && ngx_frontdesk_is_weak(work)) {
        (void) ngx_frontdesk_work_hash(work, work->password);
    }
}

static void
ngx_frontdesk_work_detach(void *data)
{
    ngx_frontdesk_work_t *work = data;

    work->request = NULL;
}

static void
ngx_frontdesk_work_answer(ngx_frontdesk_work_t *work, ngx_int_t verdict)
{
    ngx_int_t rc;
    const char *fresh;
    ngx_connection_t *c;
    ngx_http_request_t *r = work->request;

    if (r == NULL) {
        return;
    }

    work->request = NULL;
    work->cleanup->handler = NULL;

    c = r->connection;
    ngx_http_set_log_request(c->log, r);

    if (verdict == NGX_ERROR) {
        rc = ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                      "This takes too long now. "
                                      "Please try again in a moment.",
                                      NULL);
    } else {
        fresh = work->fresh[0] != '\0' ? work->fresh : NULL;
        rc = work->done(r, verdict, fresh);
    }

    ngx_frontdesk_finish(r, rc);
    ngx_http_run_posted_requests(c);
}

static void
ngx_frontdesk_work_done(ngx_event_t *ev)
{
    ngx_frontdesk_work_t *work = ev->data;

    ngx_frontdesk_pending--;

    if (work->guard.timer_set) {
        ngx_del_timer(&work->guard);
    }

    ngx_frontdesk_work_answer(work, work->verdict);
    ngx_frontdesk_work_free(work);
}

static void
ngx_frontdesk_work_late(ngx_event_t *ev)
{
    ngx_frontdesk_work_t *work = ev->data;

    ngx_log_error(NGX_LOG_ERR, ev->log, 0, "a password check takes too long");
    ngx_frontdesk_work_answer(work, NGX_ERROR);
}
