/* SPDX-License-Identifier: BSD-2-Clause */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_event.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* In memory of exactly that size: what reads beyond it is caught. */
static int
parse_bytes(ngx_frontdesk_event_t *event, const char *text, size_t len)
{
    int   rc;
    char *copy = malloc(len > 0 ? len : 1);

    assert_non_null(copy);
    memcpy(copy, text, len);
    rc = ngx_frontdesk_event_parse(event, copy, len);
    free(copy);

    return rc;
}

static int
refuses(const char *text)
{
    ngx_frontdesk_event_t event;

    return parse_bytes(&event, text, strlen(text)) == -1;
}

static void
expect_text(const ngx_frontdesk_event_text_t *text, const char *value)
{
    if (value == NULL) {
        assert_null(text->data);
        return;
    }

    assert_non_null(text->data);
    assert_int_equal(text->len, strlen(value));
    assert_memory_equal(text->data, value, text->len);
}

static ngx_frontdesk_event_t
parse(const char *text)
{
    ngx_frontdesk_event_t event;

    assert_int_equal(ngx_frontdesk_event_parse(&event, text, strlen(text)),
                     0);

    return event;
}

static void
a_start_is_read(void **state)
{
    ngx_frontdesk_event_t e;

    (void) state;
    e = parse("{\"event\":\"start\",\"sequenceNumber\":\"1\",\"start\":{"
              "\"accountSid\":\"AC1\",\"streamSid\":\"MZ7\",\"callSid\":"
              "\"CA5\",\"tracks\":[\"inbound\"],\"mediaFormat\":{"
              "\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,"
              "\"channels\":1},\"customParameters\":{\"tenant\":\"7\","
              "\"token\":\"t.o.k\"}},\"streamSid\":\"MZ7\"}");
    assert_int_equal(e.event, NGX_FRONTDESK_EVENT_START);
    expect_text(&e.sequence, "1");
    expect_text(&e.account_sid, "AC1");
    expect_text(&e.call_sid, "CA5");
    expect_text(&e.stream_sid, "MZ7");
    expect_text(&e.start_stream_sid, "MZ7");
    expect_text(&e.encoding, "audio/x-mulaw");
    expect_text(&e.sample_rate, "8000");
    expect_text(&e.channels, "1");
    expect_text(&e.token, "t.o.k");
    expect_text(&e.payload, NULL);
}

static void
each_event_is_known_by_its_name(void **state)
{
    size_t                i;
    char                  text[64];
    ngx_frontdesk_event_t e;

    static const struct {
        const char           *name;
        ngx_frontdesk_event_e event;
    } rows[] = {
        { "connected", NGX_FRONTDESK_EVENT_CONNECTED },
        { "start", NGX_FRONTDESK_EVENT_START },
        { "media", NGX_FRONTDESK_EVENT_MEDIA },
        { "dtmf", NGX_FRONTDESK_EVENT_DTMF },
        { "mark", NGX_FRONTDESK_EVENT_MARK },
        { "stop", NGX_FRONTDESK_EVENT_STOP },
        { "Stop", NGX_FRONTDESK_EVENT_UNKNOWN },
        { "stop ", NGX_FRONTDESK_EVENT_UNKNOWN },
        { "st\\u006fp", NGX_FRONTDESK_EVENT_UNKNOWN },
        { "", NGX_FRONTDESK_EVENT_UNKNOWN },
    };

    (void) state;

    for (i = 0; i < COUNT(rows); i++) {
        (void) snprintf(text, sizeof(text), "{\"event\":\"%s\"}",
                        rows[i].name);
        e = parse(text);
        assert_int_equal(e.event, rows[i].event);
    }

    e = parse("{}");
    assert_int_equal(e.event, NGX_FRONTDESK_EVENT_UNKNOWN);
    expect_text(&e.name, NULL);
}

static void
media_dtmf_and_mark_are_read(void **state)
{
    ngx_frontdesk_event_t e;

    (void) state;
    e = parse(" { \"event\" : \"media\" , \"sequenceNumber\":\"2\",\r\n"
              "\t\"media\":{\"track\":\"inbound\",\"chunk\":\"1\","
              "\"timestamp\":\"20\",\"payload\":\"f39/\"},"
              "\"streamSid\":\"MZ7\" } ");
    expect_text(&e.payload, "f39/");
    expect_text(&e.timestamp, "20");
    expect_text(&e.track, "inbound");

    e = parse("{\"event\":\"dtmf\",\"dtmf\":{\"track\":\"inbound_track\","
              "\"digit\":\"5\"}}");
    expect_text(&e.digit, "5");

    e = parse("{\"event\":\"mark\",\"mark\":{\"name\":\"fd-4\"}}");
    expect_text(&e.mark, "fd-4");
}

static void
a_field_counts_only_in_its_own_object(void **state)
{
    ngx_frontdesk_event_t e;

    (void) state;
    e = parse("{\"event\":\"media\",\"payload\":\"AAAA\","
              "\"other\":{\"media\":{\"payload\":\"BBBB\"},"
              "\"event\":\"stop\"},\"list\":[{\"streamSid\":\"MZ9\"}],"
              "\"stop\":{\"accountSid\":\"AC9\"},"
              "\"start\":{\"customParameters\":{\"x\":{\"token\":\"t\"}}}}");
    assert_int_equal(e.event, NGX_FRONTDESK_EVENT_MEDIA);
    expect_text(&e.payload, NULL);
    expect_text(&e.stream_sid, NULL);
    expect_text(&e.account_sid, NULL);
    expect_text(&e.token, NULL);
}

static void
a_member_given_twice_is_refused_whatever_its_value(void **state)
{
    size_t i;

    static const char *const rows[] = {
        "{\"event\":\"media\",\"event\":\"stop\"}",
        "{\"event\":null,\"event\":\"stop\"}",
        "{\"event\":\"media\",\"event\":null}",
        "{\"event\":{},\"event\":\"stop\"}",
        "{\"event\":[],\"event\":\"stop\"}",
        "{\"streamSid\":\"MZ1\",\"x\":1,\"streamSid\":\"MZ2\"}",
        "{\"media\":{\"payload\":\"AAAA\"},\"media\":{\"track\":\"a\"}}",
        "{\"media\":{},\"media\":null}",
        "{\"mark\":1,\"mark\":{\"name\":\"fd-1\"}}",
        "{\"start\":{\"mediaFormat\":{\"sampleRate\":8000,"
        "\"sampleRate\":8000}}}",
    };

    (void) state;

    for (i = 0; i < COUNT(rows); i++) {
        assert_true(refuses(rows[i]));
    }

    /* The same name elsewhere is another member. */
    assert_false(refuses("{\"streamSid\":\"MZ1\",\"start\":{\"streamSid\":"
                         "\"MZ1\"},\"a\":1,\"a\":2}"));
}

static void
a_number_for_a_text_is_refused_and_the_other_way(void **state)
{
    (void) state;
    assert_true(refuses("{\"sequenceNumber\":12}"));
    assert_true(refuses("{\"event\":1e999}"));
    assert_true(refuses("{\"media\":{\"payload\":0}}"));
    assert_true(refuses("{\"start\":{\"mediaFormat\":{\"channels\":"
                        "\"1\"}}}"));
    assert_false(refuses("{\"unknown\":12,\"media\":{\"unknown\":-1.5e3}}"));
}

static void
what_is_not_one_object_is_refused(void **state)
{
    size_t i;

    static const char *const rows[] = {
        "", " ", "null", "1", "\"event\"", "[]", "[{}]", "{", "}", "{}{}",
        "{} x", "{},", "\xef\xbb\xbf{}", "{\"a\"}", "{\"a\":}", "{a:1}",
        "{'a':1}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
        "{\"a\":tru}", "{\"a\":nul", "{\"a\":+1}", "{\"a\":.5}",
        "{\"a\":01}", "{\"a\":1.}", "{\"a\":1e}", "{\"a\":-}",
        "{\"a\":NaN}", "{\"a\":0x1}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
        "{\"a\":\"\n\"}", "{\"a\":\"", "{\"a\":\"\\\"}", "{\"a\":[1,]}",
        "{\"a\":[1 2]}", "{\"a\":[}", "{/**/}"
    };

    (void) state;

    for (i = 0; i < COUNT(rows); i++) {
        if (!refuses(rows[i])) {
            fail_msg("taken: %s", rows[i]);
        }
    }

    /* A NUL is a byte like any other, and one that is not allowed. */
    {
        ngx_frontdesk_event_t event;

        assert_int_equal(parse_bytes(&event, "{}\0", 3), -1);
        assert_int_equal(parse_bytes(&event, "{\"a\":\"\0\"}", 9), -1);
        assert_int_equal(parse_bytes(&event, "{\"a\":\"\\\0\"}", 10), -1);
    }
}

static void
every_message_cut_short_is_refused(void **state)
{
    size_t                i;
    ngx_frontdesk_event_t event;

    static const char text[] =
        "{\"event\":\"start\",\"start\":{\"mediaFormat\":{\"sampleRate\":8000,"
        "\"x\":[true,false,null,-1.5e-3,\"\\u00e9\\n\"]}}}";

    (void) state;

    for (i = 0; i < sizeof(text) - 1; i++) {
        assert_int_equal(parse_bytes(&event, text, i), -1);
    }

    assert_int_equal(parse_bytes(&event, text, i), 0);
}

static void
depth_and_members_have_a_limit(void **state)
{
    char   text[8192];
    size_t at, i;

    (void) state;

    memset(text, 0, sizeof(text));
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '[', 7);
    memset(text + 12, ']', 7);
    text[19] = '}';
    assert_false(refuses(text));

    memset(text, 0, sizeof(text));
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '[', 4000);
    assert_true(refuses(text));

    for (at = 0, i = 0; i < 65; i++) {
        at += (size_t) snprintf(text + at, sizeof(text) - at, "%s\"m%zu\":1",
                                i == 0 ? "{" : ",", i);
        if (i == 63) {
            memcpy(text + at, "}", 2);
            assert_false(refuses(text));
        }
    }
    memcpy(text + at, "}", 2);
    assert_true(refuses(text));
}

static void
a_sequence_number_is_digits_that_fit(void **state)
{
    size_t   i;
    uint64_t n;

    static const struct {
        const char *text;
        int         rc;
        uint64_t    number;
    } rows[] = {
        { "0", 0, 0 },
        { "17", 0, 17 },
        { "9999999999999999999", 0, UINT64_C(9999999999999999999) },
        { "18446744073709551616", -1, 0 },
        { "-1", -1, 0 },
        { "+1", -1, 0 },
        { " 1", -1, 0 },
        { "1.0", -1, 0 },
        { "12abc", -1, 0 },
        { "", -1, 0 },
        { "\xd9\xa1", -1, 0 },
    };

    (void) state;

    for (i = 0; i < COUNT(rows); i++) {
        ngx_frontdesk_event_text_t text = { rows[i].text,
                                            strlen(rows[i].text), 0 };

        n = 7;
        assert_int_equal(ngx_frontdesk_event_number(&n, &text), rows[i].rc);
        assert_true(n == (rows[i].rc == 0 ? rows[i].number : 7));
    }

    {
        ngx_frontdesk_event_text_t none = { NULL, 0, 0 };

        assert_int_equal(ngx_frontdesk_event_number(&n, &none), -1);
        assert_false(ngx_frontdesk_event_is(&none, ""));
    }
}

/* RFC 4648 section 10. */
static const struct {
    const char *plain;
    const char *coded;
} base64_rows[] = {
    { "f", "Zg==" },
    { "fo", "Zm8=" },
    { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" },
    { "fooba", "Zm9vYmE=" },
    { "foobar", "Zm9vYmFy" },
};

static void
base64_of_the_rfc_goes_both_ways(void **state)
{
    int     n;
    size_t  i, len;
    char    text[16];
    uint8_t data[16];

    (void) state;

    for (i = 0; i < COUNT(base64_rows); i++) {
        len = strlen(base64_rows[i].plain);
        n = ngx_frontdesk_base64_decode(data, len, base64_rows[i].coded,
                                        strlen(base64_rows[i].coded));
        assert_int_equal(n, len);
        assert_memory_equal(data, base64_rows[i].plain, len);

        /* One byte less of room is none. */
        assert_int_equal(
            ngx_frontdesk_base64_decode(data, len - 1, base64_rows[i].coded,
                                        strlen(base64_rows[i].coded)),
            -1);

        len = ngx_frontdesk_base64_encode(
            text, (const uint8_t *) base64_rows[i].plain, len);
        assert_int_equal(len, strlen(base64_rows[i].coded));
        assert_memory_equal(text, base64_rows[i].coded, len);
    }

    assert_int_equal(ngx_frontdesk_base64_encode(text, data, 0), 0);
}

static void
base64_of_every_length_comes_back(void **state)
{
    size_t   i, len, coded;
    uint8_t *data, *back;
    char    *text;

    (void) state;

    for (len = 1; len <= 512; len++) {
        data = malloc(len);
        back = malloc(len);
        text = malloc((len + 2) / 3 * 4);
        assert_true(data != NULL && back != NULL && text != NULL);

        for (i = 0; i < len; i++) {
            data[i] = (uint8_t) (i * 167 + len * 13);
        }

        coded = ngx_frontdesk_base64_encode(text, data, len);
        assert_int_equal(coded, (len + 2) / 3 * 4);
        assert_int_equal(ngx_frontdesk_base64_decode(back, len, text, coded),
                         len);
        assert_memory_equal(data, back, len);

        free(data);
        free(back);
        free(text);
    }
}

static void
base64_that_is_wrong_is_refused(void **state)
{
    size_t  i;
    uint8_t data[64];

    static const char *const rows[] = {
        "", "A", "AA", "AAA", "AAAAA", "====", "A===", "AA=A", "=AAA",
        "AB==", "AAB=", "AA==AAAA", "AAA=AAAA", "AA-_", "AA\nA", "AA A",
        " AAA", "AAA ", "AAAA\n", "AAAA====", "A\xc3\xa9=", "AA\\/"
    };

    (void) state;

    for (i = 0; i < COUNT(rows); i++) {
        if (ngx_frontdesk_base64_decode(data, sizeof(data), rows[i],
                                        strlen(rows[i]))
            != -1)
        {
            fail_msg("taken: \"%s\"", rows[i]);
        }
    }

    assert_int_equal(ngx_frontdesk_base64_decode(data, 64, "AA\0A", 4), -1);
}

static char *
read_file(const char *folder, const char *name, size_t *len)
{
    FILE *file;
    char  path[1024], *bytes = malloc(1 << 20);

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    assert_true(file != NULL && bytes != NULL);
    *len = fread(bytes, 1, 1 << 20, file);
    (void) fclose(file);

    return bytes;
}

/* As it is, and as the value of a member: of one we know, and of another. */
static void
try_vector(const char *kind, const char *name, const char *bytes, size_t len)
{
    int                      rc;
    size_t                   i, head;
    char                    *text;
    ngx_frontdesk_event_t    event;
    static const char *const heads[] = { "", "{\"media\":", "{\"x\":" };

    for (i = 0; i < COUNT(heads); i++) {
        head = strlen(heads[i]);
        text = malloc(head + len + 2);
        assert_non_null(text);
        memcpy(text, heads[i], head);
        memcpy(text + head, bytes, len);
        text[head + len] = '}';

        rc = parse_bytes(&event, text, head + len + (i > 0));

        if (kind[0] == 'n' && rc == 0) {
            fail_msg("taken after '%s': %s", heads[i], name);
        }

        /* One that is no object is only taken inside of one. */
        if (kind[0] == 'y' && (i > 0 || strncmp(name, "y_object", 8) == 0)
            && rc != 0)
        {
            fail_msg("refused after '%s': %s", heads[i], name);
        }

        free(text);
    }
}

static void
the_json_test_suite_agrees(void **state)
{
    DIR           *dir;
    char           folder[512], *bytes;
    size_t         len, counts[128] = { 0 };
    const char    *shared = getenv("FRONTDESK_SHARED");
    struct dirent *entry;

    (void) state;
    (void) snprintf(folder, sizeof(folder),
                    "%s/vectors/JSONTestSuite/test_parsing",
                    shared != NULL ? shared : "../shared");
    dir = opendir(folder);
    if (dir == NULL) {
        fail_msg("no vectors in %s", folder);
    }

    while ((entry = readdir(dir)) != NULL) {
        if (strstr(entry->d_name, ".json") == NULL) {
            continue;
        }

        bytes = read_file(folder, entry->d_name, &len);
        try_vector(entry->d_name, entry->d_name, bytes, len);
        counts[entry->d_name[0] & 0x7f]++;
        free(bytes);
    }

    (void) closedir(dir);
    assert_int_equal(counts['n'], 188);
    assert_int_equal(counts['y'], 95);
    assert_int_equal(counts['i'], 35);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_is_read),
        cmocka_unit_test(each_event_is_known_by_its_name),
        cmocka_unit_test(media_dtmf_and_mark_are_read),
        cmocka_unit_test(a_field_counts_only_in_its_own_object),
        cmocka_unit_test(a_member_given_twice_is_refused_whatever_its_value),
        cmocka_unit_test(a_number_for_a_text_is_refused_and_the_other_way),
        cmocka_unit_test(what_is_not_one_object_is_refused),
        cmocka_unit_test(every_message_cut_short_is_refused),
        cmocka_unit_test(depth_and_members_have_a_limit),
        cmocka_unit_test(a_sequence_number_is_digits_that_fit),
        cmocka_unit_test(base64_of_the_rfc_goes_both_ways),
        cmocka_unit_test(base64_of_every_length_comes_back),
        cmocka_unit_test(base64_that_is_wrong_is_refused),
        cmocka_unit_test(the_json_test_suite_agrees),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
