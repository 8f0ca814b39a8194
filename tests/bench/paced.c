/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One GET again and again at a fixed rate over connections that stay: each
 * request has its moment, whatever the server does, and its time counts from
 * that, also while it waits for a connection.  One line of JSON.
 */

#include <arpa/inet.h>
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

#include "load_meter.h"
#include "load_option.h"

#define NS_S 1e9
#define NS_MS 1e6
#define CONNECTIONS_MAX 1024
#define EVENTS_MAX 128
#define REQUEST_MAX 4096
#define ANSWER_MAX (1 << 20)
#define HEAD_MAX 8192

typedef struct {
    const char *path;
    const char *token;
    double      port;
    double      connections;
    double      rate;
    double      seconds;
    double      warm_s;
    double      patience_ms; /* behind the last request */
} paced_options_t;

typedef struct paced_connection_s paced_connection_t;

struct paced_connection_s {
    int                 fd;
    unsigned            request;
    size_t              got;
    size_t              want; /* 0: the head is not whole yet */
    paced_connection_t *next; /* free one */
    unsigned            is_busy:1;
    unsigned            is_bad:1;
    unsigned            closes:1;
    char                head[HEAD_MAX + 1];
};

typedef struct {
    paced_options_t     options;
    struct sockaddr_in  server;
    int                 epoll;
    char                text[REQUEST_MAX];
    size_t              len;
    unsigned            count;
    unsigned            warm; /* of them do not count */
    unsigned            begun;
    unsigned            over;
    paced_connection_t *connections;
    paced_connection_t *free;
    uint64_t            from_ns;
    load_histogram_t    trip;
    load_histogram_t    late; /* of this program itself */
    unsigned            errors;
} paced_t;

#define OPTION(name, set, member, help)                                       \
    "--" name, load_option_##set, offsetof(paced_options_t, member), help

static const load_option_t options[] = {
    { OPTION("port", number, port, "N           of the server, on this host") },
    { OPTION("path", text, path, "PATH        that is asked for") },
    { OPTION("token", text, token, "TOKEN      of who asks") },
    { OPTION("connections", number, connections, "N    that stay (64)") },
    { OPTION("rate", number, rate, "N           requests a second") },
    { OPTION("seconds", number, seconds, "S        that count (5)") },
    { OPTION("warmup", number, warm_s, "S         before them (1)") },
    { OPTION("patience-ms", number, patience_ms, "MS   for the last (5000)") },
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

static int paced_open(paced_t *p);
static int paced_connect(paced_t *p, paced_connection_t *c);
static uint64_t paced_due_ns(const paced_t *p, unsigned request);
static void paced_turn(paced_t *p);
static void paced_begin(paced_t *p);
static void paced_receive(paced_t *p, paced_connection_t *c);
static int paced_head(paced_connection_t *c);
static void paced_over(paced_t *p, paced_connection_t *c, int failed);
static void paced_print(const paced_t *p);

int
main(int argc, char **argv)
{
    static paced_t p = {
        .options = { .connections = 64,
                     .seconds = 5,
                     .warm_s = 1,
                     .patience_ms = 5000 },
    };
    const paced_options_t *o = &p.options;

    if (load_option_read(options, OPTION_COUNT, &p.options, argc, argv) < 0) {
        return 2;
    }

    if (o->path == NULL || o->token == NULL || o->port < 1 || o->port > 65535
        || !(o->rate > 0 && o->rate <= 1e6)
        || !(o->seconds > 0 && o->seconds <= 3600)
        || !(o->warm_s >= 0 && o->warm_s <= 3600) || o->connections < 1
        || o->connections > CONNECTIONS_MAX
        || o->rate * (o->seconds + o->warm_s) > 1e8)
    {
        (void) load_option_complain(options, OPTION_COUNT,
                                    "--path, --token, --port or --rate");
        return 2;
    }

    if (paced_open(&p) < 0) {
        perror("paced");
        return 1;
    }

    (void) prctl(PR_SET_TIMERSLACK, 1UL);
    p.from_ns = load_now_ns() + 10000000;

    while (p.over < p.count) {
        paced_turn(&p);
    }

    paced_print(&p);

    return p.errors > 0;
}

static int
paced_open(paced_t *p)
{
    int                    len;
    unsigned               i;
    const paced_options_t *o = &p->options;

    len = snprintf(p->text, sizeof(p->text),
                   "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%.0f\r\n"
                   "Authorization: Bearer %s\r\n\r\n",
                   o->path, o->port, o->token);
    if (len < 0 || (size_t) len >= sizeof(p->text)) {
        errno = E2BIG;
        return -1;
    }

    p->len = (size_t) len;
    p->warm = (unsigned) (o->rate * o->warm_s);
    p->count = p->warm + (unsigned) (o->rate * o->seconds);
    p->server.sin_family = AF_INET;
    p->server.sin_port = htons((uint16_t) o->port);
    p->server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    p->connections = calloc((size_t) o->connections,
                            sizeof(paced_connection_t));
    if (p->epoll < 0 || p->connections == NULL) {
        return -1;
    }

    for (i = 0; i < (unsigned) o->connections; i++) {
        if (paced_connect(p, &p->connections[i]) < 0) {
            return -1;
        }

        p->connections[i].next = p->free;
        p->free = &p->connections[i];
    }

    return 0;
}

/* On this host: it does not wait. */
static int
paced_connect(paced_t *p, paced_connection_t *c)
{
    int                yes = 1;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

    c->closes = 0;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        return -1;
    }

    (void) setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));

    return connect(c->fd, (const struct sockaddr *) &p->server,
                   sizeof(p->server))
                       < 0
                   || epoll_ctl(p->epoll, EPOLL_CTL_ADD, c->fd, &event) < 0
               ? -1
               : 0;
}

static uint64_t
paced_due_ns(const paced_t *p, unsigned request)
{
    return p->from_ns + (uint64_t) (request * (NS_S / p->options.rate));
}

/* No request goes unanswered for ever. */
static void
paced_give_up(paced_t *p)
{
    unsigned missing = p->count - p->over;
    uint64_t last = paced_due_ns(p, p->count);

    if (load_now_ns() > last + (uint64_t) (p->options.patience_ms * NS_MS)) {
        p->errors += missing;
        p->over = p->count;
    }
}

static void
paced_turn(paced_t *p)
{
    int                i, n;
    uint64_t           now, due;
    struct timespec    nap = { 0, 50000000 };
    struct epoll_event events[EVENTS_MAX];

    paced_begin(p);

    if (p->begun < p->count && p->free != NULL) {
        now = load_now_ns();
        due = paced_due_ns(p, p->begun);
        due = due > now ? due - now : 0;
        nap.tv_nsec = due < 50000000 ? (long) due : 50000000;
    }

    n = epoll_pwait2(p->epoll, events, EVENTS_MAX, &nap, NULL);

    for (i = 0; i < n; i++) {
        paced_receive(p, events[i].data.ptr);
    }

    paced_give_up(p);
}

static void
paced_begin(paced_t *p)
{
    uint64_t            due, now;
    paced_connection_t *c;

    for (; p->begun < p->count && p->free != NULL; p->begun++) {
        now = load_now_ns();
        due = paced_due_ns(p, p->begun);
        if (due > now) {
            break;
        }

        c = p->free;
        p->free = c->next;
        c->request = p->begun;
        c->got = c->want = 0;
        c->is_busy = 1;
        c->is_bad = 0;

        if (c->request >= p->warm) {
            load_histogram_add(&p->late, now - due);
        }

        /* It is small, and nothing else is on its way. */
        if (send(c->fd, p->text, p->len, MSG_NOSIGNAL) != (ssize_t) p->len) {
            paced_over(p, c, 1);
        }
    }
}

static void
paced_receive(paced_t *p, paced_connection_t *c)
{
    ssize_t     n;
    size_t      room = HEAD_MAX - c->got;
    static char body[ANSWER_MAX];

    if (c->want == 0) {
        n = recv(c->fd, c->head + c->got, room, MSG_DONTWAIT);
    } else {
        n = recv(c->fd, body, sizeof(body), MSG_DONTWAIT);
    }

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }

    if (n <= 0 || !c->is_busy) {
        paced_over(p, c, c->is_busy);
        return;
    }

    c->got += (size_t) n;

    if (c->want == 0 && paced_head(c) < 0) {
        paced_over(p, c, 1);
    } else if (c->want > 0 && c->got >= c->want) {
        paced_over(p, c, c->is_bad || c->got > c->want);
    }
}

/* How much there will be. Returns 0, or -1 when that is not to be known. */
static int
paced_head(paced_connection_t *c)
{
    char *end, *length, *stop;
    long  n;

    c->head[c->got] = '\0';
    end = strstr(c->head, "\r\n\r\n");
    if (end == NULL) {
        return c->got < HEAD_MAX ? 0 : -1;
    }

    *end = '\0';
    length = strcasestr(c->head, "\r\ncontent-length:");
    if (length == NULL) {
        return -1;
    }

    n = strtol(length + sizeof("\r\ncontent-length:") - 1, &stop, 10);
    if (n < 0 || n > ANSWER_MAX || (*stop != '\r' && *stop != '\0')) {
        return -1;
    }

    c->want = (size_t) (end + 4 - c->head) + (size_t) n;
    c->closes = strcasestr(c->head, "\r\nconnection: close") != NULL;
    c->is_bad = strncmp(c->head, "HTTP/1.1 200 ", 13) != 0;

    return 0;
}

/* Of a request, or of a connection that nothing was asked on. */
static void
paced_over(paced_t *p, paced_connection_t *c, int failed)
{
    uint64_t now = load_now_ns();

    if (!c->is_busy || failed || c->closes) {
        (void) close(c->fd);
        if (paced_connect(p, c) < 0) {
            perror("paced");
            exit(1);
        }
    }

    if (!c->is_busy) {
        return;
    }

    if (failed) {
        p->errors++;
    } else if (c->request >= p->warm) {
        load_histogram_add(&p->trip, now - paced_due_ns(p, c->request));
    }

    c->is_busy = 0;
    c->next = p->free;
    p->free = c;
    p->over++;
}

static void
paced_print(const paced_t *p)
{
    printf("{\"rate\":%.1f,\"seconds\":%.1f,\"answered\":%llu,\"errors\":%u,"
           "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,"
           "\"generator_late_p99_ms\":%.3f}\n",
           p->options.rate, p->options.seconds,
           (unsigned long long) p->trip.count, p->errors,
           load_histogram_ms(&p->trip, 0.5), load_histogram_ms(&p->trip, 0.99),
           (double) p->trip.max / NS_MS, load_histogram_ms(&p->late, 0.99));
}
