/* SPDX-License-Identifier: BSD-2-Clause */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/net_multi.h"

/* Against a web server on the same loop: nobody waits but in the loop. */

typedef struct {
    uv_tcp_t tcp;
    char     asked[2048];
    size_t   bytes;
} peer_t;

static uv_loop_t loop;
static uv_tcp_t  listener;
static net_t    *net;
static int       port, peers, connections;
static peer_t   *silent; /* asked for /silent, and waits */

/* What came back, in its order: path and code. */
static char told[1024];

typedef struct {
    CURL       *easy;
    const char *path;
    size_t      got;
    CURL       *cancels; /* cancelled by its callback */
    const char *next;    /* begun by its callback */
} wish_t;

static void begin(wish_t *w, const char *path);

static void
on_peer_closed(uv_handle_t *handle)
{
    peers--;
    if (silent == handle->data) {
        silent = NULL;
    }
    free(handle->data);
}

static void
on_written(uv_write_t *request, int status)
{
    (void) status;
    free(request);
}

static void
say(peer_t *p, const char *text)
{
    uv_buf_t    buffer = uv_buf_init((char *) (uintptr_t) text,
                                     (unsigned) strlen(text));
    uv_write_t *request = calloc(1, sizeof(uv_write_t));

    assert_int_equal(uv_write(request, (uv_stream_t *) &p->tcp, &buffer, 1,
                              on_written),
                     0);
}

static void
on_alloc(uv_handle_t *handle, size_t bytes, uv_buf_t *buffer)
{
    peer_t *p = handle->data;

    (void) bytes;
    *buffer = uv_buf_init(p->asked + p->bytes,
                          (unsigned) (sizeof(p->asked) - 1 - p->bytes));
}

static void
on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer)
{
    peer_t *p = stream->data;

    (void) buffer;
    if (bytes < 0) {
        uv_close((uv_handle_t *) stream, on_peer_closed);
        return;
    }

    p->bytes += (size_t) bytes;
    p->asked[p->bytes] = '\0';

    if (strstr(p->asked, "\r\n\r\n") == NULL) {
        return;
    }

    if (strncmp(p->asked, "GET /silent ", 12) == 0) {
        silent = p;
    } else if (strncmp(p->asked, "GET /broken ", 12) == 0) {
        uv_close((uv_handle_t *) stream, on_peer_closed);
    } else {
        say(p, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    }

    p->bytes = 0;
}

static void
on_peer(uv_stream_t *stream, int status)
{
    peer_t *p = calloc(1, sizeof(peer_t));

    assert_int_equal(status, 0);
    assert_int_equal(uv_tcp_init(&loop, &p->tcp), 0);
    assert_int_equal(uv_accept(stream, (uv_stream_t *) &p->tcp), 0);
    p->tcp.data = p;
    peers++;
    connections++;
    assert_int_equal(uv_read_start((uv_stream_t *) &p->tcp, on_alloc, on_read),
                     0);
}

static size_t
on_body(char *data, size_t size, size_t count, void *to)
{
    wish_t *w = to;

    (void) data;
    w->got += size * count;

    return size * count;
}

static void
on_done(void *data, CURLcode rc)
{
    long    status = 0;
    wish_t *w = data;
    size_t  used = strlen(told);

    (void) curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &status);
    (void) snprintf(told + used, sizeof(told) - used, "%s %d %ld|", w->path,
                    (int) rc, status);

    if (w->cancels != NULL) {
        net_cancel(net, w->cancels);
    }

    if (w->next != NULL) {
        w->path = w->next;
        w->next = NULL;
        begin(w, w->path);
    }
}

static void
begin(wish_t *w, const char *path)
{
    char url[64];

    if (w->easy == NULL) {
        w->easy = curl_easy_init();
        assert_non_null(w->easy);
    }

    w->path = path;
    (void) snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
    (void) curl_easy_setopt(w->easy, CURLOPT_URL, url);
    (void) curl_easy_setopt(w->easy, CURLOPT_PROXY, "");
    (void) curl_easy_setopt(w->easy, CURLOPT_WRITEFUNCTION, on_body);
    (void) curl_easy_setopt(w->easy, CURLOPT_WRITEDATA, w);
    assert_int_equal(net_start(net, w->easy, on_done, w), 0);
}

static void
run(void)
{
    while (net_count(net) > 0) {
        (void) uv_run(&loop, UV_RUN_ONCE);
    }
}

static int
setup(void **state)
{
    int                length = sizeof(struct sockaddr_in);
    struct sockaddr_in at;

    (void) state;
    told[0] = '\0';
    peers = 0;
    connections = 0;
    silent = NULL;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(uv_ip4_addr("127.0.0.1", 0, &at), 0);
    assert_int_equal(uv_tcp_init(&loop, &listener), 0);
    assert_int_equal(uv_tcp_bind(&listener, (struct sockaddr *) &at, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *) &listener, 8, on_peer), 0);
    assert_int_equal(uv_tcp_getsockname(&listener, (struct sockaddr *) &at,
                                        &length),
                     0);
    port = ntohs(at.sin_port);
    assert_int_equal(net_create(&net, &loop), 0);

    return 0;
}

/* Nothing is left on the loop: the peers see that we are gone. */
static int
teardown(void **state)
{
    (void) state;
    net_destroy(net);
    uv_close((uv_handle_t *) &listener, NULL);
    (void) uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(peers, 0);
    assert_int_equal(uv_loop_close(&loop), 0);

    return 0;
}

static void
what_is_asked_for_comes_and_the_connection_stays(void **state)
{
    wish_t w = { .next = "/again" };

    (void) state;
    begin(&w, "/first");
    run();
    assert_string_equal(told, "/first 0 200|/again 0 200|");
    assert_int_equal(w.got, 10);
    assert_int_equal(connections, 1);
    curl_easy_cleanup(w.easy);
}

static void
one_who_waits_keeps_nobody(void **state)
{
    wish_t slow = { NULL }, quick = { NULL };

    (void) state;
    begin(&slow, "/silent");
    begin(&quick, "/quick");

    while (net_count(net) > 1 || silent == NULL) {
        (void) uv_run(&loop, UV_RUN_ONCE);
    }

    assert_string_equal(told, "/quick 0 200|");
    say(silent, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
    run();
    assert_string_equal(told, "/quick 0 200|/silent 0 503|");
    curl_easy_cleanup(slow.easy);
    curl_easy_cleanup(quick.easy);
}

static void
a_deadline_holds(void **state)
{
    wish_t w = { .easy = curl_easy_init() };

    (void) state;
    (void) curl_easy_setopt(w.easy, CURLOPT_TIMEOUT_MS, 100L);
    begin(&w, "/silent");
    run();
    assert_string_equal(told, "/silent 28 0|");
    curl_easy_cleanup(w.easy);
}

static void
a_connection_that_breaks_or_never_was_is_told(void **state)
{
    wish_t w = { NULL }, x = { NULL };

    (void) state;
    begin(&w, "/broken");
    run();
    assert_string_equal(told, "/broken 52 0|");
    curl_easy_cleanup(w.easy);

    port = 1;
    begin(&x, "/nobody");
    run();
    assert_string_equal(told, "/broken 52 0|/nobody 7 0|");
    curl_easy_cleanup(x.easy);
}

static void
who_is_cancelled_is_told_nothing(void **state)
{
    wish_t slow = { NULL }, quick = { NULL };

    (void) state;
    begin(&slow, "/silent");
    begin(&quick, "/quick");
    quick.cancels = slow.easy;
    run();
    assert_string_equal(told, "/quick 0 200|");

    /* Twice, or what never was begun, is nothing. */
    net_cancel(net, slow.easy);

    /* The handle is as good as new. */
    begin(&slow, "/quick");
    run();
    assert_string_equal(told, "/quick 0 200|/quick 0 200|");
    curl_easy_cleanup(slow.easy);
    curl_easy_cleanup(quick.easy);
}

static void
who_ends_tells_nobody(void **state)
{
    wish_t w = { NULL };

    begin(&w, "/silent");

    while (silent == NULL) {
        (void) uv_run(&loop, UV_RUN_ONCE);
    }

    (void) teardown(state);
    assert_string_equal(told, "");
    curl_easy_cleanup(w.easy);
    (void) setup(state);
}

#define NET_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        NET_TEST(what_is_asked_for_comes_and_the_connection_stays),
        NET_TEST(one_who_waits_keeps_nobody),
        NET_TEST(a_deadline_holds),
        NET_TEST(a_connection_that_breaks_or_never_was_is_told),
        NET_TEST(who_is_cancelled_is_told_nothing),
        NET_TEST(who_ends_tells_nobody),
    };

    (void) signal(SIGPIPE, SIG_IGN);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
