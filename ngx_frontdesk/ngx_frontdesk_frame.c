/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "ngx_frontdesk_frame.h"

#define FRAME_FIN     0x80
#define FRAME_RSV     0x70
#define FRAME_CONTROL 0x08
#define FRAME_MASKED  0x80
#define FRAME_KEY     4 /* bytes of a masking key */

#define FRAME_OUT_MIN 512
#define FRAME_OUT_KEPT 1024 /* when all of it was sent */

/* RFC 6455 section 7.4.1. */
#define FRAME_CLOSE_WRONG 1002
#define FRAME_CLOSE_BIG   1009

static size_t frame_size(const uint8_t *data, size_t len, size_t *head,
    unsigned *fault);
static int frame_text(const ngx_frontdesk_frame_t *f, uint8_t *frame,
    size_t head, size_t len, ngx_frontdesk_frame_message_t *message);
static int frame_unmask(uint8_t *text, size_t len, const uint8_t *key);


/*
 * A text in one frame is handed on where it lies; wslay gets all others, one
 * at a time, so that it always stands between two frames.
 */
ngx_frontdesk_frame_e
ngx_frontdesk_frame_take(ngx_frontdesk_frame_t *f, uint8_t *data, size_t len,
    ngx_frontdesk_frame_message_t *message)
{
    size_t n, head;
    unsigned fault = 0;

    message->opcode = NGX_FRONTDESK_FRAME_NONE;

    if (f->closing && ngx_frontdesk_frame_has_ended(f)) {
        message->taken = len; /* nobody understands it any more */
        return NGX_FRONTDESK_FRAME_TAKEN;
    }

    n = frame_size(data, len, &head, &fault);

    if (fault != 0) {
        message->taken = len;
        return ngx_frontdesk_frame_fail(f, fault) == 0
                   ? NGX_FRONTDESK_FRAME_CLOSING
                   : NGX_FRONTDESK_FRAME_ERROR;
    }

    if (n == 0) {
        return NGX_FRONTDESK_FRAME_PART;
    }

    message->taken = n;
    if (frame_text(f, data, head, n, message)) {
        return NGX_FRONTDESK_FRAME_TAKEN;
    }

    return ngx_frontdesk_frame_feed(f, data, n, message);
}

uint8_t *
ngx_frontdesk_frame_text(ngx_frontdesk_frame_t *f, size_t len)
{
    uint8_t *p;
    size_t head = len < 126 ? 2 : 4;

    if (len > 0xffff) {
        return NULL;
    }

    p = ngx_frontdesk_frame_reserve(&f->out, head + len);
    if (p == NULL) {
        return NULL;
    }

    /* RFC 6455 section 5.2: a whole message, not masked. */
    *p++ = FRAME_FIN | NGX_FRONTDESK_FRAME_TEXT;

    if (head == 2) {
        *p++ = (uint8_t) len;
    } else {
        *p++ = 126;
        *p++ = (uint8_t) (len >> 8);
        *p++ = (uint8_t) len;
    }

    f->out.len += head + len;

    return p;
}

void
ngx_frontdesk_frame_sent(ngx_frontdesk_frame_t *f, size_t n)
{
    f->out.len -= n;
    if (f->out.len > 0) {
        memmove(f->out.data, f->out.data + n, f->out.len);
        return;
    }

    /* What a burst has taken; a frame at a time keeps its room. */
    if (f->out.room > FRAME_OUT_KEPT) {
        free(f->out.data);
        f->out.data = NULL;
        f->out.room = 0;
    }
}

int
ngx_frontdesk_frame_keep(ngx_frontdesk_frame_bytes_t *kept,
    const uint8_t *data, size_t len)
{
    if (len > kept->room) {
        free(kept->data);
        kept->len = 0;
        kept->room = 0;
        kept->data = malloc(len);
        if (kept->data == NULL) {
            return -1;
        }
        kept->room = len;
    }

    if (len > 0) {
        memcpy(kept->data, data, len);
    }
    kept->len = len;

    return 0;
}

uint8_t *
ngx_frontdesk_frame_reserve(ngx_frontdesk_frame_bytes_t *out, size_t len)
{
    size_t room;
    uint8_t *grown;

    if (out->len + len > NGX_FRONTDESK_FRAME_PENDING_MAX) {
        return NULL;
    }

    if (out->len + len > out->room) {
        for (room = FRAME_OUT_MIN; room < out->len + len; room *= 2) {
            /* void */
        }

        grown = realloc(out->data, room);
        if (grown == NULL) {
            return NULL;
        }

        out->data = grown;
        out->room = room;
    }

    return out->data + out->len;
}

/*
 * RFC 6455 section 5.2: bytes of the first frame, or 0 when it is not whole.
 * Where one ends whose head is wrong, or that is longer than a message may
 * be, is not waited for: `fault` is the code it is answered with.  wslay
 * would want more of it, and what came next would be taken for a frame.
 */
static size_t
frame_size(const uint8_t *data, size_t len, size_t *head, unsigned *fault)
{
    size_t i;
    uint64_t size;

    *head = 0;

    if (len < 2) {
        return 0;
    }

    size = data[1] & 0x7f;

    /* Of control frames none is long. */
    if ((data[0] & FRAME_RSV) != 0 || (data[1] & FRAME_MASKED) == 0
        || (size > 125 && (data[0] & FRAME_CONTROL) != 0))
    {
        *fault = FRAME_CLOSE_WRONG;
        return 0;
    }

    *head = size < 126 ? 6 : (size == 126 ? 8 : 14);

    if (len < *head) {
        return 0;
    }

    if (*head > 6) {
        size = 0;
        for (i = 2; i < *head - FRAME_KEY; i++) {
            size = size << 8 | data[i];
        }
    }

    if (size > NGX_FRONTDESK_FRAME_MESSAGE_MAX) {
        *fault = FRAME_CLOSE_BIG;
        return 0;
    }

    return len < *head + size ? 0 : *head + (size_t) size;
}

/*
 * Whether it was a text in one masked frame, and ASCII alone, which is all
 * that a media message is made of.
 */
static int
frame_text(const ngx_frontdesk_frame_t *f, uint8_t *frame, size_t head,
    size_t len, ngx_frontdesk_frame_message_t *message)
{
    uint8_t key[FRAME_KEY], *text = frame + head;

    /* A length in more bytes than it needs is wslay's to refuse. */
    if (frame[0] != (FRAME_FIN | NGX_FRONTDESK_FRAME_TEXT) || head == 0
        || head > 8 || (head == 8 && len - head < 126) || f->pieces
        || f->closing)
    {
        return 0;
    }

    memcpy(key, text - sizeof(key), sizeof(key));
    len -= head;

    if (!frame_unmask(text, len, key)) {
        (void) frame_unmask(text, len, key); /* as it came */
        return 0;
    }

    message->opcode = NGX_FRONTDESK_FRAME_TEXT;
    message->data = text;
    message->len = len;

    return 1;
}

/* Returns whether there is nothing but ASCII. */
static int
frame_unmask(uint8_t *text, size_t len, const uint8_t *key)
{
    size_t i;
    uint32_t mask;
    uint64_t word, wide, seen = 0;

    memcpy(&mask, key, sizeof(mask));
    wide = (uint64_t) mask << 32 | mask;

    for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
        memcpy(&word, text + i, sizeof(word));
        word ^= wide;
        seen |= word;
        memcpy(text + i, &word, sizeof(word));
    }

    for ( /* void */ ; i < len; i++) {
        text[i] ^= key[i % FRAME_KEY];
        seen |= text[i];
    }

    return (seen & 0x8080808080808080) == 0;
}
