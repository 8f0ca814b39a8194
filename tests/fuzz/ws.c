/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_frame.h"
#include "tests/fuzz/fuzz.h"

/*
 * What a peer sends over a WebSocket: however it comes in pieces, the same
 * bytes are the same messages, are answered with the same bytes, and are what
 * the standard's plain reading (below) says they are.
 *
 * Input: a byte (bits 0-2: after how many messages we say goodbye, 0 never;
 * bit 3: what follows are frames to be made, not bytes; bit 4: goodbye leaves
 * at once), a byte that seeds where the bytes are split, then either bytes, or
 * frames: a first byte, a byte of choices (bits 0-1: the length is told in 0,
 * 2 or 8 bytes more; 2: it is not masked; 3: cut short; 4-7: how often the
 * text is doubled), a byte of length, and that many bytes, which are masked.
 */

#define STREAM_MAX  (2 * NGX_FRONTDESK_FRAME_MESSAGE_MAX + 4096)
#define MESSAGES    4096
#define CLOSE_WRONG 1002
#define CLOSE_TEXT  1007
#define CLOSE_BIG   1009

typedef struct {
    uint8_t  data[STREAM_MAX]; /* of all messages, one behind the other */
    size_t   len;
    size_t   ends[MESSAGES];
    uint8_t  opcodes[MESSAGES];
    size_t   count;
    uint8_t  pongs[STREAM_MAX + 2 * MESSAGES];
    size_t   pongs_len;
    unsigned close; /* the code that is said, 0: none, 1: none in a close */
    unsigned is_long_text;
} heard_t;

typedef struct {
    uint8_t *data;
    size_t   len;
    unsigned goodbye_after;
    unsigned sends_goodbye;
    uint64_t split; /* 0: not at all */
} stream_t;

static heard_t whole, pieces, plain;

static void make_frames(stream_t *s, fuzz_input_t *in);
static size_t make_frame(uint8_t *to, size_t room, fuzz_input_t *in);
static void read_stream(const stream_t *s, heard_t *heard);
static size_t read_some(ngx_frontdesk_frame_t *f, const stream_t *s,
                        const uint8_t *data, size_t len, heard_t *heard);
static void hear(heard_t *heard, const ngx_frontdesk_frame_message_t *m);
static void read_answer(ngx_frontdesk_frame_t *f, heard_t *heard);
static void read_plainly(const stream_t *s, heard_t *heard);
static size_t plain_frame(const uint8_t *at, size_t len, heard_t *heard,
                          unsigned *message);
static void plain_close(const uint8_t *text, size_t len, heard_t *heard);
static int is_utf8(const uint8_t *text, size_t len, int is_whole);
static void compare(const heard_t *a, const heard_t *b);

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    unsigned        choices, seed;
    stream_t        s;
    fuzz_input_t    in = { input, bytes };
    static uint8_t  room[STREAM_MAX];

    memset(&s, 0, sizeof(s));
    choices = (unsigned) fuzz_take(&in, 1);
    seed = (unsigned) fuzz_take(&in, 1);
    s.goodbye_after = choices & 7;
    s.sends_goodbye = choices & 16;
    s.data = room;

    if (choices & 8) {
        make_frames(&s, &in);
    } else if (in.bytes > 0) {
        s.len = in.bytes < STREAM_MAX ? in.bytes : STREAM_MAX;
        memcpy(s.data, in.at, s.len);
    }

    read_stream(&s, &whole);
    s.split = seed * 2 + 1;
    read_stream(&s, &pieces);
    compare(&whole, &pieces);

    if (s.goodbye_after == 0) {
        read_plainly(&s, &plain);

        /* A pong that had not left before the end need not be sent any more. */
        if (plain.close != 0) {
            plain.pongs_len = 0;
            whole.pongs_len = 0;
        }

        /* One that is too long may have been found not to be text before. */
        if (plain.is_long_text && whole.close == CLOSE_TEXT) {
            plain.close = CLOSE_TEXT;
        }

        compare(&plain, &whole);
    }

    return 0;
}

static void
make_frames(stream_t *s, fuzz_input_t *in)
{
    while (in->bytes > 0 && s->len + 14 < STREAM_MAX) {
        s->len += make_frame(s->data + s->len, STREAM_MAX - s->len, in);
    }
}

static size_t
make_frame(uint8_t *to, size_t room, fuzz_input_t *in)
{
    size_t   len, times, wide, i, n = 0;
    unsigned choices;
    uint8_t *p = to;

    static const size_t  wides[] = { 0, 2, 8, 0 };
    static const uint8_t key[] = { 0x9a, 0x00, 0x7f, 0x31 };

    *p++ = (uint8_t) fuzz_take(in, 1);
    choices = (unsigned) fuzz_take(in, 1);
    n = (size_t) fuzz_take(in, 1);
    n = n < in->bytes ? n : in->bytes;
    times = choices >> 4;
    len = n << times;

    wide = wides[choices & 3];
    wide = wide == 0 && len > 125 ? 2 : wide;
    wide = wide == 2 && len > 0xffff ? 8 : wide;

    *p++ = (uint8_t) ((choices & 4 ? 0 : 0x80)
                      | (wide == 0 ? len : (wide == 2 ? 126 : 127)));
    for (i = wide; i > 0; i--) {
        *p++ = (uint8_t) (len >> 8 * (i - 1));
    }

    if ((choices & 4) == 0) {
        memcpy(p, key, sizeof(key));
        p += sizeof(key);
    }

    room -= (size_t) (p - to);
    for (i = 0; i < len && i < room && (i < len / 2 || !(choices & 8)); i++) {
        *p++ = in->at[i % n] ^ (choices & 4 ? 0 : key[i % sizeof(key)]);
    }

    in->at += n;
    in->bytes -= n;

    return (size_t) (p - to);
}

/* As ngx_frontdesk_ws.c does it: what is not taken is read again, with more. */
static void
read_stream(const stream_t *s, heard_t *heard)
{
    size_t                end = 0, begin = 0;
    uint64_t              state = s->split;
    ngx_frontdesk_frame_t f;

    memset(&f, 0, sizeof(f));
    heard->len = heard->count = heard->pongs_len = 0;
    heard->close = 0;

    while (end < s->len) {
        if (s->split == 0) {
            end = s->len;
        } else {
            /* Some forty pieces, of one byte at least. */
            state = state * 6364136223846793005 + 1442695040888963407;
            end += 1 + (state >> 33) % (s->len / 20 + 2);
            end = end < s->len ? end : s->len;
        }

        begin += read_some(&f, s, s->data + begin, end - begin, heard);
    }

    read_answer(&f, heard);
    ngx_frontdesk_frame_free(&f);
}

static size_t
read_some(ngx_frontdesk_frame_t *f, const stream_t *s, const uint8_t *data,
          size_t len, heard_t *heard)
{
    size_t                        at = 0;
    uint8_t                      *copy = malloc(len);
    ngx_frontdesk_frame_e         rc;
    ngx_frontdesk_frame_message_t m;

    /* Of its exact size, so that one byte too far is caught. */
    FUZZ_CHECK(copy != NULL);
    memcpy(copy, data, len);

    while (at < len) {
        rc = ngx_frontdesk_frame_take(f, copy + at, len - at, &m);
        if (rc == NGX_FRONTDESK_FRAME_PART) {
            FUZZ_CHECK(len - at < NGX_FRONTDESK_FRAME_MESSAGE_MAX + 14);
            break;
        }

        FUZZ_CHECK(rc != NGX_FRONTDESK_FRAME_ERROR);
        FUZZ_CHECK((rc == NGX_FRONTDESK_FRAME_CLOSING) <= f->closing);
        FUZZ_CHECK(m.taken > 0 && m.taken <= len - at);
        at += m.taken;
        hear(heard, &m);

        if (s->goodbye_after != 0 && heard->count >= s->goodbye_after
            && !f->closing)
        {
            FUZZ_CHECK(ngx_frontdesk_frame_close(f, 1008, "enough") == 0);
            if (s->sends_goodbye) {
                read_answer(f, heard);
            }
        }
    }

    free(copy);

    return at;
}

static void
hear(heard_t *heard, const ngx_frontdesk_frame_message_t *m)
{
    if (m->opcode != NGX_FRONTDESK_FRAME_TEXT
        && m->opcode != NGX_FRONTDESK_FRAME_BINARY)
    {
        return;
    }

    FUZZ_CHECK(m->len <= NGX_FRONTDESK_FRAME_MESSAGE_MAX);
    FUZZ_CHECK(m->opcode != NGX_FRONTDESK_FRAME_TEXT
               || is_utf8(m->data, m->len, 1));

    if (heard->count < MESSAGES) {
        memcpy(heard->data + heard->len, m->data, m->len);
        heard->len += m->len;
        heard->opcodes[heard->count] = (uint8_t) m->opcode;
        heard->ends[heard->count++] = heard->len;
    }
}

/* What we would send: pongs, then perhaps a close; well framed. */
static void
read_answer(ngx_frontdesk_frame_t *f, heard_t *heard)
{
    size_t         at, len;
    const uint8_t *p;

    FUZZ_CHECK(ngx_frontdesk_frame_prepare(f) == 0);

    for (at = 0; at < f->out.len; at += 2 + len) {
        p = f->out.data + at;
        FUZZ_CHECK(f->out.len - at >= 2 && p[1] <= 125);
        len = p[1];
        FUZZ_CHECK(f->out.len - at >= 2 + len && heard->close == 0);

        if (p[0] == (0x80 | NGX_FRONTDESK_FRAME_PONG)) {
            memcpy(heard->pongs + heard->pongs_len, p, 2 + len);
            heard->pongs_len += 2 + len;
        } else {
            FUZZ_CHECK(p[0] == (0x80 | NGX_FRONTDESK_FRAME_CLOSE));
            FUZZ_CHECK(len != 1 && f->closing);
            heard->close = len == 0 ? 1 : (unsigned) p[2] << 8 | p[3];
        }
    }

    FUZZ_CHECK(f->closing == (heard->close != 0));
    ngx_frontdesk_frame_sent(f, f->out.len);
}

/* RFC 6455 section 5, a frame at a time, with no state but the message's. */
static void
read_plainly(const stream_t *s, heard_t *heard)
{
    size_t   at = 0, n;
    unsigned message = 0; /* the opcode of one in several frames */

    heard->len = heard->count = heard->pongs_len = 0;
    heard->close = 0;
    heard->is_long_text = 0;

    while (at < s->len && heard->close == 0) {
        n = plain_frame(s->data + at, s->len - at, heard, &message);
        if (n == 0) {
            break;
        }

        at += n;
    }

    /* What stands there of a message that never became whole. */
    heard->len = heard->count > 0 ? heard->ends[heard->count - 1] : 0;
}

/* Returns its bytes, 0 when it is not whole; a fault is heard->close. */
static size_t
plain_frame(const uint8_t *at, size_t len, heard_t *heard, unsigned *message)
{
    int      fin;
    size_t   head, i, begin;
    uint8_t *to;
    uint64_t size;
    unsigned opcode;

    if (len < 2) {
        return 0;
    }

    fin = at[0] >> 7;
    opcode = at[0] & 0xf;
    size = at[1] & 0x7f;

    if ((at[0] & 0x70) != 0 || (at[1] & 0x80) == 0
        || (opcode >= 8 && size > 125))
    {
        heard->close = CLOSE_WRONG;
        return len;
    }

    head = size < 126 ? 6 : (size == 126 ? 8 : 14);
    if (len < head) {
        return 0;
    }

    for (i = 2, size = head > 6 ? 0 : size; i < head - 4; i++) {
        size = size << 8 | at[i];
    }

    if (size > NGX_FRONTDESK_FRAME_MESSAGE_MAX) {
        heard->close = CLOSE_BIG;
        return len;
    }

    if (len - head < size) {
        return 0;
    }

    if ((opcode > 2 && opcode < 8) || opcode > 10 || (opcode >= 8 && !fin)
        || (head == 8 && size < 126) || (head == 14 && size <= 0xffff)
        || (opcode == 0 && *message == 0)
        || ((opcode == 1 || opcode == 2) && *message != 0))
    {
        heard->close = CLOSE_WRONG;
        return len;
    }

    if (opcode >= 8) {
        to = heard->pongs + heard->pongs_len;
        to[0] = 0x80 | NGX_FRONTDESK_FRAME_PONG;
        to[1] = (uint8_t) size;
        for (i = 0; i < size; i++) {
            to[2 + i] = at[head + i] ^ at[head - 4 + i % 4];
        }

        if (opcode == NGX_FRONTDESK_FRAME_PING) {
            heard->pongs_len += 2 + (size_t) size;
        } else if (opcode == NGX_FRONTDESK_FRAME_CLOSE) {
            plain_close(to + 2, (size_t) size, heard);
        }

        return head + (size_t) size;
    }

    begin = heard->count > 0 ? heard->ends[heard->count - 1] : 0;
    if (heard->len - begin + size > NGX_FRONTDESK_FRAME_MESSAGE_MAX) {
        heard->close = CLOSE_BIG;
        heard->is_long_text = *message == NGX_FRONTDESK_FRAME_TEXT;
        return len;
    }

    for (i = 0; i < size; i++) {
        heard->data[heard->len++] = at[head + i] ^ at[head - 4 + i % 4];
    }

    *message = opcode != 0 ? opcode : *message;

    if (*message == NGX_FRONTDESK_FRAME_TEXT
        && !is_utf8(heard->data + begin, heard->len - begin, fin))
    {
        heard->close = CLOSE_TEXT;
        return len;
    }

    if (fin && heard->count < MESSAGES) {
        heard->opcodes[heard->count] = (uint8_t) *message;
        heard->ends[heard->count++] = heard->len;
        *message = 0;
    }

    return head + (size_t) size;
}

/* RFC 6455 sections 5.5.1, 7.4. */
static void
plain_close(const uint8_t *text, size_t len, heard_t *heard)
{
    unsigned code;

    if (len == 0) {
        heard->close = 1;
        return;
    }

    if (len == 1) {
        heard->close = CLOSE_WRONG;
        return;
    }

    /* Both may be wrong: the standard does not say which is said then. */
    if (!is_utf8(text + 2, len - 2, 1)) {
        heard->close = CLOSE_TEXT;
        return;
    }

    code = (unsigned) text[0] << 8 | text[1];
    if (code < 1000 || code > 4999 || (code > 1011 && code < 3000)
        || (code >= 1004 && code <= 1006))
    {
        heard->close = CLOSE_WRONG;
        return;
    }

    heard->close = code;
}

/* RFC 3629 section 4. One that is not whole may end within a character. */
static int
is_utf8(const uint8_t *text, size_t len, int is_whole)
{
    size_t  i, j, more;
    uint8_t c, low, high;

    for (i = 0; i < len; i += more + 1) {
        c = text[i];
        low = 0x80;
        high = 0xbf;

        if (c < 0x80) {
            more = 0;
        } else if (c >= 0xc2 && c <= 0xdf) {
            more = 1;
        } else if (c >= 0xe0 && c <= 0xef) {
            more = 2;
            low = c == 0xe0 ? 0xa0 : low;
            high = c == 0xed ? 0x9f : high;
        } else if (c >= 0xf0 && c <= 0xf4) {
            more = 3;
            low = c == 0xf0 ? 0x90 : low;
            high = c == 0xf4 ? 0x8f : high;
        } else {
            return 0;
        }

        for (j = 1; j <= more; j++, low = 0x80, high = 0xbf) {
            if (i + j == len) {
                return !is_whole;
            }

            if (text[i + j] < low || text[i + j] > high) {
                return 0;
            }
        }
    }

    return 1;
}

static void
compare(const heard_t *a, const heard_t *b)
{
    if (a->count != b->count || a->close != b->close) {
        (void) fprintf(stderr, "%zu messages and %u, or %zu and %u\n",
                       a->count, a->close, b->count, b->close);
    }

    FUZZ_CHECK(a->count == b->count && a->len == b->len);
    FUZZ_CHECK(memcmp(a->opcodes, b->opcodes, a->count) == 0);
    FUZZ_CHECK(memcmp(a->ends, b->ends, a->count * sizeof(a->ends[0])) == 0);
    FUZZ_CHECK(memcmp(a->data, b->data, a->len) == 0);
    FUZZ_CHECK(a->close == b->close);
    FUZZ_CHECK(a->pongs_len == b->pongs_len
               && memcmp(a->pongs, b->pongs, a->pongs_len) == 0);
}
