/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>

#include "ngx_frontdesk_bridge.h"
#include "ngx_frontdesk_event.h"
#include "ngx_frontdesk_ws.h"

/*
 * Twilio's Media Streams (protocols: connected, start, media, dtmf, mark,
 * stop; back: media, mark, clear) to records in a slot's rings and back.
 * Nothing is believed before `start` has shown a token that fits the call and
 * was never used: no slot is taken and no worker hears of it.
 */

#define MEDIA_START_MS      10000 /* for a start */
#define MEDIA_IDLE_MS       60000 /* a stream has 50 messages a second */
#define MEDIA_FAULTS_MAX    10
#define MEDIA_FRAMES_MAX    400   /* a second; eight times what is due */
#define MEDIA_PAYLOAD_MAX   DESK_RECORD_MAX
#define MEDIA_SID_MAX       64
#define MEDIA_EARLY_BYTES   16384 /* of what comes together with start */
#define MEDIA_ECHO_BYTES    8192  /* of an echo call's rings */

#define MEDIA_MARK_PREFIX   "fd-"

/* RFC 6455 section 7.4.1, and 1013 of its registry. */
#define MEDIA_CLOSE_NORMAL      1000
#define MEDIA_CLOSE_UNSUPPORTED 1003
#define MEDIA_CLOSE_POLICY      1008
#define MEDIA_CLOSE_LATER       1013

#define MEDIA_STATES(S)                                                       \
    S(WAITING) /* for start */                                                \
    S(PROVING) /* Postgres is asked whether the token is good */              \
    S(LIVE)                                                                   \
    S(OVER)

#define MEDIA_STATE_ENUM(name) MEDIA_##name,
typedef enum { MEDIA_STATES(MEDIA_STATE_ENUM) } media_state_e;

typedef struct {
    ngx_frontdesk_ws_t *ws;
    media_state_e state;
    ngx_frontdesk_pg_query_t *query;
    ngx_frontdesk_call_token_t token;

    desk_slot_t slot;
    desk_ring_writer_t up;
    desk_ring_reader_t down;
    uint64_t opened_ms;

    uint64_t sequence; /* of the last message */
    ngx_uint_t faults;
    ngx_uint_t frames; /* in this second */
    time_t second;

    unsigned holds_slot:1;
    unsigned stopped:1; /* the carrier said stop */
    unsigned put:1;     /* records that are not published */

    u_char *early; /* messages that came before the proof: length, text */
    size_t early_len;

    size_t sid_len;
    char sid[MEDIA_SID_MAX + 1];
} media_t;

static void media_on_message(ngx_frontdesk_ws_t *ws, unsigned binary,
    u_char *data, size_t len);
static void media_keep_early(media_t *m, const u_char *data, size_t len);
static void media_take_early(media_t *m);
static void media_on_read(ngx_frontdesk_ws_t *ws);
static void media_on_close(ngx_frontdesk_ws_t *ws);
static void media_let_go(media_t *m);
static void media_on_event(media_t *m, ngx_frontdesk_event_t *event);
static void media_on_start(media_t *m, const ngx_frontdesk_event_t *event);
static ngx_int_t media_start_fits(media_t *m,
    const ngx_frontdesk_event_t *event);
static void media_prove(media_t *m, const ngx_frontdesk_event_t *event);
static void media_on_proof(void *data, ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t media_open(media_t *m, PGresult *result);
static void media_on_frame(media_t *m, const ngx_frontdesk_event_t *event);
static void media_on_dtmf(media_t *m, const ngx_frontdesk_event_t *event);
static void media_on_mark(media_t *m, const ngx_frontdesk_event_t *event);
static ngx_int_t media_in_order(media_t *m,
    const ngx_frontdesk_event_t *event);
static void media_put(media_t *m, desk_record_e type, uint8_t flags,
    uint32_t stamp, const void *data, uint32_t len);
static void media_send_up(media_t *m);
static void media_on_ready(void *data);
static ngx_int_t media_to_caller(media_t *m, const desk_record_t *record);
static void media_audio(media_t *m, const uint8_t *ulaw, size_t len);
static void media_command(media_t *m, const char *event, uint32_t mark);
static void media_fault(media_t *m);
static void media_close(media_t *m, ngx_uint_t code, const char *reason);
static ngx_int_t media_copy(char *to, size_t room,
    const ngx_frontdesk_event_text_t *text);
static ngx_frontdesk_main_conf_t *media_conf(void);
static desk_pipeline_e media_pipeline(ngx_str_t *name);

static const ngx_frontdesk_ws_handlers_t media_handlers = {
    media_on_message,
    media_on_read,
    media_on_close,
};

static const char media_open_sql[] =
    "select * from api.stream_open($1, $2, $3, $4, $5, $6)";


/* GET /ws/{client_id}/{caller_phone}. */
ngx_int_t
ngx_frontdesk_ws_handler(ngx_http_request_t *r)
{
    media_t *m;
    ngx_int_t rc;
    ngx_frontdesk_ws_t *ws;

    if (ngx_frontdesk_twilio_check_ws(r) != NGX_OK) {
        ngx_frontdesk_bridge_count(DESK_COUNT_STREAMS_REFUSED, 1);
        return ngx_frontdesk_send_error(r, NGX_HTTP_FORBIDDEN,
                                        "The signature does not fit.", NULL);
    }

    m = ngx_pcalloc(r->pool, sizeof(media_t));
    if (m == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_frontdesk_ws_accept(r, &media_handlers, m, MEDIA_START_MS, &ws);
    if (rc == NGX_DONE) {
        m->ws = ws;
    }

    return rc;
}

static void
media_on_message(ngx_frontdesk_ws_t *ws, unsigned binary, u_char *data,
    size_t len)
{
    media_t *m = ws->data;
    ngx_frontdesk_event_t event;

    if (binary) {
        media_close(m, MEDIA_CLOSE_UNSUPPORTED, "text frames only");
        return;
    }

    if (m->state == MEDIA_PROVING) {
        media_keep_early(m, data, len);
        return;
    }

    if (ngx_frontdesk_event_parse(&event, (const char *) data, len) != 0) {
        media_fault(m);
        return;
    }

    media_on_event(m, &event);
}

/*
 * Reading stops while Postgres is asked, but what came in one piece with
 * start is here already.  Seldom more than a frame.
 */
static void
media_keep_early(media_t *m, const u_char *data, size_t len)
{
    if (m->early == NULL) {
        m->early = ngx_pnalloc(m->ws->request->pool, MEDIA_EARLY_BYTES);
    }

    if (m->early == NULL
        || m->early_len + sizeof(len) + len > MEDIA_EARLY_BYTES)
    {
        ngx_frontdesk_bridge_count(DESK_COUNT_FRAMES_LOST, 1);
        return;
    }

    ngx_memcpy(m->early + m->early_len, &len, sizeof(len));
    ngx_memcpy(m->early + m->early_len + sizeof(len), data, len);
    m->early_len += sizeof(len) + len;
}

static void
media_take_early(media_t *m)
{
    size_t len, at;

    for (at = 0; at < m->early_len; at += sizeof(len) + len) {
        ngx_memcpy(&len, m->early + at, sizeof(len));
        media_on_message(m->ws, 0, m->early + at + sizeof(len), len);
    }

    m->early_len = 0;
    media_on_read(m->ws);
}

/*
 * Once a read: what all its messages put is shown at once.  When the slot was
 * taken away nobody hears it: then the carrier is to ask for another stream.
 */
static void
media_on_read(ngx_frontdesk_ws_t *ws)
{
    media_t *m = ws->data;

    if (m == NULL || !m->put) {
        return;
    }

    if (ngx_frontdesk_bridge_segment() == NULL
        || !desk_slot_has_stream(&m->slot))
    {
        m->put = 0;
        media_close(m, MEDIA_CLOSE_LATER, "lost");
        return;
    }

    media_send_up(m);
}

static void
media_on_close(ngx_frontdesk_ws_t *ws)
{
    media_t *m = ws->data;

    m->state = MEDIA_OVER;

    if (m->query != NULL) {
        ngx_frontdesk_pg_detach(m->query);
        m->query = NULL;
    }

    media_let_go(m);
}

/*
 * Whatever ended it, the worker is told whether the carrier meant to: after a
 * broken stream it waits for another one.
 */
static void
media_let_go(media_t *m)
{
    desk_segment_t *seg = ngx_frontdesk_bridge_segment();

    if (!m->holds_slot) {
        return;
    }

    m->holds_slot = 0;

    /* Declared dead while it slept: the slot is given away by others. */
    if (seg == NULL) {
        ngx_frontdesk_bridge_unwatch(m->slot.index, m);
        return;
    }

    media_put(m, DESK_RECORD_STOP, m->stopped ? 0 : 1, 0, NULL, 0);
    (void) desk_ring_publish(&m->up);
    ngx_frontdesk_bridge_unwatch(m->slot.index, m);

    desk_slot_ngx_release(seg, &m->slot);

    /* After the release: who looks now sees that the stream is gone. */
    media_send_up(m);
}

static void
media_on_event(media_t *m, ngx_frontdesk_event_t *event)
{
    switch (event->event) {

    case NGX_FRONTDESK_EVENT_CONNECTED:
        return;

    case NGX_FRONTDESK_EVENT_START:
        media_on_start(m, event);
        return;

    case NGX_FRONTDESK_EVENT_UNKNOWN:
        /* The carrier may add events; a message without one is a fault. */
        if (event->name.data == NULL) {
            media_fault(m);
        }
        return;

    default:
        break;
    }

    if (m->state == MEDIA_WAITING || m->state == MEDIA_PROVING) {
        media_close(m, MEDIA_CLOSE_POLICY, "start comes first");
        return;
    }

    if (m->state != MEDIA_LIVE || m->stopped) {
        return;
    }

    if (event->stream_sid.len != m->sid_len
        || ngx_memcmp(event->stream_sid.data, m->sid, m->sid_len) != 0)
    {
        media_close(m, MEDIA_CLOSE_POLICY, "not this stream");
        return;
    }

    if (media_in_order(m, event) != NGX_OK) {
        return;
    }

    switch (event->event) {

    case NGX_FRONTDESK_EVENT_MEDIA:
        media_on_frame(m, event);
        return;

    case NGX_FRONTDESK_EVENT_DTMF:
        media_on_dtmf(m, event);
        return;

    case NGX_FRONTDESK_EVENT_MARK:
        media_on_mark(m, event);
        return;

    default: /* stop: the worker need not wait for the socket's end */
        m->stopped = 1;
        media_let_go(m);
        media_close(m, MEDIA_CLOSE_NORMAL, "");
    }
}

static void
media_on_start(media_t *m, const ngx_frontdesk_event_t *event)
{
    if (m->state != MEDIA_WAITING) {
        media_close(m, MEDIA_CLOSE_POLICY, "started already");
        return;
    }

    if (!ngx_frontdesk_event_is(&event->encoding, "audio/x-mulaw")
        || !ngx_frontdesk_event_is(&event->sample_rate, "8000")
        || !ngx_frontdesk_event_is(&event->channels, "1"))
    {
        media_close(m, MEDIA_CLOSE_UNSUPPORTED, "audio/x-mulaw 8000 mono");
        return;
    }

    if (media_start_fits(m, event) != NGX_OK) {
        ngx_frontdesk_bridge_count(DESK_COUNT_STREAMS_REFUSED, 1);
        media_close(m, MEDIA_CLOSE_POLICY, "no valid token");
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
        media_close(m, MEDIA_CLOSE_POLICY, "no valid call");
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
        media_close(m, MEDIA_CLOSE_LATER, "busy");
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
            media_close(m, MEDIA_CLOSE_LATER, "busy");
        } else {
            media_close(m, MEDIA_CLOSE_POLICY, "no valid token");
        }
        return;
    }

    if (media_open(m, answer->result) != NGX_OK) {
        ngx_log_error(NGX_LOG_WARN, m->ws->connection->log, 0,
                      "no slot or no worker for a stream");
        ngx_frontdesk_bridge_count(DESK_COUNT_STREAMS_REFUSED, 1);
        media_close(m, MEDIA_CLOSE_LATER, "busy");
        return;
    }

    m->state = MEDIA_LIVE;
    ngx_frontdesk_ws_welcome(m->ws, MEDIA_IDLE_MS);
    ngx_frontdesk_bridge_count(DESK_COUNT_STREAMS, 1);
    media_take_early(m);
    ngx_frontdesk_ws_resume(m->ws);
}

static ngx_int_t
media_open(media_t *m, PGresult *result)
{
    size_t bytes = 0;
    ngx_str_t pipeline;
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
    ngx_frontdesk_bridge_watch(m->slot.index, media_on_ready, m);

    media_put(m, DESK_RECORD_START, 0, 0, NULL, 0);
    media_send_up(m);

    return NGX_OK;
}

/* Once a frame: no allocation, no locks, no waiting. */
static void
media_on_frame(media_t *m, const ngx_frontdesk_event_t *event)
{
    int len;
    uint64_t stamp = 0;
    static uint8_t ulaw[MEDIA_PAYLOAD_MAX];

    if (m->second != ngx_time()) {
        m->second = ngx_time();
        m->frames = 0;
    }

    if (++m->frames > MEDIA_FRAMES_MAX) {
        ngx_frontdesk_bridge_count(DESK_COUNT_FRAMES_LOST, 1);
        return;
    }

    len = event->payload.data == NULL
              ? -1
              : ngx_frontdesk_base64_decode(ulaw, sizeof(ulaw),
                                            event->payload.data,
                                            event->payload.len);
    if (len < 0) {
        ngx_frontdesk_bridge_count(DESK_COUNT_FRAMES_BAD, 1);
        return;
    }

    /* Informative only: our clock is the order of frames. */
    (void) ngx_frontdesk_event_number(&stamp, &event->timestamp);

    media_put(m, DESK_RECORD_AUDIO, 0, (uint32_t) stamp, ulaw,
              (uint32_t) len);
    ngx_frontdesk_bridge_count(DESK_COUNT_FRAMES_UP, 1);
}

static void
media_on_dtmf(media_t *m, const ngx_frontdesk_event_t *event)
{
    if (event->digit.len != 1 || event->digit.data[0] == '\0'
        || strchr("0123456789*#ABCD", event->digit.data[0]) == NULL)
    {
        ngx_frontdesk_bridge_count(DESK_COUNT_MESSAGES_BAD, 1);
        return;
    }

    media_put(m, DESK_RECORD_DTMF, 0, 0, event->digit.data, 1);
}

/* Marks that are not ours mean nothing. */
static void
media_on_mark(media_t *m, const ngx_frontdesk_event_t *event)
{
    uint32_t mark;
    uint64_t number;
    ngx_frontdesk_event_text_t name = event->mark;

    if (name.len <= sizeof(MEDIA_MARK_PREFIX) - 1
        || ngx_memcmp(name.data, MEDIA_MARK_PREFIX,
                      sizeof(MEDIA_MARK_PREFIX) - 1)
               != 0)
    {
        return;
    }

    name.data += sizeof(MEDIA_MARK_PREFIX) - 1;
    name.len -= sizeof(MEDIA_MARK_PREFIX) - 1;

    if (ngx_frontdesk_event_number(&number, &name) != 0
        || number > UINT32_MAX)
    {
        return;
    }

    mark = (uint32_t) number;
    media_put(m, DESK_RECORD_MARK, 0, 0, &mark, sizeof(mark));
}

/* What comes twice is dropped; what is missing was lost before us. */
static ngx_int_t
media_in_order(media_t *m, const ngx_frontdesk_event_t *event)
{
    uint64_t sequence;

    if (ngx_frontdesk_event_number(&sequence, &event->sequence) != 0) {
        media_fault(m);
        return NGX_DECLINED;
    }

    if (sequence <= m->sequence) {
        ngx_frontdesk_bridge_count(DESK_COUNT_MESSAGES_BAD, 1);
        return NGX_DECLINED;
    }

    m->sequence = sequence;

    return NGX_OK;
}

/* Once a frame: no allocation, no locks, no waiting. */
static void
media_put(media_t *m, desk_record_e type, uint8_t flags, uint32_t stamp,
    const void *data, uint32_t len)
{
    if (desk_ring_put(&m->up, type, flags, stamp, data, len) == 0) {
        m->put = 1;
    }
}

static void
media_send_up(media_t *m)
{
    int worker;
    desk_segment_t *seg = ngx_frontdesk_bridge_segment();

    m->put = 0;

    if (seg == NULL) {
        return;
    }

    if (desk_ring_publish(&m->up) < 0) {
        /* Another nginx worker carries this call now. */
        media_close(m, MEDIA_CLOSE_NORMAL, "resumed elsewhere");
        return;
    }

    worker = desk_slot_ai_index(&m->slot);
    if (worker >= 0) {
        desk_ready_set(seg, (uint32_t) worker, m->slot.index);
        ngx_frontdesk_bridge_ring((ngx_uint_t) worker);
    }
}

/*
 * The worker has put something, or has let go.  A slot that is not ours any
 * more may be another call's, whose audio this caller must not hear.
 */
static void
media_on_ready(void *data)
{
    int rc;
    media_t *m = data;
    desk_record_t record;

    if (!desk_slot_has_stream(&m->slot)) {
        media_close(m, MEDIA_CLOSE_LATER, "lost");
        return;
    }

    while ((rc = desk_ring_next(&m->down, &record, NULL)) > 0) {
        if (media_to_caller(m, &record) != NGX_OK) {
            break;
        }
    }

    desk_ring_release(&m->down);

    if (rc < 0) {
        ngx_log_error(NGX_LOG_ERR, m->ws->connection->log, 0,
                      "a call's ring is damaged: the stream is closed");
        ngx_frontdesk_bridge_count(DESK_COUNT_RECORDS_BAD, 1);
        media_close(m, MEDIA_CLOSE_LATER, "damaged");
    }
}

static ngx_int_t
media_to_caller(media_t *m, const desk_record_t *record)
{
    uint32_t mark;

    switch (record->type) {

    case DESK_RECORD_AUDIO:
        media_audio(m, record->data, record->length);
        return NGX_OK;

    case DESK_RECORD_MARK:
        if (record->length == sizeof(mark)) {
            ngx_memcpy(&mark, record->data, sizeof(mark));
            media_command(m, "mark", mark);
        }
        return NGX_OK;

    case DESK_RECORD_CLEAR:
        media_command(m, "clear", 0);
        return NGX_OK;

    case DESK_RECORD_STOP:
        media_close(m, MEDIA_CLOSE_NORMAL, "");
        return NGX_DONE;

    default:
        return NGX_OK;
    }
}

/* Once a frame: no allocation, no locks, no waiting. */
static void
media_audio(media_t *m, const uint8_t *ulaw, size_t len)
{
    u_char *p;

    static const char head[] = "{\"event\":\"media\",\"streamSid\":\"";
    static const char middle[] = "\",\"media\":{\"payload\":\"";
    static const char tail[] = "\"}}";

    p = ngx_frontdesk_ws_text(m->ws, sizeof(head) - 1 + m->sid_len
                                         + sizeof(middle) - 1
                                         + (len + 2) / 3 * 4
                                         + sizeof(tail) - 1);
    if (p == NULL) {
        /* The carrier does not read, or has gone. */
        ngx_frontdesk_bridge_count(DESK_COUNT_FRAMES_LOST, 1);
        return;
    }

    p = ngx_cpymem(p, head, sizeof(head) - 1);
    p = ngx_cpymem(p, m->sid, m->sid_len);
    p = ngx_cpymem(p, middle, sizeof(middle) - 1);
    p += ngx_frontdesk_base64_encode((char *) p, ulaw, len);
    (void) ngx_cpymem(p, tail, sizeof(tail) - 1);

    ngx_frontdesk_bridge_count(DESK_COUNT_FRAMES_DOWN, 1);
}

static void
media_command(media_t *m, const char *event, uint32_t mark)
{
    u_char *p, text[256], *last;

    last = ngx_snprintf(text, sizeof(text),
                        "{\"event\":\"%s\",\"streamSid\":\"%s\"", event,
                        m->sid);
    if (mark != 0) {
        last = ngx_slprintf(last, text + sizeof(text),
                            ",\"mark\":{\"name\":\"" MEDIA_MARK_PREFIX
                            "%uD\"}",
                            mark);
    }

    last = ngx_slprintf(last, text + sizeof(text), "}");

    p = ngx_frontdesk_ws_text(m->ws, (size_t) (last - text));
    if (p != NULL) {
        ngx_memcpy(p, text, (size_t) (last - text));
    }
}

static void
media_fault(media_t *m)
{
    ngx_frontdesk_bridge_count(DESK_COUNT_MESSAGES_BAD, 1);

    if (++m->faults > MEDIA_FAULTS_MAX) {
        media_close(m, MEDIA_CLOSE_POLICY, "too many bad messages");
    }
}

static void
media_close(media_t *m, ngx_uint_t code, const char *reason)
{
    if (m->state != MEDIA_OVER) {
        ngx_frontdesk_ws_close(m->ws, code, reason);
    }
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
