/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>
#include <wslay/wslay.h>

#include "net/ws_frames.h"

/* Frames a second that say nothing; more is an attack. */
#define EMPTY_MAX 1000

static int     frames_queue(ws_frames_t *frames, uint8_t opcode,
                            const void *bytes, size_t length);
static int     frames_late_code(const ws_frames_t *frames);
static ssize_t frames_on_recv(wslay_event_context_ptr ctx, uint8_t *to,
                              size_t room, int flags, void *data);
static ssize_t frames_on_send(wslay_event_context_ptr ctx,
                              const uint8_t *bytes, size_t length, int flags,
                              void *data);
static int     frames_on_mask(wslay_event_context_ptr ctx, uint8_t *to,
                              size_t length, void *data);
static void    frames_on_start(
       wslay_event_context_ptr                           ctx,
       const struct wslay_event_on_frame_recv_start_arg *arg, void *data);
static void frames_on_chunk(
    wslay_event_context_ptr                           ctx,
    const struct wslay_event_on_frame_recv_chunk_arg *arg, void *data);
static void frames_on_message(wslay_event_context_ptr                   ctx,
                              const struct wslay_event_on_msg_recv_arg *arg,
                              void                                     *data);
static void frames_take_goodbye(ws_frames_t   *frames,
                                const uint8_t *bytes, size_t length);

static const struct wslay_event_callbacks callbacks = {
    .recv_callback = frames_on_recv,
    .send_callback = frames_on_send,
    .genmask_callback = frames_on_mask,
    .on_frame_recv_start_callback = frames_on_start,
    .on_frame_recv_chunk_callback = frames_on_chunk,
    .on_msg_recv_callback = frames_on_message,
};

int
ws_bytes_add(ws_bytes_t *to, const void *bytes, size_t length)
{
    size_t   room;
    uint8_t *grown;

    if (to->bytes + length + 1 > to->room) {
        room = to->room < 256 ? 256 : to->room * 2;
        room = room < to->bytes + length + 1 ? to->bytes + length + 1 : room;

        grown = realloc(to->data, room);
        if (grown == NULL) {
            return -ENOMEM;
        }

        to->data = grown;
        to->room = room;
    }

    if (length > 0) {
        memcpy(to->data + to->bytes, bytes, length);
    }

    to->bytes += length;
    to->data[to->bytes] = '\0';

    return 0;
}

int
ws_frames_init(ws_frames_t *frames, size_t message_max,
               void (*on_message)(void *data, int is_text,
                                  const uint8_t *bytes, size_t length),
               void *data)
{
    memset(frames, 0, sizeof(*frames));
    frames->message_max = message_max;
    frames->on_message = on_message;
    frames->data = data;

    if (wslay_event_context_client_init(&frames->wslay, &callbacks, frames)
        != 0)
    {
        frames->wslay = NULL;
        return -ENOMEM;
    }

    wslay_event_config_set_no_buffering(frames->wslay, 1);
    wslay_event_config_set_max_recv_msg_length(frames->wslay, message_max);

    return 0;
}

void
ws_frames_clear(ws_frames_t *frames)
{
    if (frames->wslay != NULL) {
        wslay_event_context_free(frames->wslay);
    }

    free(frames->message.data);
    free(frames->out.data);
    memset(frames, 0, sizeof(*frames));
}

void
ws_frames_read(ws_frames_t *frames, const uint8_t *bytes, size_t length,
               uint64_t now_ms)
{
    int rc;

    frames->in = bytes;
    frames->in_bytes = length;
    frames->now_ms = now_ms;

    rc = wslay_event_recv(frames->wslay);
    frames->in_bytes = 0;

    if (rc == WSLAY_ERR_NOMEM) {
        frames->no_memory = 1;
    }

    if (frames_late_code(frames) != 0) {
        return;
    }

    /* wslay has said goodbye by itself: it was no frame, or none of a peer. */
    if (frames->broken == NULL && !frames->stopped
        && (rc != 0
            || (!wslay_event_get_close_received(frames->wslay)
                && !wslay_event_get_read_enabled(frames->wslay))))
    {
        frames->broken = "it sent what is no valid frame";
    }
}

int
ws_frames_has_closed(const ws_frames_t *frames, int *code)
{
    *code = frames_late_code(frames);
    if (*code != 0) {
        return 1;
    }

    if (!wslay_event_get_close_received(frames->wslay)) {
        return 0;
    }

    *code = wslay_event_get_status_code_received(frames->wslay);

    return 1;
}

int
ws_frames_text(ws_frames_t *frames, const void *bytes, size_t length)
{
    return frames_queue(frames, WSLAY_TEXT_FRAME, bytes, length);
}

int
ws_frames_binary(ws_frames_t *frames, const void *bytes, size_t length)
{
    return frames_queue(frames, WSLAY_BINARY_FRAME, bytes, length);
}

int
ws_frames_ping(ws_frames_t *frames)
{
    return frames_queue(frames, WSLAY_PING, NULL, 0);
}

int
ws_frames_close(ws_frames_t *frames, uint16_t code)
{
    /* wslay sends goodbyes before all else: so that is framed now. */
    if (ws_frames_flush(frames) < 0) {
        return -ENOMEM;
    }

    switch (wslay_event_queue_close(frames->wslay, code, NULL, 0)) {
    case 0:
        return 0;
    case WSLAY_ERR_NO_MORE_MSG:
        return -EPIPE;
    default:
        return -ENOMEM;
    }
}

int
ws_frames_flush(ws_frames_t *frames)
{
    return !wslay_event_want_write(frames->wslay)
                   || wslay_event_send(frames->wslay) == 0
               ? 0
               : -ENOMEM;
}

size_t
ws_frames_waiting(const ws_frames_t *frames)
{
    return wslay_event_get_queued_msg_length(frames->wslay);
}

/*
 * IANA has given out codes that wslay does not know: restart, try again
 * later, bad gateway. Returns one of them that was said, else 0.
 */
static int
frames_late_code(const ws_frames_t *frames)
{
    int code = frames->goodbye[0] << 8 | frames->goodbye[1];

    return frames->goodbye_bytes >= 2 && code >= 1012 && code <= 1014 ? code
                                                                      : 0;
}

static int
frames_queue(ws_frames_t *frames, uint8_t opcode, const void *bytes,
             size_t length)
{
    struct wslay_event_msg message = { opcode, bytes, length };

    switch (wslay_event_queue_msg(frames->wslay, &message)) {
    case 0:
        return 0;
    case WSLAY_ERR_NO_MORE_MSG:
        return -EPIPE;
    default:
        return -ENOMEM;
    }
}

static ssize_t
frames_on_recv(wslay_event_context_ptr ctx, uint8_t *to, size_t room,
               int flags, void *data)
{
    size_t       n;
    ws_frames_t *frames = data;

    (void) flags;
    n = frames->in_bytes < room ? frames->in_bytes : room;

    if (n == 0 || frames->broken != NULL || frames->no_memory
        || frames->stopped)
    {
        wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }

    memcpy(to, frames->in, n);
    frames->in += n;
    frames->in_bytes -= n;

    return (ssize_t) n;
}

static ssize_t
frames_on_send(wslay_event_context_ptr ctx, const uint8_t *bytes,
               size_t length, int flags, void *data)
{
    ws_frames_t *frames = data;

    (void) flags;

    if (ws_bytes_add(&frames->out, bytes, length) < 0) {
        wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
        return -1;
    }

    return (ssize_t) length;
}

/* RFC 6455, 10.3: what nobody can foretell, a new one for each frame. */
static int
frames_on_mask(wslay_event_context_ptr ctx, uint8_t *to, size_t length,
               void *data)
{
    (void) data;

    if (RAND_bytes(to, (int) length) != 1) {
        wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
        return -1;
    }

    return 0;
}

static void
frames_on_start(wslay_event_context_ptr                           ctx,
                const struct wslay_event_on_frame_recv_start_arg *arg,
                void                                             *data)
{
    ws_frames_t *frames = data;

    (void) ctx;
    frames->in_control = wslay_is_ctrl_frame(arg->opcode);
    frames->in_close = arg->opcode == WSLAY_CONNECTION_CLOSE;

    if (frames->in_close) {
        frames->goodbye_bytes = 0;
        frames->message.bytes = 0;
    }

    if (frames->in_control || (arg->payload_length == 0 && !arg->fin)) {
        if (frames->now_ms >= frames->counted_ms + 1000) {
            frames->counted_ms = frames->now_ms;
            frames->empty_frames = 0;
        }

        if (++frames->empty_frames > EMPTY_MAX) {
            frames->broken = "it sends too many frames that say nothing";
        }
    }

    if (!frames->in_control && arg->opcode != WSLAY_CONTINUATION_FRAME) {
        frames->opcode = arg->opcode;
        frames->message.bytes = 0;
    }
}

static void
frames_on_chunk(wslay_event_context_ptr                           ctx,
                const struct wslay_event_on_frame_recv_chunk_arg *arg,
                void                                             *data)
{
    ws_frames_t *frames = data;

    (void) ctx;

    if (frames->in_close) {
        frames_take_goodbye(frames, arg->data, arg->data_length);
    }

    if (frames->in_control || frames->broken != NULL) {
        return;
    }

    /* wslay's own limit is of a frame; this one is of a message. */
    if (arg->data_length > frames->message_max - frames->message.bytes) {
        frames->broken = "its message is too long";
        return;
    }

    if (ws_bytes_add(&frames->message, arg->data, arg->data_length) < 0) {
        frames->no_memory = 1;
    }
}

static void
frames_on_message(wslay_event_context_ptr                   ctx,
                  const struct wslay_event_on_msg_recv_arg *arg, void *data)
{
    ws_frames_t *frames = data;

    (void) ctx;

    if (frames->broken != NULL || frames->no_memory || frames->stopped) {
        return;
    }

    /* RFC 6455, 5.5.1: a code has two bytes. */
    if (frames->in_close && frames->goodbye_bytes == 1) {
        frames->broken = "it sent what is no valid frame";
    }

    if (wslay_is_ctrl_frame(arg->opcode)) {
        return;
    }

    if (frames->message.data == NULL
        && ws_bytes_add(&frames->message, "", 0) < 0)
    {
        frames->no_memory = 1;
        return;
    }

    frames->on_message(frames->data, frames->opcode == WSLAY_TEXT_FRAME,
                       frames->message.data, frames->message.bytes);
    frames->message.bytes = 0;
}

/* A code and why, in pieces: that stays where messages are. */
static void
frames_take_goodbye(ws_frames_t *frames, const uint8_t *bytes, size_t length)
{
    for (; length > 0 && frames->goodbye_bytes < 2; bytes++, length--) {
        frames->goodbye[frames->goodbye_bytes++] = *bytes;
    }

    if (ws_bytes_add(&frames->message, bytes, length) < 0) {
        frames->no_memory = 1;
    }
}
