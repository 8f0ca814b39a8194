/* SPDX-License-Identifier: BSD-2-Clause */

#include "net/sse.h"
#include "tests/fuzz/fuzz.h"

/*
 * Server-sent events: however the bytes come in pieces, the same ones are the
 * same events. Input: a byte that seeds where they are cut, then the bytes.
 */

typedef struct {
    char   text[65536];
    size_t bytes;
    size_t count;
} heard_t;

static heard_t whole, pieces;

static void
hear(heard_t *heard, const char *text, size_t length)
{
    size_t room = sizeof(heard->text) - heard->bytes;

    length = length < room ? length : room;
    memcpy(heard->text + heard->bytes, text, length);
    heard->bytes += length;
}

static void
on_event(void *data, const char *event, const char *text, size_t length)
{
    heard_t *heard = data;

    FUZZ_CHECK(strlen(event) < 64 && strpbrk(event, "\r\n") == NULL);
    FUZZ_CHECK(length <= SSE_EVENT_MAX && text[length] == '\0');
    FUZZ_CHECK(memchr(text, '\r', length) == NULL);

    hear(heard, event, strlen(event) + 1);
    hear(heard, text, length);
    hear(heard, "\0", 1);
    heard->count++;
}

static int
feed(const uint8_t *bytes, size_t length, uint64_t split, heard_t *heard)
{
    int    is_within;
    char  *copy;
    size_t n;
    sse_t  sse;

    heard->bytes = 0;
    heard->count = 0;
    sse_init(&sse, on_event, heard);

    while (length > 0) {
        split = split * 6364136223846793005ULL + 1442695040888963407ULL;
        n = 1 + (size_t) (split >> 33) % 9;
        n = heard == &whole || n > length ? length : n;

        /* Of its exact size, so that one byte too far is caught. */
        copy = malloc(n);
        FUZZ_CHECK(copy != NULL);
        memcpy(copy, bytes, n);
        FUZZ_CHECK(sse_feed(&sse, copy, n) == 0);
        free(copy);

        bytes += n;
        length -= n;
    }

    is_within = sse_is_within(&sse);
    sse_clear(&sse);

    return is_within;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    int          one, two;
    fuzz_input_t in = { input, bytes };
    uint64_t     seed = fuzz_take(&in, 1);

    if (in.bytes > SSE_EVENT_MAX) {
        return 0;
    }

    one = feed(in.at, in.bytes, 1, &whole);
    two = feed(in.at, in.bytes, seed, &pieces);

    FUZZ_CHECK(one == two && whole.count == pieces.count);
    FUZZ_CHECK(whole.bytes == pieces.bytes
               && memcmp(whole.text, pieces.text, whole.bytes) == 0);

    return 0;
}
