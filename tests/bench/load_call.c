/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load_call.h"
#include "load_wire.h"

#define READ_BYTES 65536
#define MESSAGE_MAX 4096
#define TRUNK "+15558%06u"

static void call_connect(load_call_t *call, load_call_state_e state);
static void call_request(load_call_t *call);
static void call_watch(load_call_t *call, int op, uint32_t events);
static void call_fail(load_call_t *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void call_put_off(load_call_t *call);
static void call_close(load_call_t *call);
static void call_answered(load_call_t *call);
static void call_read(load_call_t *call);
static size_t call_take(load_call_t *call, uint8_t *data, size_t len,
                        uint64_t now_ns);
static size_t call_take_answer(load_call_t *call, const char *data,
                               size_t len);
static void call_on_twiml(load_call_t *call, char *data, size_t len);
static void call_start(load_call_t *call);
static void call_speak(const load_call_t *call, uint8_t *frame);
static void call_on_message(load_call_t *call, const char *text, size_t len,
                            uint64_t now_ns);
static void call_on_media(load_call_t *call, const char *text, size_t len,
                          uint64_t now_ns);
static void call_on_frame(load_call_t *call, const uint8_t *frame,
                          uint64_t now_ns);
static void call_on_mark(load_call_t *call, const char *text, size_t len,
                         uint64_t now_ns);
static void call_send_marks(load_call_t *call, uint64_t now_ns);
static void call_say(load_call_t *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int call_send(load_call_t *call, const void *data, size_t len);
static void call_keep(load_call_t *call, const uint8_t *data, size_t len);
static const char *find_value(const char *text, size_t len, const char *key,
                              size_t *value_len);

void
load_call_init(load_call_t *call, load_host_t *host, uint32_t number,
               uint64_t phase_ns)
{
    memset(call, 0, sizeof(*call));
    call->host = host;
    call->number = number;
    call->phase_ns = phase_ns;
    call->fd = -1;
}

void
load_call_begin(load_call_t *call)
{
    if (call->retry_ns > 0) {
        call->retry_ns = 0;
        call->host->retrying--;
    }

    call->is_waiting = 1;
    call->host->waiting++;

    load_sid_make(call->call_sid, "CA");
    load_sid_make(call->stream_sid, "MZ");

    call_connect(call, call->host->raw_url != NULL ? LOAD_CALL_OPENING
                                                   : LOAD_CALL_ASKING);
}

void
load_call_on_event(load_call_t *call, uint32_t events)
{
    if (call->fd < 0) {
        return; /* it was closed by an event of the same round */
    }

    if (events & EPOLLOUT) {
        if (call->unsent_len > 0) {
            if (call_send(call, NULL, 0) < 0) {
                call_fail(call, "send: %s", strerror(errno));
            }
        } else {
            call_request(call);
        }
    }

    if (call->fd >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        call_read(call);
    }
}

/* Once a frame: no allocation while the server reads. */
void
load_call_tick(load_call_t *call, uint64_t now_ns)
{
    char           *p;
    size_t          len;
    uint8_t        *frame, payload[LOAD_FRAME_BYTES];
    static uint8_t  buf[LOAD_WIRE_HEAD + 1024];
    load_stamp_t    stamp = { now_ns, call->number, call->frames };
    load_window_t  *window = &call->host->window;
    int             counts;

#define PUT(text)                                                             \
    do {                                                                      \
        memcpy(p, text, sizeof(text) - 1);                                    \
        p += sizeof(text) - 1;                                                \
    } while (0)

    counts = now_ns >= window->from_ns && now_ns < window->to_ns;
    if (counts) {
        load_histogram_add(&window->late, now_ns - call->due_ns);
    }

    if (call->mark_count > 0) {
        call_send_marks(call, now_ns);
    }

    if (call->unsent_len > 0) {
        window->unsent += (uint64_t) counts;
        call->frames++;
        return;
    }

    if (call->host->audio != NULL) {
        call_speak(call, payload);
    } else {
        load_stamp_write(payload, &stamp);
    }

    p = (char *) buf + LOAD_WIRE_HEAD;
    PUT("{\"event\":\"media\",\"sequenceNumber\":\"");
    p = load_decimal(p, ++call->sequence);
    PUT("\",\"media\":{\"track\":\"inbound\",\"chunk\":\"");
    p = load_decimal(p, call->frames + 1);
    PUT("\",\"timestamp\":\"");
    p = load_decimal(p, (uint64_t) call->frames * 20);
    PUT("\",\"payload\":\"");
    p += load_base64_encode(p, payload, sizeof(payload));
    PUT("\"},\"streamSid\":\"");
    memcpy(p, call->stream_sid, LOAD_SID_BYTES - 1);
    p += LOAD_SID_BYTES - 1;
    PUT("\"}");

    frame = load_wire_close(buf, LOAD_WIRE_TEXT,
                            (size_t) (p - (char *) buf) - LOAD_WIRE_HEAD, &len);
    call->frames++;
    window->sent += (uint64_t) counts;

    if (call_send(call, frame, len) < 0) {
        call_fail(call, "send: %s", strerror(errno));
    }
}

void
load_call_stop(load_call_t *call)
{
    if (call->state != LOAD_CALL_LIVE) {
        load_call_end(call);
        return;
    }

    call_say(call,
             "{\"event\":\"stop\",\"sequenceNumber\":\"%u\",\"streamSid\":"
             "\"%s\",\"stop\":{\"accountSid\":\"%s\",\"callSid\":\"%s\"}}",
             ++call->sequence, call->stream_sid,
             call->host->carrier.account_sid, call->call_sid);

    if (call->state == LOAD_CALL_LIVE) {
        call->state = LOAD_CALL_STOPPING;
        call->host->live--;
    }
}

void
load_call_end(load_call_t *call)
{
    if (call->state == LOAD_CALL_LIVE) {
        call->host->live--;
    }

    if (call->retry_ns > 0) {
        call->retry_ns = 0;
        call->host->retrying--;
    }

    if (call->state != LOAD_CALL_OVER) {
        call->state = LOAD_CALL_OVER;
        call->host->over++;
    }

    call_close(call);
}

static void
call_connect(load_call_t *call, load_call_state_e state)
{
    int one = 1;

    call->state = state;
    call->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (call->fd < 0) {
        call_fail(call, "socket: %s", strerror(errno));
        return;
    }

    (void) setsockopt(call->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));

    if (connect(call->fd, (struct sockaddr *) &call->host->server,
                sizeof(call->host->server))
            < 0
        && errno != EINPROGRESS)
    {
        call_fail(call, "connect: %s", strerror(errno));
        return;
    }

    call_watch(call, EPOLL_CTL_ADD, EPOLLOUT);
}

/* Connected: the request of its state. */
static void
call_request(load_call_t *call)
{
    int          n, error = 0;
    char         text[MESSAGE_MAX], from[24];
    socklen_t    len = sizeof(error);
    load_host_t *host = call->host;

    (void) getsockopt(call->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error != 0) {
        call_fail(call, "connect: %s", strerror(error));
        return;
    }

    if (call->state == LOAD_CALL_ASKING) {
        (void) snprintf(from, sizeof(from), TRUNK, call->number % 1000000);
        n = load_voice_request(text, sizeof(text), &host->carrier,
                               call->call_sid, from);
    } else {
        n = load_upgrade_request(text, sizeof(text),
                                 host->raw_url != NULL ? host->raw_url
                                                       : (char *) call->held,
                                 host->raw_url != NULL
                                     ? NULL
                                     : host->carrier.auth_token,
                                 call->accept);
        call->held_len = 0;
    }

    call_watch(call, EPOLL_CTL_MOD, EPOLLIN);

    if (n < 0 || call_send(call, text, (size_t) n) < 0) {
        call_fail(call, "the request could not be sent");
    }
}

static void
call_watch(load_call_t *call, int op, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = call };

    (void) epoll_ctl(call->host->epoll, op, call->fd, &event);
}

static void
call_fail(load_call_t *call, const char *format, ...)
{
    va_list      args;
    load_host_t *host = call->host;

    if (call->state == LOAD_CALL_LIVE) {
        host->dropped++;

    } else if (call->state != LOAD_CALL_STOPPING) {
        if (++call->tries < LOAD_TRIES_MAX) {
            call_put_off(call);
            return;
        }
        host->failed++;
    }

    if (call->state != LOAD_CALL_STOPPING && host->error[0] == '\0') {
        va_start(args, format);
        (void) vsnprintf(host->error, sizeof(host->error), format, args);
        va_end(args);
    }

    load_call_end(call);
}

/* As the caller of a busy line does. */
static void
call_put_off(load_call_t *call)
{
    call_close(call);
    call->state = LOAD_CALL_IDLE;
    call->retry_ns = load_now_ns() + LOAD_RETRY_NS;
    call->host->retrying++;
}

static void
call_answered(load_call_t *call)
{
    if (call->is_waiting) {
        call->is_waiting = 0;
        call->host->waiting--;
    }
}

static void
call_close(load_call_t *call)
{
    call_answered(call);

    if (call->fd >= 0) {
        (void) close(call->fd);
        call->fd = -1;
    }

    free(call->held);
    free(call->unsent);
    call->held = NULL;
    call->unsent = NULL;
    call->held_len = call->held_room = call->unsent_len = 0;
}

/* What is not whole is put before what comes. */
static void
call_read(load_call_t *call)
{
    size_t         used, total;
    ssize_t        n;
    uint64_t       now;
    static uint8_t buf[READ_BYTES + 1];

    total = call->held_len;
    if (total > 0) {
        memcpy(buf, call->held, total);
    }

    n = recv(call->fd, buf + total, READ_BYTES - total, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }

    if (n <= 0) {
        if (call->state == LOAD_CALL_ASKING && n == 0) {
            call_on_twiml(call, (char *) buf, total);
            return;
        }

        call_fail(call, "the server closed a stream%s%s", n < 0 ? ": " : "",
                  n < 0 ? strerror(errno) : "");
        return;
    }

    now = load_now_ns();
    total += (size_t) n;
    buf[total] = '\0';
    used = call_take(call, buf, total, now);

    if (call->fd >= 0) {
        call_keep(call, buf + used, total - used);
    }
}

static size_t
call_take(load_call_t *call, uint8_t *data, size_t len, uint64_t now_ns)
{
    long              n;
    size_t            used = 0;
    load_wire_frame_t frame;

    if (call->state == LOAD_CALL_ASKING) {
        return 0; /* to its end */
    }

    if (call->state == LOAD_CALL_OPENING) {
        used = call_take_answer(call, (char *) data, len);
        if (used == 0) {
            return 0;
        }
    }

    while (call->fd >= 0
           && (n = load_wire_next(&frame, data + used, len - used)) != 0)
    {
        if (n < 0) {
            call_fail(call, "a frame that is none");
            break;
        }

        used += (size_t) n;

        if (frame.opcode == LOAD_WIRE_TEXT) {
            call_on_message(call, (const char *) frame.data, frame.len, now_ns);
        } else if (frame.opcode == LOAD_WIRE_CLOSE) {
            call_fail(call, "the server closed a stream: %u %.*s",
                      frame.len >= 2 ? frame.data[0] << 8 | frame.data[1] : 0,
                      frame.len > 2 ? (int) frame.len - 2 : 0, frame.data + 2);
        }
    }

    return used;
}

/* Returns the bytes of a whole answer that opens the stream. */
static size_t
call_take_answer(load_call_t *call, const char *data, size_t len)
{
    const char *end = memmem(data, len, "\r\n\r\n", 4);

    if (end == NULL) {
        return 0;
    }

    if (strncmp(data, "HTTP/1.1 101 ", 13) != 0
        || memmem(data, (size_t) (end - data), call->accept,
                  strlen(call->accept))
               == NULL)
    {
        call_fail(call, "the upgrade was answered: %.*s",
                  (int) strcspn(data, "\r\n"), data);
        return 0;
    }

    call_start(call);

    return (size_t) (end + 4 - data);
}

static void
call_on_twiml(load_call_t *call, char *data, size_t len)
{
    load_stream_t stream;

    data[len] = '\0';

    if (strncmp(data, "HTTP/1.1 200 ", 13) != 0
        || load_stream_read(&stream, data) < 0)
    {
        call_fail(call, "the webhook was answered: %.*s ... %.120s",
                  (int) strcspn(data, "\r\n"), data,
                  strstr(data, "\r\n\r\n") != NULL
                      ? strstr(data, "\r\n\r\n") + 4
                      : "");
        return;
    }

    strcpy(call->parameters, stream.parameters);

    (void) close(call->fd);
    call_keep(call, (uint8_t *) stream.url, strlen(stream.url) + 1);
    call_connect(call, LOAD_CALL_OPENING);
}

static void
call_start(load_call_t *call)
{
    uint64_t now = load_now_ns();

    call->state = LOAD_CALL_LIVE;
    call->host->live++;

    call_say(call, "{\"event\":\"connected\",\"protocol\":\"Call\","
                   "\"version\":\"1.0.0\"}");
    call_say(call,
             "{\"event\":\"start\",\"sequenceNumber\":\"%u\",\"start\":{"
             "\"accountSid\":\"%s\",\"streamSid\":\"%s\",\"callSid\":\"%s\","
             "\"tracks\":[\"inbound\"],\"mediaFormat\":{\"encoding\":"
             "\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1},"
             "\"customParameters\":{%s}},\"streamSid\":\"%s\"}",
             ++call->sequence, call->host->carrier.account_sid,
             call->stream_sid, call->call_sid, call->parameters,
             call->stream_sid);

    /* The first time that its place in the 20 ms comes round. */
    call->due_ns = now - now % LOAD_FRAME_NS + call->phase_ns;
    if (call->due_ns <= now) {
        call->due_ns += LOAD_FRAME_NS;
    }
}

/* By the golden ratio again: never all of them at once. */
static void
call_speak(const load_call_t *call, uint8_t *frame)
{
    uint32_t all = call->host->audio_frames;
    double   from = 0.6180339887498949 * call->number;
    uint32_t at = (uint32_t) ((from - (double) (uint32_t) from) * all);

    memcpy(frame,
           call->host->audio
               + (size_t) ((at + call->frames) % all) * LOAD_FRAME_BYTES,
           LOAD_FRAME_BYTES);
}

static void
call_on_message(load_call_t *call, const char *text, size_t len,
                uint64_t now_ns)
{
    size_t      sid_len, event_len;
    const char *sid, *event;

    event = find_value(text, len, "event", &event_len);
    sid = find_value(text, len, "streamSid", &sid_len);

    if (event == NULL || sid == NULL) {
        call->host->window.damaged++;
        return;
    }

    if (sid_len != LOAD_SID_BYTES - 1
        || memcmp(sid, call->stream_sid, sid_len) != 0)
    {
        call->host->window.foreign++;
        return;
    }

    if (event_len == 5 && memcmp(event, "media", 5) == 0) {
        call_on_media(call, text, len, now_ns);

    } else if (event_len == 4 && memcmp(event, "mark", 4) == 0) {
        call_on_mark(call, text, len, now_ns);

    } else if (event_len == 5 && memcmp(event, "clear", 5) == 0) {
        call->host->clears++;
        call->played_ns = now_ns;
        call_send_marks(call, UINT64_MAX);
    }
}

/* Any number of frames may be in one message. */
static void
call_on_media(load_call_t *call, const char *text, size_t len, uint64_t now_ns)
{
    long           n;
    size_t         i, payload_len;
    const char    *payload;
    static uint8_t bytes[READ_BYTES];

    payload = find_value(text, len, "payload", &payload_len);
    n = payload == NULL ? -1
                        : load_base64_decode(bytes, payload, payload_len);
    if (n < 0) {
        call->host->window.damaged++;
        return;
    }

    call_answered(call);

    if (call->played_ns < now_ns) {
        call->played_ns = now_ns;
    }

    call->played_ns += (uint64_t) n * 125000; /* 8000 bytes a second */

    if (call->host->audio != NULL) {
        call->host->window.heard += (uint64_t) n / LOAD_FRAME_BYTES;
        return;
    }

    for (i = 0; i + LOAD_FRAME_BYTES <= (size_t) n; i += LOAD_FRAME_BYTES) {
        call_on_frame(call, bytes + i, now_ns);
    }
}

/* In a window of 64 numbers below the highest, each is seen once. */
static void
call_on_frame(load_call_t *call, const uint8_t *frame, uint64_t now_ns)
{
    uint32_t       behind;
    load_stamp_t   stamp;
    load_window_t *window = &call->host->window;

    if (load_stamp_read(&stamp, frame) < 0) {
        /* Speech, say: only an echo gives back what was sent. */
        window->damaged++;
        return;
    }

    if (stamp.call != call->number) {
        window->foreign++;
        return;
    }

    if (stamp.sequence >= call->heard) {
        behind = stamp.sequence + 1 - call->heard;
        call->seen = behind < 64 ? call->seen << behind | 1 : 1;
        call->heard = stamp.sequence + 1;

    } else {
        behind = call->heard - 1 - stamp.sequence;
        if (behind >= 64 || (call->seen >> behind & 1) != 0) {
            window->duplicated++;
            return;
        }

        call->seen |= UINT64_C(1) << behind;
        window->reordered++;
    }

    if (stamp.sent_ns >= window->from_ns && stamp.sent_ns < window->to_ns) {
        window->received++;
        load_histogram_add(&window->trip, now_ns - stamp.sent_ns);
    }
}

static void
call_on_mark(load_call_t *call, const char *text, size_t len, uint64_t now_ns)
{
    size_t       name_len;
    const char  *name;
    load_mark_t *mark;

    name = find_value(text, len, "name", &name_len);
    if (name == NULL || name_len >= sizeof(mark->name)) {
        call->host->window.damaged++;
        return;
    }

    if (call->mark_count == LOAD_MARKS_MAX) {
        call_send_marks(call, UINT64_MAX);
    }

    mark = &call->marks[call->mark_count++];
    memcpy(mark->name, name, name_len);
    mark->name[name_len] = '\0';
    mark->due_ns = call->played_ns;

    call_send_marks(call, now_ns);
}

static void
call_send_marks(load_call_t *call, uint64_t now_ns)
{
    unsigned i;

    for (i = 0; i < call->mark_count && call->marks[i].due_ns <= now_ns; i++) {
        call_say(call,
                 "{\"event\":\"mark\",\"sequenceNumber\":\"%u\",\"streamSid\":"
                 "\"%s\",\"mark\":{\"name\":\"%s\"}}",
                 ++call->sequence, call->stream_sid, call->marks[i].name);
        call->host->marks++;
    }

    call->mark_count -= i;
    memmove(call->marks, call->marks + i,
            call->mark_count * sizeof(load_mark_t));
}

static void
call_say(load_call_t *call, const char *format, ...)
{
    int            n;
    size_t         len;
    va_list        args;
    uint8_t       *frame;
    static uint8_t buf[LOAD_WIRE_HEAD + MESSAGE_MAX];

    va_start(args, format);
    n = vsnprintf((char *) buf + LOAD_WIRE_HEAD, MESSAGE_MAX, format, args);
    va_end(args);

    if (n < 0 || n >= MESSAGE_MAX) {
        call_fail(call, "a message is too long");
        return;
    }

    frame = load_wire_close(buf, LOAD_WIRE_TEXT, (size_t) n, &len);

    if (call->fd >= 0 && call_send(call, frame, len) < 0) {
        call_fail(call, "send: %s", strerror(errno));
    }
}

/* Sends it, behind what is left from before; keeps what is not taken. */
static int
call_send(load_call_t *call, const void *data, size_t len)
{
    char   *both;
    ssize_t n;

    if (call->unsent_len > 0) {
        both = realloc(call->unsent, call->unsent_len + len);
        if (both == NULL) {
            return -1;
        }

        if (len > 0) {
            memcpy(both + call->unsent_len, data, len);
        }
        call->unsent = both;
        call->unsent_len += len;
        data = both;
        len = call->unsent_len;
    }

    n = send(call->fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            return -1;
        }
        n = 0;
    }

    if ((size_t) n == len) {
        if (call->unsent_len > 0) {
            call->unsent_len = 0;
            call_watch(call, EPOLL_CTL_MOD, EPOLLIN);
        }
        return 0;
    }

    if (call->unsent_len == 0) {
        call_watch(call, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
        free(call->unsent);
        call->unsent = malloc(len);
        if (call->unsent == NULL) {
            return -1;
        }
    }

    memmove(call->unsent, (const char *) data + n, len - (size_t) n);
    call->unsent_len = len - (size_t) n;

    return 0;
}

static void
call_keep(load_call_t *call, const uint8_t *data, size_t len)
{
    uint8_t *grown;

    if (len > call->held_room) {
        grown = realloc(call->held, len);
        if (grown == NULL) {
            call_fail(call, "out of memory");
            return;
        }
        call->held = grown;
        call->held_room = len;
    }

    if (len > 0) {
        memcpy(call->held, data, len);
    }
    call->held_len = len;
}

/* The string that belongs to a key, wherever in the message it is. */
static const char *
find_value(const char *text, size_t len, const char *key, size_t *value_len)
{
    size_t      key_len = strlen(key);
    const char *p = text, *end = text + len, *from;

    while ((p = memmem(p, (size_t) (end - p), key, key_len)) != NULL) {
        from = p + key_len;

        if (p > text && p[-1] == '"' && end - from > 3 && *from == '"') {
            for (from++; from < end && (*from == ':' || *from == ' '); from++) {
                /* void */
            }

            if (from < end && *from == '"') {
                from++;
                p = memchr(from, '"', (size_t) (end - from));
                *value_len = p != NULL ? (size_t) (p - from) : 0;
                return p != NULL ? from : NULL;
            }
        }

        p += key_len;
    }

    return NULL;
}
