/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>

#include "ngx_frontdesk_media.h"

/*
 * How a media stream begins.  Nothing is believed before `start` has shown a
 * token that fits the call and was never used: no slot is taken and no worker
 * hears of it.
 */

#define MEDIA_ECHO_BYTES 8192 /* of an echo call's rings */

static ngx_int_t media_start_fits(media_t *m,
    const ngx_frontdesk_event_t *event);
static void media_prove(media_t *m, const ngx_frontdesk_event_t *event);
static void media_on_proof(void *data, ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t media_open(media_t *m, PGresult *result);
static ngx_int_t media_copy(char *to, size_t room,
    const ngx_frontdesk_event_text_t *text);
static ngx_frontdesk_main_conf_t *media_conf(void);
static desk_pipeline_e media_pipeline(ngx_str_t *name);

static const char media_open_sql[] =
    "select * from api.stream_open($1, $2, $3, $4, $5, $6)";


void
ngx_frontdesk_media_start(media_t *m, const ngx_frontdesk_event_t *event)
{
    if (m->state != MEDIA_WAITING) {
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_POLICY, "started already");
        return;
    }

    if (!ngx_frontdesk_event_is(&event->encoding, "audio/x-mulaw")
        || !ngx_frontdesk_event_is(&event->sample_rate, "8000")
        || !ngx_frontdesk_event_is(&event->channels, "1"))
    {
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_UNSUPPORTED,
                                  "audio/x-mulaw 8000 mono");
        return;
    }

    if (media_start_fits(m, event) != NGX_OK) {
        ngx_frontdesk_bridge_count(DESK_COUNT_STREAMS_REFUSED, 1);
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_POLICY, "no valid token");
        return;
    }

    media_prove(m, event);
}

/* What can be said without Postgres: signature, time, path, stream. */
static ngx_int_t
media_start_fits(media_t *m, const ngx_frontdesk_event_t *event)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(m->ws->request);
    ngx_frontdesk_main_conf_t *conf = media_conf();

    if (event->token.data == NULL || event->token.escaped
        || ngx_frontdesk_call_token_verify(&m->token, event->token.data,
                                           event->token.len,
                                           conf->desk.call_token_secret,
                                           ngx_time())
               != 0)
    {
        return NGX_DECLINED;
    }

    if (ctx->path[0].len != ngx_strlen(m->token.client_id)
        || ngx_strncasecmp(ctx->path[0].data, (u_char *) m->token.client_id,
                           ctx->path[0].len)
               != 0)
    {
        return NGX_DECLINED;
    }

    if (media_copy(m->sid, sizeof(m->sid), &event->stream_sid) != NGX_OK
        || event->start_stream_sid.data == NULL
        || event->start_stream_sid.len != event->stream_sid.len
        || ngx_memcmp(event->start_stream_sid.data, m->sid,
                      event->stream_sid.len)
               != 0)
    {
        return NGX_DECLINED;
    }

    m->sid_len = event->stream_sid.len;

    return NGX_OK;
}

static void
media_prove(media_t *m, const ngx_frontdesk_event_t *event)
{
    char call_sid[MEDIA_SID_MAX + 1], account_sid[MEDIA_SID_MAX + 1];
    const char *params[6];
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_main_conf_t *conf = media_conf();

    if (media_copy(call_sid, sizeof(call_sid), &event->call_sid) != NGX_OK
        || media_copy(account_sid, sizeof(account_sid), &event->account_sid)
               != NGX_OK)
    {
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_POLICY, "no valid call");
        return;
    }

    params[0] = m->token.call_id;
    params[1] = m->token.nonce;
    params[2] = call_sid;
    params[3] = account_sid;
    params[4] = m->sid;
    params[5] = conf->desk.node_name;

    ngx_memzero(&call, sizeof(call));
    call.sql = media_open_sql;
    call.nparams = 6;
    call.params = params;

    m->query = ngx_frontdesk_pg_query(conf->pg, &call, media_on_proof, m);
    if (m->query == NULL) {
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_LATER, "busy");
        return;
    }

    m->state = MEDIA_PROVING;

    /* What the caller says meanwhile waits in the kernel. */
    ngx_frontdesk_ws_pause(m->ws);
}

static void
media_on_proof(void *data, ngx_frontdesk_pg_answer_t *answer)
{
    media_t *m = data;

    m->query = NULL;

    if (answer->result == NULL || PQntuples(answer->result) != 1) {
        ngx_frontdesk_bridge_count(DESK_COUNT_STREAMS_REFUSED, 1);

        if (answer->status >= 500) {
            ngx_frontdesk_media_close(m, MEDIA_CLOSE_LATER, "busy");
        } else {
            ngx_frontdesk_media_close(m, MEDIA_CLOSE_POLICY, "no valid token");
        }
        return;
    }

    if (media_open(m, answer->result) != NGX_OK) {
        ngx_log_error(NGX_LOG_WARN, m->ws->connection->log, 0,
                      "no slot or no worker for a stream");
        ngx_frontdesk_bridge_count(DESK_COUNT_STREAMS_REFUSED, 1);
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_LATER, "busy");
        return;
    }

    ngx_frontdesk_media_live(m);
}

static ngx_int_t
media_open(media_t *m, PGresult *result)
{
    size_t bytes = 0;
    ngx_str_t pipeline, agent;
    desk_card_t card;
    desk_segment_t *seg = ngx_frontdesk_bridge_segment();
    ngx_frontdesk_main_conf_t *conf = media_conf();

    if (seg == NULL) {
        return NGX_ERROR;
    }

    pipeline = ngx_frontdesk_pg_value(result, 0, "pipeline");

    ngx_memzero(&card, sizeof(card));
    (void) ngx_cpystrn((u_char *) card.call_id, (u_char *) m->token.call_id,
                       sizeof(card.call_id));
    (void) ngx_cpystrn((u_char *) card.client_id,
                       (u_char *) m->token.client_id, sizeof(card.client_id));
    agent = ngx_frontdesk_pg_value(result, 0, "agent_id");
    (void) ngx_snprintf((u_char *) card.agent_id, sizeof(card.agent_id) - 1,
                        "%V", &agent);
    (void) ngx_cpystrn((u_char *) card.stream_sid, (u_char *) m->sid,
                       sizeof(card.stream_sid));
    card.pipeline = media_pipeline(&pipeline);
    card.opened_ms = desk_now_ms();

    if (card.pipeline == DESK_PIPELINE_ECHO) {
        bytes = MEDIA_ECHO_BYTES;
    }

    if (desk_slot_claim(seg, ngx_frontdesk_bridge_self(), &card,
                        bytes != 0 ? (uint32_t) bytes
                                   : (uint32_t) conf->desk.up_ring_bytes,
                        bytes != 0 ? (uint32_t) bytes
                                   : (uint32_t) conf->desk.down_ring_bytes,
                        &m->slot)
        < 0)
    {
        return NGX_ERROR;
    }

    if (desk_slot_ngx_rings(seg, &m->slot, &m->up, &m->down) < 0) {
        desk_slot_ngx_release(seg, &m->slot);
        return NGX_ERROR;
    }

    m->holds_slot = 1;
    m->opened_ms = card.opened_ms;

    return NGX_OK;
}

/* Letters and digits only: it goes into JSON and into SQL's parameters. */
static ngx_int_t
media_copy(char *to, size_t room, const ngx_frontdesk_event_text_t *text)
{
    size_t i;

    if (text->data == NULL || text->len == 0 || text->len >= room) {
        return NGX_DECLINED;
    }

    for (i = 0; i < text->len; i++) {
        if (!isalnum((unsigned char) text->data[i])) {
            return NGX_DECLINED;
        }
    }

    ngx_memcpy(to, text->data, text->len);
    to[text->len] = '\0';

    return NGX_OK;
}

static ngx_frontdesk_main_conf_t *
media_conf(void)
{
    return ngx_frontdesk_main_conf((ngx_cycle_t *) ngx_cycle);
}

static desk_pipeline_e
media_pipeline(ngx_str_t *name)
{
    if (name->len == 4 && ngx_strncmp(name->data, "echo", 4) == 0) {
        return DESK_PIPELINE_ECHO;
    }

    if (name->len == 8 && ngx_strncmp(name->data, "realtime", 8) == 0) {
        return DESK_PIPELINE_REALTIME;
    }

    return DESK_PIPELINE_STAGED;
}
