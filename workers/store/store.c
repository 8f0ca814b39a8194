/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "store/store.h"

#define NUMBER_BYTES 24
#define LOAD_BYTES   96

static int  store_ask(store_request_t *request, pg_kind_e kind,
                      const char *sql, int count, const char *const *params);
static void store_on_answer(void *data, PGresult *result, const char *state,
                            const char *error);
static void store_on_written(void *data, PGresult *result, const char *state,
                             const char *error);
static void store_on_beat(void *data, PGresult *result, const char *state,
                          const char *error);
static const char *store_reason(const char *state, const char *error);

static const log_t store_log = { "store: " };

void
store_open(store_t *s, pg_t *pg, const char *call_id)
{
    memset(s, 0, sizeof(*s));
    s->pg = pg;
    (void) snprintf(s->call_id, sizeof(s->call_id), "%s", call_id);
}

int
store_claim(store_request_t *request, const char *node,
            const char *stream_sid, const store_known_t *known)
{
    char        version[NUMBER_BYTES];
    const char *params[] = {
        request->store->call_id, node, stream_sid, NULL, NULL, NULL
    };

    if (known != NULL) {
        (void) snprintf(version, sizeof(version), "%d", known->version);
        params[3] = known->client_id;
        params[4] = known->agent_id;
        params[5] = version;
    }

    return store_ask(request, PG_DURABLE,
                     "select worker.call_claim($1, $2, $3, $4, $5, $6)", 6,
                     params);
}

int
store_config(store_request_t *request)
{
    char        epoch[NUMBER_BYTES];
    const char *params[] = { request->store->call_id, epoch };

    (void) snprintf(epoch, sizeof(epoch), "%d", request->store->epoch);

    return store_ask(request, PG_DURABLE, "select worker.call_config($1, $2)",
                     2, params);
}

int
store_reserve(store_request_t *request, unsigned seconds)
{
    char        epoch[NUMBER_BYTES], asked[NUMBER_BYTES];
    const char *params[] = { request->store->call_id, epoch, asked };

    (void) snprintf(epoch, sizeof(epoch), "%d", request->store->epoch);
    (void) snprintf(asked, sizeof(asked), "%u", seconds);

    return store_ask(request, PG_DURABLE,
                     "select worker.call_reserve($1, $2, $3)", 3, params);
}

int
store_tool(store_request_t *request, const char *name, const char *args)
{
    char        epoch[NUMBER_BYTES];
    const char *params[] = { request->store->call_id, epoch, name, args };

    (void) snprintf(epoch, sizeof(epoch), "%d", request->store->epoch);

    return store_ask(request, PG_DURABLE,
                     "select worker.tool($1, $2, $3, $4)", 4, params);
}

int
store_end(store_request_t *request, const store_end_t *end)
{
    char        epoch[NUMBER_BYTES], duration[NUMBER_BYTES];
    const char *params[] = { request->store->call_id,
                             epoch,
                             end->status,
                             end->reason,
                             duration,
                             end->summary };

    (void) snprintf(epoch, sizeof(epoch), "%d", request->store->epoch);
    (void) snprintf(duration, sizeof(duration), "%" PRIu64, end->duration_s);

    return store_ask(request, PG_DURABLE,
                     "select worker.call_end($1, $2, $3, $4, $5, $6)", 6,
                     params);
}

int
store_turn(store_t *s, const store_turn_t *turn)
{
    char        epoch[NUMBER_BYTES], seq[NUMBER_BYTES], t_ms[NUMBER_BYTES];
    const char *params[] = {
        s->call_id, epoch, seq, turn->role, turn->content,
        turn->interrupted ? "true" : "false", t_ms, turn->timings, turn->state
    };

    (void) snprintf(epoch, sizeof(epoch), "%d", s->epoch);
    (void) snprintf(seq, sizeof(seq), "%d", turn->seq);
    (void) snprintf(t_ms, sizeof(t_ms), "%" PRIu64, turn->t_ms);

    return pg_query(s->pg, PG_DURABLE,
                    "select worker.turn_add($1, $2, $3, $4, $5, $6, $7, $8, "
                    "$9)",
                    9, params, store_on_written, NULL);
}

int
store_usage(store_t *s, const char *usage)
{
    char        epoch[NUMBER_BYTES];
    const char *params[] = { s->call_id, epoch, usage };

    (void) snprintf(epoch, sizeof(epoch), "%d", s->epoch);

    return pg_query(s->pg, PG_DURABLE, "select worker.usage_set($1, $2, $3)",
                    3, params, store_on_written, NULL);
}

int
store_event(store_t *s, const char *kind, const char *data)
{
    char        epoch[NUMBER_BYTES];
    const char *params[] = { s->call_id, epoch, kind, data };

    (void) snprintf(epoch, sizeof(epoch), "%d", s->epoch);

    return pg_query(s->pg, PG_DURABLE,
                    "select worker.call_event($1, $2, $3, $4)", 4, params,
                    store_on_written, NULL);
}

void
store_cancel(store_request_t *request)
{
    if (request->store != NULL && request->store->pg != NULL) {
        pg_forget(request->store->pg, request);
    }
}

int
store_vocabulary(pg_t *pg, const char *client_id, pg_done_pt done, void *data)
{
    const char *params[] = { client_id };

    return pg_query(pg, PG_DURABLE, "select worker.vocabulary($1)", 1, params,
                    done, data);
}

int
store_phrases(pg_t *pg, pg_done_pt done, void *data)
{
    return pg_query(pg, PG_DURABLE,
                    "select voice, tts_speed, greeting "
                    "from worker.phrases()",
                    0, NULL, done, data);
}

int
store_sweep(pg_t *pg, pg_done_pt done, void *data)
{
    return pg_query(pg, PG_FAILS, "select worker.calls_sweep(60)", 0, NULL,
                    done, data);
}

int
store_node_beat(pg_t *pg, const store_node_t *node)
{
    char        load[LOAD_BYTES];
    const char *params[] = { node->name, node->draining ? "t" : "f", load };

    (void) snprintf(load, sizeof(load),
                    "{\"calls\": %u, \"slots\": %u, \"workers\": %u}",
                    node->calls, node->slots, node->workers);

    return pg_query(pg, PG_FAILS, "select worker.node_beat($1, $2, $3)", 3,
                    params, store_on_beat, NULL);
}

static void
store_on_beat(void *data, PGresult *result, const char *state,
              const char *error)
{
    (void) data;

    if (result == NULL && state[0] != '\0') {
        log_write(LOG_WARN, &store_log, "a beat was refused (%s): %s", state,
                  store_reason(state, error));
    }
}

static int
store_ask(store_request_t *request, pg_kind_e kind, const char *sql,
          int count, const char *const *params)
{
    return pg_query(request->store->pg, kind, sql, count, params,
                    store_on_answer, request);
}

static void
store_on_answer(void *data, PGresult *result, const char *state,
                const char *error)
{
    cJSON           *answer;
    store_request_t *request = data;

    if (result == NULL) {
        /* FD409: another owner has claimed the call. */
        if (strcmp(state, "FD409") == 0) {
            request->done(request->data, -ESTALE, NULL);
            return;
        }

        log_write(LOG_ERROR, &store_log, "refused (%s): %s", state,
                  store_reason(state, error));
        request->done(request->data, -EIO, NULL);
        return;
    }

    if (PQntuples(result) != 1 || PQnfields(result) != 1
        || PQgetisnull(result, 0, 0))
    {
        request->done(request->data, -EIO, NULL);
        return;
    }

    answer = cJSON_Parse(PQgetvalue(result, 0, 0));
    request->done(request->data, answer != NULL ? 0 : -EIO, answer);
    cJSON_Delete(answer);
}

static void
store_on_written(void *data, PGresult *result, const char *state,
                 const char *error)
{
    (void) data;

    /* FD409: the call has another owner, who writes its own. */
    if (result == NULL) {
        log_write(strcmp(state, "FD409") == 0 ? LOG_INFO : LOG_ERROR,
                  &store_log, "write refused (%s): %s", state,
                  store_reason(state, error));
    }
}

/* Ours are sentences; Postgres quotes values, and those may be speech. */
static const char *
store_reason(const char *state, const char *error)
{
    return state[0] == '\0' || strncmp(state, "FD", 2) == 0
               ? error
               : "see the log of Postgres";
}
