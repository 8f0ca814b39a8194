/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_media.h"

/*
 * Twilio's Media Streams (protocols: connected, start, media, dtmf, mark,
 * stop; back: media, mark, clear) to records in a slot's rings and back.
 */

#define MEDIA_START_MS      10000 /* for a start */
#define MEDIA_IDLE_MS       60000 /* a stream has 50 messages a second */
#define MEDIA_FAULTS_MAX    10
#define MEDIA_FRAMES_MAX    400   /* a second; eight times what is due */
#define MEDIA_PAYLOAD_MAX   DESK_RECORD_MAX
#define MEDIA_EARLY_BYTES   16384 /* of what comes together with start */

#define MEDIA_MARK_PREFIX   "fd-"

static void media_on_message(ngx_frontdesk_ws_t *ws, unsigned binary,
    u_char *data, size_t len);
static void media_keep_early(media_t *m, const u_char *data, size_t len);
static void media_take_early(media_t *m);
static void media_on_read(ngx_frontdesk_ws_t *ws);
static void media_on_close(ngx_frontdesk_ws_t *ws);
static void media_let_go(media_t *m);
static void media_on_event(media_t *m, ngx_frontdesk_event_t *event);
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

static const ngx_frontdesk_ws_handlers_t media_handlers = {
    media_on_message,
    media_on_read,
    media_on_close,
};


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

void
ngx_frontdesk_media_live(media_t *m)
{
    ngx_frontdesk_bridge_watch(m->slot.index, media_on_ready, m);
    media_put(m, DESK_RECORD_START, 0, 0, NULL, 0);
    media_send_up(m);

    m->state = MEDIA_LIVE;
    ngx_frontdesk_ws_welcome(m->ws, MEDIA_IDLE_MS);
    ngx_frontdesk_bridge_count(DESK_COUNT_STREAMS, 1);
    media_take_early(m);
    ngx_frontdesk_ws_resume(m->ws);
}

static void
media_on_message(ngx_frontdesk_ws_t *ws, unsigned binary, u_char *data,
    size_t len)
{
    media_t *m = ws->data;
    ngx_frontdesk_event_t event;

    if (binary) {
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_UNSUPPORTED,
                                  "text frames only");
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

    if (m->early != NULL) {
        (void) ngx_pfree(m->ws->request->pool, m->early);
        m->early = NULL;
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
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_LATER, "lost");
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
        ngx_frontdesk_media_start(m, event);
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
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_POLICY, "start comes first");
        return;
    }

    if (m->state != MEDIA_LIVE || m->stopped) {
        return;
    }

    if (event->stream_sid.len != m->sid_len
        || ngx_memcmp(event->stream_sid.data, m->sid, m->sid_len) != 0)
    {
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_POLICY, "not this stream");
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
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_NORMAL, "");
    }
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

/* Once a frame: as desk_slot_put_up(). */
static void
media_put(media_t *m, desk_record_e type, uint8_t flags, uint32_t stamp,
    const void *data, uint32_t len)
{
    desk_segment_t *seg = ngx_frontdesk_bridge_segment();

    if (seg != NULL
        && desk_slot_put_up(seg, &m->slot, &m->up, type, flags, stamp, data,
                            len)
               == 0)
    {
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
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_NORMAL, "resumed elsewhere");
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
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_LATER, "lost");
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
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_LATER, "damaged");
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
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_NORMAL, "");
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
        ngx_frontdesk_media_close(m, MEDIA_CLOSE_POLICY,
                                  "too many bad messages");
    }
}

void
ngx_frontdesk_media_close(media_t *m, ngx_uint_t code, const char *reason)
{
    if (m->state != MEDIA_OVER) {
        ngx_frontdesk_ws_close(m->ws, code, reason);
    }
}
