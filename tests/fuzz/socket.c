/* SPDX-License-Identifier: BSD-2-Clause */

#include "net/ws_frames.h"
#include "tests/fuzz/fuzz.h"

/*
 * What a service sends over its WebSocket: however the bytes come in pieces,
 * the same ones are the same messages and the same end, and what we answer is
 * well framed and masked. Input: a byte that seeds where they are cut, then
 * the bytes.
 */
#define MESSAGE_MAX 4096

typedef struct {
    uint8_t  bytes[65536];
    size_t   length;
    size_t   count;
    int      code; /* -1: it was broken, 0: it goes on */
    unsigned pongs;
    unsigned in_close; /* in a goodbye or behind it */
} heard_t;

static heard_t whole, pieces;

static void
on_message(void *data, int is_text, const uint8_t *bytes, size_t length)
{
    heard_t *heard = data;

    FUZZ_CHECK(length <= MESSAGE_MAX && bytes[length] == '\0');

    if (heard->length + length + 1 <= sizeof(heard->bytes)) {
        heard->bytes[heard->length++] = (uint8_t) is_text;
        memcpy(heard->bytes + heard->length, bytes, length);
        heard->length += length;
    }

    heard->count++;
}

/* Control frames alone: pongs, and perhaps one goodbye behind them. */
static void
read_answer(const ws_bytes_t *out, heard_t *heard)
{
    size_t   at = 0, length;
    unsigned goodbyes = 0;

    while (at < out->bytes) {
        FUZZ_CHECK(out->bytes - at >= 6 && goodbyes == 0);
        FUZZ_CHECK(out->data[at] == 0x8a || out->data[at] == 0x88);
        goodbyes += out->data[at] == 0x88;
        heard->pongs += out->data[at] == 0x8a;

        FUZZ_CHECK((out->data[at + 1] & 0x80) != 0);
        length = out->data[at + 1] & 0x7f;
        FUZZ_CHECK(length <= 125 && out->bytes - at >= 6 + length);
        at += 6 + length;
    }
}

static void
feed(const uint8_t *bytes, size_t length, uint64_t split, heard_t *heard)
{
    int         code = 0;
    size_t      n;
    uint8_t    *copy;
    ws_frames_t frames;

    heard->length = 0;
    heard->count = 0;
    heard->code = 0;
    heard->pongs = 0;
    FUZZ_CHECK(ws_frames_init(&frames, MESSAGE_MAX, on_message, heard) == 0);

    while (length > 0 && frames.broken == NULL && code == 0) {
        split = split * 6364136223846793005ULL + 1442695040888963407ULL;
        n = 1 + (size_t) (split >> 33) % 9;
        n = heard == &whole || n > length ? length : n;

        copy = malloc(n);
        FUZZ_CHECK(copy != NULL);
        memcpy(copy, bytes, n);
        ws_frames_read(&frames, copy, n, 5000);
        free(copy);
        FUZZ_CHECK(!frames.no_memory);
        (void) ws_frames_has_closed(&frames, &code);

        bytes += n;
        length -= n;
    }

    heard->in_close = frames.in_close;
    heard->code = frames.broken != NULL ? -1 : code;
    FUZZ_CHECK(ws_frames_flush(&frames) == 0);

    if (heard->code != -1) {
        read_answer(&frames.out, heard);
    }

    ws_frames_clear(&frames);
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    fuzz_input_t in = { input, bytes };
    uint64_t     seed = fuzz_take(&in, 1);

    feed(in.at, in.bytes, 1, &whole);
    feed(in.at, in.bytes, seed, &pieces);

    FUZZ_CHECK(whole.count == pieces.count);
    FUZZ_CHECK(whole.in_close == pieces.in_close);

    /* That a goodbye's reason is no text is found sooner or later, or never. */
    FUZZ_CHECK(whole.in_close || whole.code == pieces.code);
    FUZZ_CHECK(whole.length == pieces.length
               && memcmp(whole.bytes, pieces.bytes, whole.length) == 0);

    return 0;
}
