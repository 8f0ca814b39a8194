/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A yardstick: what an echo of media streams costs at least. One thread, epoll,
 * no more of HTTP, WebSocket and JSON than that takes; nothing is checked, so
 * it is to be used on loopback only.
 *
 *   epoll_echo PORT
 */

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#define EVENTS_MAX 256
#define ROOM 65536
#define SID_BYTES 34
#define WS_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

typedef struct {
    int      fd;
    int      is_open; /* upgraded */
    char     sid[SID_BYTES];
    size_t   held_len; /* what came and is not whole */
    uint8_t *held;
} peer_t;

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789+/";

static uint8_t in[ROOM + 1];
static uint8_t out[2 * ROOM];
static uint8_t values[256];

static int listen_on(int port);
static void peer_accept(int epoll, int listener);
static void peer_read(peer_t *p);
static void peer_close(peer_t *p);
static long upgrade(peer_t *p, size_t len);
static size_t echo(peer_t *p, uint8_t *data, size_t len, size_t *sent);
static size_t answer(peer_t *p, uint8_t *to, const char *text, size_t len);

int
main(int argc, char **argv)
{
    int                n, i, epoll, listener;
    struct epoll_event event, events[EVENTS_MAX];

    for (i = 0; i < 64; i++) {
        values[(uint8_t) letters[i]] = (uint8_t) i;
    }

    epoll = epoll_create1(0);
    listener = argc == 2 ? listen_on(atoi(argv[1])) : -1;
    if (epoll < 0 || listener < 0) {
        perror("epoll_echo");
        return 1;
    }

    event.events = EPOLLIN;
    event.data.ptr = NULL;
    (void) epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);

    for (;;) {
        n = epoll_wait(epoll, events, EVENTS_MAX, -1);

        for (i = 0; i < n; i++) {
            if (events[i].data.ptr == NULL) {
                peer_accept(epoll, listener);
            } else {
                peer_read(events[i].data.ptr);
            }
        }
    }
}

static int
listen_on(int port)
{
    int                fd, one = 1;
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t) port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    fd = socket(AF_INET, SOCK_STREAM, 0);
    (void) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));

    return bind(fd, (struct sockaddr *) &at, sizeof(at)) < 0
                   || listen(fd, 4096) < 0
               ? -1
               : fd;
}

static void
peer_accept(int epoll, int listener)
{
    int                one = 1;
    peer_t            *p = calloc(1, sizeof(peer_t));
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = p };

    p->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    (void) setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    (void) epoll_ctl(epoll, EPOLL_CTL_ADD, p->fd, &event);
}

static void
peer_read(peer_t *p)
{
    long    used;
    size_t  len = p->held_len, sent = 0;
    ssize_t n;

    if (len > 0) {
        memcpy(in, p->held, len);
    }

    n = recv(p->fd, in + len, ROOM - len, 0);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) {
            peer_close(p);
        }
        return;
    }

    len += (size_t) n;
    in[len] = '\0';
    used = p->is_open ? (long) echo(p, in, len, &sent) : upgrade(p, len);

    if (used < 0
        || (sent > 0 && send(p->fd, out, sent, MSG_NOSIGNAL) != (ssize_t) sent))
    {
        peer_close(p);
        return;
    }

    p->held_len = len - (size_t) used;
    if (p->held_len > 0) {
        p->held = realloc(p->held, p->held_len);
        memcpy(p->held, in + used, p->held_len);
    }
}

static void
peer_close(peer_t *p)
{
    (void) close(p->fd);
    free(p->held);
    free(p);
}

static long
upgrade(peer_t *p, size_t len)
{
    char    text[256], accept[32];
    char   *end = strstr((char *) in, "\r\n\r\n");
    char   *key = strcasestr((char *) in, "Sec-WebSocket-Key: ");
    uint8_t digest[SHA_DIGEST_LENGTH];

    if (end == NULL) {
        return 0;
    }

    if (key == NULL || key > end) {
        return -1;
    }

    (void) snprintf(text, sizeof(text), "%.24s" WS_GUID, key + 19);
    (void) SHA1((uint8_t *) text, strlen(text), digest);
    (void) EVP_EncodeBlock((uint8_t *) accept, digest, sizeof(digest));
    len = (size_t) snprintf(text, sizeof(text),
                            "HTTP/1.1 101 Switching Protocols\r\n"
                            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Accept: %s\r\n\r\n",
                            accept);
    if (send(p->fd, text, len, MSG_NOSIGNAL) != (ssize_t) len) {
        return -1;
    }

    p->is_open = 1;

    return end + 4 - (char *) in;
}

/* All whole frames of what came; the answers leave together. */
static size_t
echo(peer_t *p, uint8_t *data, size_t len, size_t *sent)
{
    size_t   i, head, size, used = 0;
    uint8_t *frame, *text, *mask;

    for (;;) {
        frame = data + used;
        if (len - used < 8) {
            return used;
        }

        size = frame[1] & 0x7f;
        head = size == 126 ? 4 : 2;
        if (size == 126) {
            size = (size_t) frame[2] << 8 | frame[3];
        }

        mask = frame + head;
        text = mask + 4;
        if (len - used < head + 4 + size) {
            return used;
        }

        for (i = 0; i < size; i++) {
            text[i] ^= mask[i % 4];
        }

        used += head + 4 + size;

        if ((frame[0] & 0x0f) == 1) {
            *sent += answer(p, out + *sent, (char *) text, size);
        }
    }
}

/* One message for a media message, none for another. */
static size_t
answer(peer_t *p, uint8_t *to, const char *text, size_t len)
{
    int         n;
    char        message[1024], *m;
    uint8_t     audio[768], *a = audio;
    const char *payload, *end, *sid;

    payload = memmem(text, len, "\"payload\":\"", 11);
    if (payload == NULL) {
        sid = memmem(text, len, "\"streamSid\":\"", 13);
        if (sid != NULL) {
            memcpy(p->sid, sid + 13, SID_BYTES);
        }
        return 0;
    }

    payload += 11;
    end = memchr(payload, '"', len - (size_t) (payload - text));
    if (end == NULL || end - payload > 640) {
        return 0;
    }

    for (; payload < end; payload += 4, a += 3) {
        uint32_t word = (uint32_t) values[(uint8_t) payload[0]] << 18
                        | (uint32_t) values[(uint8_t) payload[1]] << 12
                        | (uint32_t) values[(uint8_t) payload[2]] << 6
                        | values[(uint8_t) payload[3]];

        a[0] = (uint8_t) (word >> 16);
        a[1] = (uint8_t) (word >> 8);
        a[2] = (uint8_t) word;
    }

    /* 216 letters stand for 162 bytes, of which two are padding. */
    a -= end[-1] == '=' ? (end[-2] == '=' ? 2 : 1) : 0;

    n = sprintf(message,
                "{\"event\":\"media\",\"streamSid\":\"%.34s\",\"media\":"
                "{\"payload\":\"",
                p->sid);
    m = message + n;
    m += EVP_EncodeBlock((uint8_t *) m, audio, (int) (a - audio));
    memcpy(m, "\"}}", 3);
    n = (int) (m + 3 - message);

    to[0] = 0x81;
    to[1] = 126;
    to[2] = (uint8_t) (n >> 8);
    to[3] = (uint8_t) n;
    memcpy(to + 4, message, (size_t) n);

    return (size_t) n + 4;
}
