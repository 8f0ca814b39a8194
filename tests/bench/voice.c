/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The carrier's webhooks at a fixed rate, whatever the server does: each has
 * its moment, and its time counts from that, not from when this program or the
 * server came to it. All are signed before the first one is sent; each has a
 * connection of its own. One line of JSON.
 */

#include <errno.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load_demo.h"
#include "load_meter.h"
#include "load_option.h"
#include "load_twilio.h"

#define NS_S 1e9
#define NS_MS 1e6
#define POSTS_MAX 200000
#define CONNECTIONS_MAX 4096
#define EVENTS_MAX 128
#define REQUEST_MAX 1280
#define ANSWER_MAX 8192
#define CALLER "+15557%06u"

typedef struct {
    const char *demo;
    const char *purpose;
    const char *to;
    const char *url;
    double      rate;
    double      seconds;
    double      warm_s;
    double      patience_ms; /* then it has failed */
} voice_options_t;

/* A request, made before the first one is sent. */
typedef struct {
    char *text;
    int   len;
} voice_post_t;

typedef struct voice_connection_s voice_connection_t;

struct voice_connection_s {
    int                 fd; /* -1: free */
    unsigned            post;
    uint64_t            due_ns;
    size_t              got;
    voice_connection_t *next; /* free one */
    unsigned            has_sent:1;
    char                answer[ANSWER_MAX + 1];
};

typedef struct {
    voice_options_t options;
    load_demo_t     demo;
    load_carrier_t  carrier;

    struct sockaddr_in  server;
    int                 epoll;
    voice_post_t       *posts;
    unsigned            count;
    unsigned            warm;  /* of them do not count */
    unsigned            begun;
    unsigned            over;
    voice_connection_t *connections;
    voice_connection_t *free;
    unsigned            open;
    unsigned            most_open;
    uint64_t            from_ns;
    uint64_t            looked_ns; /* for those that wait too long */

    load_histogram_t trip;
    load_histogram_t late; /* of this program itself */
    unsigned         errors;
    char             error[256]; /* the first one */
} voice_t;

static int voice_open(voice_t *v);
static int voice_prepare(voice_t *v);
static uint64_t voice_due_ns(const voice_t *v, unsigned post);
static void voice_turn(voice_t *v);
static void voice_begin(voice_t *v, uint64_t now);
static void voice_on_event(voice_t *v, voice_connection_t *c, uint32_t events);
static void voice_send(voice_t *v, voice_connection_t *c);
static void voice_receive(voice_t *v, voice_connection_t *c);
static int answer_is_whole(const voice_connection_t *c);
static void voice_answered(voice_t *v, voice_connection_t *c);
static void voice_failed(voice_t *v, voice_connection_t *c, const char *why,
                         const char *detail);
static void voice_over(voice_t *v, voice_connection_t *c);
static void voice_lose_patience(voice_t *v, uint64_t now);
static void voice_print(const voice_t *v);

#define OPTION(name, set, member, help)                                       \
    "--" name, load_option_##set, offsetof(voice_options_t, member), help

static const load_option_t options[] = {
    { OPTION("demo", text, demo, "FILE        demo.json of the stack") },
    { OPTION("purpose", text, purpose, "P        called (receptionist)") },
    { OPTION("to", text, to, "NUMBER        the number to call instead") },
    { OPTION("url", text, url, "URL          of the stack, if not demo's") },
    { OPTION("rate", number, rate, "N           webhooks a second (500)") },
    { OPTION("seconds", number, seconds, "S        that count (10)") },
    { OPTION("warmup", number, warm_s, "S         before them (2)") },
    { OPTION("patience-ms", number, patience_ms, "MS   for one (10000)") },
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

int
main(int argc, char **argv)
{
    static voice_t v = {
        .options = { .purpose = "receptionist",
                     .rate = 500,
                     .seconds = 10,
                     .warm_s = 2,
                     .patience_ms = 10000 },
    };

    if (load_option_read(options, OPTION_COUNT, &v.options, argc, argv) < 0) {
        return 2;
    }

    if (v.options.demo == NULL || v.options.rate <= 0 || v.options.seconds <= 0
        || v.options.rate * (v.options.seconds + v.options.warm_s) > POSTS_MAX)
    {
        (void) load_option_complain(options, OPTION_COUNT,
                                    "--demo, --rate or --seconds");
        return 2;
    }

    if (voice_open(&v) < 0 || voice_prepare(&v) < 0) {
        return 1;
    }

    (void) prctl(PR_SET_TIMERSLACK, 1UL);
    v.from_ns = v.looked_ns = load_now_ns() + 10000000;

    while (v.over < v.count) {
        voice_turn(&v);
    }

    voice_print(&v);

    if (v.error[0] != '\0') {
        fprintf(stderr, "voice: %s\n", v.error);
    }

    return v.errors > 0;
}

static int
voice_open(voice_t *v)
{
    unsigned         i;
    voice_options_t *o = &v->options;

    if (load_demo_read(&v->demo, &v->carrier, o->demo, o->purpose, o->to,
                       o->url)
            < 0
        || load_demo_resolve(&v->demo, &v->server, v->demo.base_url) < 0)
    {
        return -1;
    }

    v->warm = (unsigned) (o->rate * o->warm_s);
    v->count = v->warm + (unsigned) (o->rate * o->seconds);
    v->epoll = epoll_create1(EPOLL_CLOEXEC);
    v->posts = calloc(v->count, sizeof(voice_post_t));
    v->connections = calloc(CONNECTIONS_MAX, sizeof(voice_connection_t));

    if (v->epoll < 0 || v->posts == NULL || v->connections == NULL) {
        fprintf(stderr, "voice: %s\n", strerror(errno));
        return -1;
    }

    for (i = 0; i < CONNECTIONS_MAX; i++) {
        v->connections[i].fd = -1;
        v->connections[i].next = v->free;
        v->free = &v->connections[i];
    }

    return 0;
}

static int
voice_prepare(voice_t *v)
{
    unsigned i;
    char     text[REQUEST_MAX], from[24], sid[LOAD_SID_BYTES];

    for (i = 0; i < v->count; i++) {
        load_sid_make(sid, "CA");
        (void) snprintf(from, sizeof(from), CALLER, i % 1000000);

        v->posts[i].len = load_voice_request(text, sizeof(text), &v->carrier,
                                             sid, from);
        v->posts[i].text = v->posts[i].len < 0 ? NULL : strdup(text);

        if (v->posts[i].text == NULL) {
            fprintf(stderr, "voice: a request could not be made\n");
            return -1;
        }
    }

    return 0;
}

static uint64_t
voice_due_ns(const voice_t *v, unsigned post)
{
    return v->from_ns + (uint64_t) (post * NS_S / v->options.rate);
}

static void
voice_turn(voice_t *v)
{
    int                       i, n;
    uint64_t                  now = load_now_ns(), due, wait = 5000000;
    struct timespec           t = { 0, 0 };
    static struct epoll_event events[EVENTS_MAX];

    while (v->begun < v->count && v->free != NULL
           && voice_due_ns(v, v->begun) <= now)
    {
        voice_begin(v, now);
        now = load_now_ns();
    }

    voice_lose_patience(v, now);

    if (v->begun < v->count && v->free != NULL) {
        due = voice_due_ns(v, v->begun);
        if (due < now + wait) {
            wait = due > now ? due - now : 0;
        }
    }

    t.tv_nsec = (long) wait;
    n = epoll_pwait2(v->epoll, events, EVENTS_MAX, &t, NULL);

    for (i = 0; i < n; i++) {
        voice_on_event(v, events[i].data.ptr, events[i].events);
    }
}

static void
voice_begin(voice_t *v, uint64_t now)
{
    int                 one = 1;
    struct epoll_event  event;
    voice_connection_t *c = v->free;

    v->free = c->next;
    c->post = v->begun++;
    c->due_ns = voice_due_ns(v, c->post);
    c->got = 0;
    c->has_sent = 0;

    if (++v->open > v->most_open) {
        v->most_open = v->open;
    }

    if (c->post >= v->warm) {
        load_histogram_add(&v->late, now - c->due_ns);
    }

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        voice_failed(v, c, "socket", strerror(errno));
        return;
    }

    (void) setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));

    if (connect(c->fd, (struct sockaddr *) &v->server, sizeof(v->server)) < 0
        && errno != EINPROGRESS)
    {
        voice_failed(v, c, "connect", strerror(errno));
        return;
    }

    event.events = EPOLLOUT;
    event.data.ptr = c;
    (void) epoll_ctl(v->epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void
voice_on_event(voice_t *v, voice_connection_t *c, uint32_t events)
{
    if (c->fd < 0) {
        return; /* it was closed in the same round */
    }

    if (!c->has_sent) {
        voice_send(v, c);
        return;
    }

    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        voice_receive(v, c);
    }
}

/* A new connection takes a whole request at once. */
static void
voice_send(voice_t *v, voice_connection_t *c)
{
    const voice_post_t *post = &v->posts[c->post];
    struct epoll_event  event = { .events = EPOLLIN, .data.ptr = c };

    if (send(c->fd, post->text, (size_t) post->len, MSG_NOSIGNAL)
        != post->len)
    {
        voice_failed(v, c, "send", strerror(errno));
        return;
    }

    c->has_sent = 1;
    (void) epoll_ctl(v->epoll, EPOLL_CTL_MOD, c->fd, &event);
}

static void
voice_receive(voice_t *v, voice_connection_t *c)
{
    ssize_t n = recv(c->fd, c->answer + c->got, ANSWER_MAX - c->got, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }

    if (n < 0) {
        voice_failed(v, c, "recv", strerror(errno));
        return;
    }

    c->got += (size_t) n;
    c->answer[c->got] = '\0';

    if (n == 0 || answer_is_whole(c)) {
        voice_answered(v, c);
    }
}

static int
answer_is_whole(const voice_connection_t *c)
{
    size_t      len;
    const char *body = strstr(c->answer, "\r\n\r\n");
    const char *length = strcasestr(c->answer, "\r\nContent-Length: ");

    if (body == NULL || length == NULL || length > body) {
        return 0; /* then its end is the connection's */
    }

    len = strtoul(length + strlen("\r\nContent-Length: "), NULL, 10);

    return c->got >= (size_t) (body + 4 - c->answer) + len;
}

/* Right is only what tells the carrier to open a stream. */
static void
voice_answered(voice_t *v, voice_connection_t *c)
{
    if (strncmp(c->answer, "HTTP/1.1 200 ", 13) != 0
        || strstr(c->answer, "<Stream ") == NULL
        || strstr(c->answer, "</Response>") == NULL)
    {
        c->answer[strcspn(c->answer, "\r\n")] = '\0';
        voice_failed(v, c, "no stream in the answer", c->answer);
        return;
    }

    if (c->post >= v->warm) {
        load_histogram_add(&v->trip, load_now_ns() - c->due_ns);
    }

    voice_over(v, c);
}

static void
voice_failed(voice_t *v, voice_connection_t *c, const char *why,
             const char *detail)
{
    if (v->errors++ == 0) {
        (void) snprintf(v->error, sizeof(v->error), "%s: %.200s", why, detail);
    }

    voice_over(v, c);
}

static void
voice_over(voice_t *v, voice_connection_t *c)
{
    if (c->fd >= 0) {
        (void) close(c->fd);
        c->fd = -1;
    }

    c->next = v->free;
    v->free = c;
    v->open--;
    v->over++;
}

static void
voice_lose_patience(voice_t *v, uint64_t now)
{
    size_t              i;
    voice_connection_t *c;

    if (now < v->looked_ns + 100000000) {
        return;
    }

    v->looked_ns = now;

    for (i = 0; i < CONNECTIONS_MAX; i++) {
        c = &v->connections[i];
        if (c->fd >= 0
            && (double) (now - c->due_ns) > v->options.patience_ms * NS_MS)
        {
            voice_failed(v, c, "no answer", "in time");
        }
    }
}

static void
voice_print(const voice_t *v)
{
    printf("{\"bench\":\"voice\",\"rate\":%.0f,\"seconds\":%.0f,"
           "\"answered\":%llu,\"errors\":%u,\"p50_ms\":%.3f,\"p95_ms\":%.3f,"
           "\"p99_ms\":%.3f,\"max_ms\":%.3f,\"most_open\":%u,"
           "\"generator_late_p99_ms\":%.3f}\n",
           v->options.rate, v->options.seconds,
           (unsigned long long) v->trip.count, v->errors,
           load_histogram_ms(&v->trip, 0.5), load_histogram_ms(&v->trip, 0.95),
           load_histogram_ms(&v->trip, 0.99), (double) v->trip.max / NS_MS,
           v->most_open, load_histogram_ms(&v->late, 0.99));
}
