/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "shm/desk_news.h"
#include "store/news.h"
#include "store/pg.h"

#define CLIENTS "frontdesk_client"
#define PROOF_MS 2000
/* Without an answer in this time the connection is as good as gone. */
#define TIMEOUT_MS 3000
/* Its connection is closed when it was not to listen for so long. */
#define IDLE_MS 10000
#define UUID_CHARS 36

struct news_s {
    log_t                 log;
    uv_loop_t            *loop;
    const desk_segment_t *seg;
    const char           *url; /* of the settings */
    pg_t                 *pg;  /* while it listens */
    uv_timer_t            timer;

    char     channel[40]; /* where it hears itself, and no one else */
    char     listen[160];
    uint64_t proof;      /* the number of the last one, also its payload */
    uint64_t asked_ms;   /* when that was asked for; 0: it was heard, or lost */
    uint64_t allowed_ms; /* when it was allowed last */
    unsigned allowed:1;
    unsigned listening:1; /* the server has said so, on this connection */
    unsigned is_deaf:1;   /* and that is told already */
};

static void news_open(news_t *news);
static void news_close(news_t *news);
static void news_prove(news_t *news);
static void news_on_timer(uv_timer_t *timer);
static void news_on_notice(void *data, const char *channel,
                           const char *payload);
static void news_on_proof(news_t *news, const char *payload);
static void news_on_asked(void *data, PGresult *result, const char *state,
                          const char *error);
static void news_on_closed(uv_handle_t *handle);

int
news_create(news_t **np, uv_loop_t *loop, const desk_segment_t *seg,
            const char *url)
{
    news_t  *news;
    uint64_t name[2];

    news = calloc(1, sizeof(news_t));
    if (news == NULL) {
        return -ENOMEM;
    }

    if (getrandom(name, sizeof(name), 0) != (ssize_t) sizeof(name)) {
        free(news);
        return -EIO;
    }

    strcpy(news->log.prefix, "news: ");
    news->loop = loop;
    news->seg = seg;
    news->url = url;

    /* A name cannot be a parameter; nothing of it is from outside. */
    (void) snprintf(news->channel, sizeof(news->channel),
                    "fd_%016" PRIx64 "%016" PRIx64, name[0], name[1]);
    (void) snprintf(news->listen, sizeof(news->listen),
                    "do $$ begin listen " CLIENTS "; listen %s; end $$",
                    news->channel);

    (void) uv_timer_init(loop, &news->timer);
    news->timer.data = news;
    (void) uv_timer_start(&news->timer, news_on_timer, PROOF_MS, PROOF_MS);

    *np = news;
    return 0;
}

void
news_destroy(news_t *news)
{
    if (news == NULL) {
        return;
    }

    news_close(news);
    (void) uv_timer_stop(&news->timer);
    uv_close((uv_handle_t *) &news->timer, news_on_closed);
}

void
news_allow(news_t *news, int allowed)
{
    news->allowed = allowed != 0;

    if (allowed) {
        news->allowed_ms = uv_now(news->loop);

        if (news->pg == NULL) {
            news_open(news);
        }
    }
}

static void
news_open(news_t *news)
{
    if (pg_create(&news->pg, news->loop, news->url, TIMEOUT_MS) < 0) {
        log_error(news, "cannot listen: out of memory");
        return;
    }

    pg_listen(news->pg, news->listen, news_on_notice, news);
}

static void
news_close(news_t *news)
{
    if (news->pg != NULL) {
        pg_forget(news->pg, news);
        pg_destroy(news->pg);
        news->pg = NULL;
    }

    news->listening = 0;
    news->asked_ms = 0;
}

static void
news_prove(news_t *news)
{
    char        payload[24];
    const char *params[] = { news->channel, payload };

    (void) snprintf(payload, sizeof(payload), "%" PRIu64, ++news->proof);
    news->asked_ms = desk_now_ms();

    /* Nothing is lost with it, so no disk is waited for. */
    if (pg_query(news->pg, PG_FAILS,
                 "select set_config('synchronous_commit', 'off', true), "
                 "pg_notify($1, $2)",
                 2, params, news_on_asked, news)
        < 0)
    {
        news->asked_ms = 0;
    }
}

static void
news_on_timer(uv_timer_t *timer)
{
    news_t *news = timer->data;

    if (news->pg == NULL) {
        return;
    }

    if (!news->allowed && uv_now(news->loop) > news->allowed_ms + IDLE_MS) {
        news_close(news);
        return;
    }

    if (!news->listening || !pg_is_up(news->pg)) {
        return;
    }

    if (news->asked_ms != 0 && desk_now_ms() < news->asked_ms + TIMEOUT_MS) {
        return; /* the last one is on its way */
    }

    /* Answered, and not heard: nothing is kept any more, which is safe. */
    if (news->asked_ms != 0 && !news->is_deaf) {
        log_error(news, "what is notified is not heard: worker_database_url "
                        "must not lead through a pooler of transactions");
        news->is_deaf = 1;
    }

    news_prove(news);
}

static void
news_on_notice(void *data, const char *channel, const char *payload)
{
    news_t *news = data;

    if (channel == NULL) {
        /* From here on nothing is missed; before, anything may have been. */
        desk_news_tell_all(news->seg);
        news->listening = 1;
        news_prove(news);

    } else if (strcmp(channel, news->channel) == 0) {
        news_on_proof(news, payload);

    } else if (strlen(payload) == UUID_CHARS) {
        desk_news_tell(news->seg, payload);

    } else {
        desk_news_tell_all(news->seg);
    }
}

static void
news_on_proof(news_t *news, const char *payload)
{
    char last[24];

    (void) snprintf(last, sizeof(last), "%" PRIu64, news->proof);

    if (news->asked_ms != 0 && strcmp(payload, last) == 0) {
        desk_news_hear(news->seg, news->asked_ms);
        news->asked_ms = 0;
        news->is_deaf = 0;
    }
}

static void
news_on_asked(void *data, PGresult *result, const char *state,
              const char *error)
{
    news_t *news = data;

    if (result != NULL) {
        return;
    }

    if (state[0] != '\0') {
        log_error(news, "cannot notify (%s): %s", state, error);
    }

    news->asked_ms = 0;
}

static void
news_on_closed(uv_handle_t *handle)
{
    free(handle->data);
}
