/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_frame.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FIN 0x80
#define TEXT NGX_FRONTDESK_FRAME_TEXT
#define BINARY NGX_FRONTDESK_FRAME_BINARY
#define CLOSE NGX_FRONTDESK_FRAME_CLOSE
#define PING NGX_FRONTDESK_FRAME_PING
#define PONG NGX_FRONTDESK_FRAME_PONG
#define MESSAGE_MAX NGX_FRONTDESK_FRAME_MESSAGE_MAX

/* What a peer sends, and what came of it. */
static struct {
    uint8_t bytes[4 * MESSAGE_MAX];
    size_t  len;
} peer;

static struct {
    uint8_t  text[4 * MESSAGE_MAX]; /* messages, one behind the other */
    size_t   len;
    unsigned opcodes[64];
    size_t   count;
    unsigned closings;
} heard;

static ngx_frontdesk_frame_t frame;

static int
setup(void **state)
{
    (void) state;
    memset(&frame, 0, sizeof(frame));
    memset(&heard, 0, sizeof(heard));
    peer.len = 0;

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    ngx_frontdesk_frame_free(&frame);

    return 0;
}

/* A masked frame as a client sends it; `wide` bytes tell its length. */
static void
put_wide(unsigned first, const void *data, size_t len, unsigned wide)
{
    unsigned             i;
    size_t               n;
    uint8_t             *p = peer.bytes + peer.len;
    static const uint8_t key[] = { 0x9a, 0x00, 0x7f, 0x31 };

    *p++ = (uint8_t) first;
    *p++ = (uint8_t) (0x80 | (wide == 0 ? len : (wide == 2 ? 126 : 127)));

    for (i = wide; i > 0; i--) {
        *p++ = (uint8_t) (len >> 8 * (i - 1));
    }

    memcpy(p, key, sizeof(key));
    p += sizeof(key);

    for (n = 0; n < len; n++) {
        *p++ = ((const uint8_t *) data)[n] ^ key[n % sizeof(key)];
    }

    peer.len = (size_t) (p - peer.bytes);
    assert_true(peer.len < sizeof(peer.bytes));
}

static void
put(unsigned first, const void *data, size_t len)
{
    put_wide(first, data, len, len < 126 ? 0 : (len < 65536 ? 2 : 8));
}

static void
put_text(unsigned first, const char *text)
{
    put(first, text, strlen(text));
}

static void
note(const ngx_frontdesk_frame_message_t *message)
{
    if (message->opcode == NGX_FRONTDESK_FRAME_NONE) {
        return;
    }

    assert_true(heard.count < COUNT(heard.opcodes));
    heard.opcodes[heard.count++] = message->opcode;

    if (message->opcode < CLOSE) {
        assert_true(heard.len + message->len <= sizeof(heard.text));
        memcpy(heard.text + heard.len, message->data, message->len);
        heard.len += message->len;
    }
}

/* As a socket's owner does; returns how much of it was taken. */
static size_t
take(const uint8_t *data, size_t len)
{
    size_t                        at = 0;
    uint8_t                      *copy = malloc(len + 1);
    ngx_frontdesk_frame_e         rc;
    ngx_frontdesk_frame_message_t message;

    assert_non_null(copy);

    /* At the end of what is allocated: what reads beyond it is caught. */
    copy = realloc(copy, len > 0 ? len : 1);
    memcpy(copy, data, len);

    while (at < len) {
        rc = ngx_frontdesk_frame_take(&frame, copy + at, len - at, &message);
        if (rc == NGX_FRONTDESK_FRAME_PART) {
            break;
        }

        assert_int_not_equal(rc, NGX_FRONTDESK_FRAME_ERROR);
        heard.closings += rc == NGX_FRONTDESK_FRAME_CLOSING;
        note(&message);
        assert_true(message.taken > 0);
        at += message.taken;
        assert_true(at <= len);
    }

    free(copy);

    return at;
}

static void
take_all(void)
{
    assert_int_equal(take(peer.bytes, peer.len), peer.len);
}

static void
expect_heard(unsigned opcode, const char *text)
{
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.opcodes[0], opcode);
    assert_int_equal(heard.len, strlen(text));
    assert_memory_equal(heard.text, text, heard.len);
}

/* What is to be sent is a close of that code, and nothing else. */
static void
expect_close(unsigned code)
{
    assert_int_equal(ngx_frontdesk_frame_prepare(&frame), 0);
    assert_true(frame.out.len >= 4);
    assert_int_equal(frame.out.data[0], FIN | CLOSE);
    assert_int_equal(frame.out.data[1], frame.out.len - 2);
    assert_int_equal(frame.out.data[2] << 8 | frame.out.data[3], code);
    assert_true(frame.closing);
    assert_int_equal(heard.closings, 1);
}

static void
a_text_stays_where_it_lies(void **state)
{
    ngx_frontdesk_frame_message_t message;

    (void) state;
    put_text(FIN | TEXT, "{\"event\":\"media\"}");
    assert_int_equal(ngx_frontdesk_frame_take(&frame, peer.bytes, peer.len,
                                              &message),
                     NGX_FRONTDESK_FRAME_TAKEN);
    assert_int_equal(message.taken, peer.len);
    assert_int_equal(message.opcode, TEXT);
    assert_ptr_equal(message.data, peer.bytes + 6);
    assert_int_equal(message.len, 17);
    assert_memory_equal(message.data, "{\"event\":\"media\"}", 17);
    assert_null(frame.wslay);
    assert_false(ngx_frontdesk_frame_wants_write(&frame));
}

static void
texts_of_every_length_are_read(void **state)
{
    size_t       i;
    static char  text[MESSAGE_MAX];
    const size_t lengths[] = { 0, 1, 3, 7, 8, 9, 15, 16, 125, 126, 127, 350,
                               65535, MESSAGE_MAX };

    memset(text, 'a', sizeof(text));

    for (i = 0; i < COUNT(lengths); i++) {
        (void) setup(state);
        put(FIN | TEXT, text, lengths[i]);
        take_all();
        assert_int_equal(heard.count, 1);
        assert_int_equal(heard.len, lengths[i]);
        assert_memory_equal(heard.text, text, heard.len);
        (void) teardown(state);
    }
}

static void
what_is_not_ascii_is_read_all_the_same(void **state)
{
    (void) state;
    put_text(FIN | TEXT, "Z\xc3\xbcrich at nine");
    take_all();
    expect_heard(TEXT, "Z\xc3\xbcrich at nine");
    assert_false(frame.closing);
}

static void
bytes_are_told_from_text(void **state)
{
    (void) state;
    put_text(FIN | BINARY, "\xff\xfe\x80");
    take_all();
    expect_heard(BINARY, "\xff\xfe\x80");
}

static void
a_message_may_come_in_pieces(void **state)
{
    (void) state;
    put_text(TEXT, "to");
    put_text(0, "mor");
    put_text(FIN | 0, "row");
    take_all();
    expect_heard(TEXT, "tomorrow");

    /* The next one begins anew, and where it lies. */
    put_text(FIN | TEXT, "!");
    take(peer.bytes + peer.len - 7, 7);
    assert_int_equal(heard.count, 2);
    assert_memory_equal(heard.text, "tomorrow!", 9);
}

static void
a_ping_between_pieces_is_answered(void **state)
{
    (void) state;
    put_text(TEXT, "at ");
    put_text(FIN | PING, "you?");
    put_text(FIN | 0, "nine");
    take_all();

    assert_int_equal(heard.count, 2);
    assert_int_equal(heard.opcodes[0], PING);
    assert_int_equal(heard.opcodes[1], TEXT);
    assert_int_equal(heard.len, 7);
    assert_memory_equal(heard.text, "at nine", 7);

    assert_true(ngx_frontdesk_frame_wants_write(&frame));
    assert_int_equal(ngx_frontdesk_frame_prepare(&frame), 0);
    assert_int_equal(frame.out.len, 6);
    assert_memory_equal(frame.out.data, "\x8a\x04you?", 6);
    assert_false(ngx_frontdesk_frame_wants_write(&frame));
}

/* Wherever the reads were cut, the same is heard and the same is said. */
static void
a_stream_may_be_cut_anywhere(void **state)
{
    size_t  cut, at, whole_len = 0, out_len = 0;
    uint8_t whole[256], out[256];

    for (cut = 0;; cut++) {
        (void) setup(state);
        put_text(FIN | TEXT, "{\"event\":\"connected\"}");
        put_text(TEXT, "one ");
        put_text(FIN | PING, "p");
        put_text(FIN | 0, "message");
        put_text(FIN | TEXT, "caf\xc3\xa9");
        put_text(FIN | BINARY, "\x01\xff");
        put(FIN | CLOSE, "\x03\xe8", 2);

        at = take(peer.bytes, cut);
        assert_true(at <= cut);
        assert_int_equal(at + take(peer.bytes + at, peer.len - at), peer.len);
        assert_int_equal(ngx_frontdesk_frame_prepare(&frame), 0);
        assert_int_equal(heard.count, 6);
        assert_int_equal(heard.closings, 1);

        if (cut == 0) {
            whole_len = heard.len;
            out_len = frame.out.len;
            memcpy(whole, heard.text, whole_len);
            memcpy(out, frame.out.data, out_len);
        }

        assert_int_equal(heard.len, whole_len);
        assert_memory_equal(heard.text, whole, whole_len);
        assert_int_equal(frame.out.len, out_len);
        assert_memory_equal(frame.out.data, out, out_len);

        if (cut == peer.len) {
            return;
        }

        (void) teardown(state);
    }
}

static void
wrong_frames_are_answered_1002(void **state)
{
    size_t            i;
    static const char long_ping[126];
    static const struct {
        unsigned    first;
        const char *data;
        size_t      len;
        unsigned    wide;
    } wrong[] = {
        { FIN | 0x40 | TEXT, "x", 1, 0 },     /* a reserved bit */
        { FIN | 3, "x", 1, 0 },               /* a reserved opcode */
        { FIN | 11, "x", 1, 0 },              /* another */
        { FIN | 0, "x", 1, 0 },               /* continues nothing */
        { PING, "x", 1, 0 },                  /* control in pieces */
        { FIN | PING, long_ping, 126, 2 },    /* control too long */
        { FIN | TEXT, "x", 1, 2 },            /* a length too wide */
        { FIN | TEXT, "x", 1, 8 },            /* the same */
        { FIN | CLOSE, "x", 1, 0 },           /* half a code */
        { FIN | CLOSE, "\x03\xed", 2, 0 },    /* 1005 is never sent */
    };

    for (i = 0; i < COUNT(wrong); i++) {
        (void) setup(state);
        put_wide(wrong[i].first, wrong[i].data, wrong[i].len, wrong[i].wide);
        take_all();
        expect_close(1002);
        assert_int_equal(heard.len, 0);

        /* What follows is not looked at. */
        put_text(FIN | TEXT, "hello");
        take(peer.bytes + peer.len - 11, 11);
        assert_int_equal(heard.len, 0);
        assert_int_equal(heard.closings, 1);
        (void) teardown(state);
    }
}

static void
an_unmasked_frame_is_answered_1002(void **state)
{
    (void) state;
    assert_int_equal(take((const uint8_t *) "\x81\x02hi", 4), 4);
    expect_close(1002);

    ngx_frontdesk_frame_sent(&frame, frame.out.len);
    assert_true(ngx_frontdesk_frame_is_deaf(&frame));
}

/* What follows a wrong head may look like a frame: it is not one. */
static void
a_wrong_head_is_enough_wherever_reading_stops(void **state)
{
    size_t i, split, len;

    static const struct {
        const char *head;
        size_t      len;
        unsigned    code;
    } heads[] = {
        { "\x82\x0b", 2, 1002 },                          /* unmasked */
        { "\xc2\x8b\x00\x00\x00\x00", 6, 1002 },          /* reserved bit */
        { "\x89\xfe\x00\x7e\x00\x00\x00\x00", 8, 1002 },  /* long ping */
        { "\x82\xff\x00\x00\x00\x00\x00\x01\x00\x01"    /* long message */
          "\x00\x00\x00\x00",
          14, 1009 },
    };

    for (i = 0; i < COUNT(heads); i++) {
        for (split = 2; split < heads[i].len + 11; split++) {
            (void) setup(state);
            memcpy(peer.bytes, heads[i].head, heads[i].len);
            peer.len = heads[i].len;
            put_text(FIN | TEXT, "hello");

            len = take(peer.bytes, split);
            (void) take(peer.bytes + len, peer.len - len);
            assert_int_equal(heard.count, 0);
            expect_close(heads[i].code);
            (void) teardown(state);
        }
    }
}

static void
a_text_that_is_not_utf_8_is_answered_1007(void **state)
{
    (void) state;
    put_text(FIN | TEXT, "a\xff");
    take_all();
    assert_int_equal(heard.count, 0);
    expect_close(1007);
}

static void
a_long_message_is_answered_1009(void **state)
{
    static uint8_t data[MESSAGE_MAX + 1];

    (void) state;
    put(FIN | BINARY, data, sizeof(data));
    take_all();
    assert_int_equal(heard.count, 0);
    expect_close(1009);
}

static void
a_message_long_in_pieces_is_answered_1009(void **state)
{
    static uint8_t data[MESSAGE_MAX - 10];

    (void) state;
    put(BINARY, data, sizeof(data));
    put(FIN | 0, data, 11);
    take_all();
    assert_int_equal(heard.count, 0);
    expect_close(1009);
}

static void
a_close_is_answered(void **state)
{
    (void) state;
    put(FIN | CLOSE, "\x03\xe8", 2);
    take_all();
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.opcodes[0], CLOSE);
    expect_close(1000);
    assert_false(ngx_frontdesk_frame_is_over(&frame));

    ngx_frontdesk_frame_sent(&frame, frame.out.len);
    assert_true(ngx_frontdesk_frame_is_over(&frame));
}

static void
a_close_of_ours_waits_for_the_peers(void **state)
{
    (void) state;
    assert_int_equal(ngx_frontdesk_frame_close(&frame, 1008, "no"), 0);
    assert_int_equal(ngx_frontdesk_frame_prepare(&frame), 0);
    assert_int_equal(frame.out.len, 6);
    assert_memory_equal(frame.out.data, "\x88\x04\x03\xf0no", 6);
    ngx_frontdesk_frame_sent(&frame, 6);
    assert_false(ngx_frontdesk_frame_is_over(&frame));

    /* What was on its way is of no use any more. */
    put_text(FIN | TEXT, "hello");
    put(FIN | CLOSE, "\x03\xf0", 2);
    take_all();
    assert_int_equal(heard.len, 0);
    assert_int_equal(heard.closings, 0);
    assert_true(ngx_frontdesk_frame_is_over(&frame));
    assert_int_equal(ngx_frontdesk_frame_prepare(&frame), 0);
    assert_int_equal(frame.out.len, 0);
}

/* All in one piece: what it is told does not hang on when it is sent. */
static void
what_was_wrong_first_is_what_is_said(void **state)
{
    static uint8_t data[MESSAGE_MAX - 10];

    (void) state;
    put(BINARY, data, sizeof(data));
    put(FIN | 0, data, 11);
    put_text(FIN | 0x40 | TEXT, "x");
    take_all();
    assert_int_equal(heard.count, 0);
    assert_int_equal(ngx_frontdesk_frame_prepare(&frame), 0);
    assert_int_equal(frame.out.len, 4);
    assert_memory_equal(frame.out.data, "\x88\x02\x03\xf1", 4);
}

static void
nothing_is_said_after_goodbye(void **state)
{
    (void) state;
    assert_int_equal(ngx_frontdesk_frame_close(&frame, 1008, "no"), 0);
    assert_int_equal(ngx_frontdesk_frame_prepare(&frame), 0);
    ngx_frontdesk_frame_sent(&frame, frame.out.len);

    assert_int_equal(take((const uint8_t *) "\x81\x02hi", 4), 4);
    assert_int_equal(ngx_frontdesk_frame_prepare(&frame), 0);
    assert_int_equal(frame.out.len, 0);
    assert_true(ngx_frontdesk_frame_is_deaf(&frame));
}

static void
say(size_t len, const char *head, size_t head_len)
{
    size_t   before = frame.out.len;
    uint8_t *p = ngx_frontdesk_frame_text(&frame, len);

    assert_non_null(p);
    memset(p, 'b', len);
    assert_int_equal(frame.out.len, before + head_len + len);
    assert_memory_equal(frame.out.data + before, head, head_len);
    assert_ptr_equal(p, frame.out.data + before + head_len);
}

static void
texts_to_the_peer_are_framed(void **state)
{
    (void) state;
    say(0, "\x81\x00", 2);
    say(125, "\x81\x7d", 2);
    say(126, "\x81\x7e\x00\x7e", 4);
    say(350, "\x81\x7e\x01\x5e", 4);
    say(65535, "\x81\x7e\xff\xff", 4);
    assert_null(ngx_frontdesk_frame_text(&frame, 65536));
}

static void
what_was_sent_is_gone(void **state)
{
    (void) state;
    say(1, "\x81\x01", 2);
    say(2, "\x81\x02", 2);
    ngx_frontdesk_frame_sent(&frame, 4);
    assert_int_equal(frame.out.len, 3);
    assert_memory_equal(frame.out.data, "\x02"
                                        "bb",
                        3);
}

static void
a_peer_that_does_not_read_is_not_told_more(void **state)
{
    size_t i;

    (void) state;
    for (i = 0; i < 65536; i++) {
        if (ngx_frontdesk_frame_text(&frame, 1000) == NULL) {
            break;
        }
    }

    assert_int_equal(i, NGX_FRONTDESK_FRAME_PENDING_MAX / 1004);
    ngx_frontdesk_frame_sent(&frame, 1004);
    assert_non_null(ngx_frontdesk_frame_text(&frame, 1000));
}

static void
what_is_kept_grows_and_shrinks(void **state)
{
    ngx_frontdesk_frame_bytes_t kept = { NULL, 0, 0 };

    (void) state;
    assert_int_equal(ngx_frontdesk_frame_keep(&kept, NULL, 0), 0);
    assert_null(kept.data);
    assert_int_equal(
        ngx_frontdesk_frame_keep(&kept, (const uint8_t *) "abcd", 4), 0);
    assert_int_equal(
        ngx_frontdesk_frame_keep(&kept, (const uint8_t *) "ef", 2), 0);
    assert_int_equal(kept.len, 2);
    assert_int_equal(kept.room, 4);
    assert_memory_equal(kept.data, "ef", 2);
    free(kept.data);
}

#define FRAME_TEST(name) \
    cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FRAME_TEST(a_text_stays_where_it_lies),
        FRAME_TEST(texts_of_every_length_are_read),
        FRAME_TEST(what_is_not_ascii_is_read_all_the_same),
        FRAME_TEST(bytes_are_told_from_text),
        FRAME_TEST(a_message_may_come_in_pieces),
        FRAME_TEST(a_ping_between_pieces_is_answered),
        FRAME_TEST(a_stream_may_be_cut_anywhere),
        FRAME_TEST(wrong_frames_are_answered_1002),
        FRAME_TEST(an_unmasked_frame_is_answered_1002),
        FRAME_TEST(a_wrong_head_is_enough_wherever_reading_stops),
        FRAME_TEST(a_text_that_is_not_utf_8_is_answered_1007),
        FRAME_TEST(a_long_message_is_answered_1009),
        FRAME_TEST(a_message_long_in_pieces_is_answered_1009),
        FRAME_TEST(a_close_is_answered),
        FRAME_TEST(a_close_of_ours_waits_for_the_peers),
        FRAME_TEST(what_was_wrong_first_is_what_is_said),
        FRAME_TEST(nothing_is_said_after_goodbye),
        FRAME_TEST(texts_to_the_peer_are_framed),
        FRAME_TEST(what_was_sent_is_gone),
        FRAME_TEST(a_peer_that_does_not_read_is_not_told_more),
        FRAME_TEST(what_is_kept_grows_and_shrinks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
