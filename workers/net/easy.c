/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/address.h"
#include "net/host_own.h"

/* Debian's, one file a certificate: only what is needed is read. */
#define CA_FOLDER "/etc/ssl/certs"
/* A read of a turn: libcurl reads up to a hundred times this much. */
#define READ_BYTES 4096L

static int target_part(CURLU *url, CURLUPart part, unsigned flags, char *to,
                       size_t room);
static int target_scheme(net_target_t *target, const char *scheme,
                         unsigned trusted);
static curl_socket_t easy_on_socket(void *data, curlsocktype purpose,
                                    struct curl_sockaddr *address);

int
net_target_read(net_target_t *target, const net_peer_t *peer)
{
    int    rc;
    char   scheme[16], port[8], user[8], query[4096];
    size_t length;
    CURLU *url;

    memset(target, 0, sizeof(*target));

    url = curl_url();
    if (url == NULL) {
        return -ENOMEM;
    }

    rc = curl_url_set(url, CURLUPART_URL, peer->url,
                      CURLU_NON_SUPPORT_SCHEME)
                 == CURLUE_OK
             ? 0
             : -EINVAL;

    if (rc == 0
        && (target_part(url, CURLUPART_USER, 0, user, sizeof(user)) != -ENOENT
            || target_part(url, CURLUPART_PASSWORD, 0, user, sizeof(user))
                   != -ENOENT
            || target_part(url, CURLUPART_SCHEME, 0, scheme, sizeof(scheme))
                   < 0
            || target_part(url, CURLUPART_HOST, 0, target->host,
                           sizeof(target->host))
                   < 0
            || target_part(url, CURLUPART_PATH, 0, target->path,
                           sizeof(target->path))
                   < 0
            || target_scheme(target, scheme, peer->trusted) < 0))
    {
        rc = -EINVAL;
    }

    if (rc == 0) {
        target->port = target->is_tls ? 443 : 80;
        target->is_usual_port = 1;

        if (target_part(url, CURLUPART_PORT, 0, port, sizeof(port)) == 0) {
            target->is_usual_port = atoi(port) == target->port;
            target->port = (uint16_t) atoi(port);
        }

        /* Of strangers, only where such services are. */
        if (!peer->trusted && target->port != 443 && target->port != 8443) {
            rc = -EINVAL;
        }
    }

    if (rc == 0) {
        length = strlen(target->path);
        rc = target_part(url, CURLUPART_QUERY, 0, query, sizeof(query));

        if (rc == 0 && length + 1 + strlen(query) < sizeof(target->path)) {
            target->path[length] = '?';
            strcpy(target->path + length + 1, query);
        } else {
            rc = rc == -ENOENT ? 0 : -EINVAL;
        }
    }

    curl_url_cleanup(url);

    return rc;
}

CURL *
net_easy_create(net_host_t *host, const net_target_t *target,
                net_guard_t *guard, uint32_t connect_ms)
{
    int   rc = 0;
    char *url;
    CURL *easy;

    easy = curl_easy_init();
    if (easy == NULL) {
        return NULL;
    }

    if (asprintf(&url, "%s://%s:%u%s", target->is_tls ? "https" : "http",
                 target->host, target->port, target->path)
        < 0)
    {
        curl_easy_cleanup(easy);
        return NULL;
    }

#define SET(option, value) rc |= (int) curl_easy_setopt(easy, option, value)
    SET(CURLOPT_URL, url);
    SET(CURLOPT_PROTOCOLS_STR, guard->trusted ? "http,https" : "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, ""); /* and none of the environment's */
    SET(CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    SET(CURLOPT_NOSIGNAL, 1L);
    /* Who is given up while its name is sought is not waited for. */
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_TCP_NODELAY, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    SET(CURLOPT_BUFFERSIZE, READ_BYTES);
    SET(CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_CAPATH, CA_FOLDER);
    SET(CURLOPT_CAINFO, host->ca_file);
    SET(CURLOPT_SHARE, host->share);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long) connect_ms);
    SET(CURLOPT_OPENSOCKETFUNCTION, easy_on_socket);
    SET(CURLOPT_OPENSOCKETDATA, guard);
#undef SET

    free(url);

    if (rc != 0) {
        curl_easy_cleanup(easy);
        return NULL;
    }

    return easy;
}

fault_t
net_fault_of(CURLcode rc, const net_guard_t *guard)
{
    fault_t fault = { FAULT_LOST, 0, curl_easy_strerror(rc) };

    switch (rc) {
    case CURLE_COULDNT_CONNECT:
        if (guard->refused) {
            fault.kind = FAULT_REFUSED;
            fault.reason = "its address is not public";
        }
        break;

    case CURLE_URL_MALFORMAT:
        fault.kind = FAULT_REFUSED;
        break;

    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        fault.kind = FAULT_INVALID;
        break;

    default:
        break;
    }

    return fault;
}

static int
target_part(CURLU *url, CURLUPart part, unsigned flags, char *to, size_t room)
{
    int   rc;
    char *text;

    rc = (int) curl_url_get(url, part, &text, flags);
    if (rc != CURLUE_OK) {
        return -ENOENT;
    }

    rc = strlen(text) < room ? 0 : -E2BIG;
    if (rc == 0) {
        strcpy(to, text);
    }

    curl_free(text);

    return rc;
}

static int
target_scheme(net_target_t *target, const char *scheme, unsigned trusted)
{
    target->is_tls = strcmp(scheme, "https") == 0 || strcmp(scheme, "wss") == 0;
    target->is_socket = strcmp(scheme, "ws") == 0 || strcmp(scheme, "wss") == 0;

    if (target->is_tls) {
        return 0;
    }

    return trusted && (target->is_socket || strcmp(scheme, "http") == 0)
               ? 0
               : -EINVAL;
}

/*
 * The last moment: whatever name, notation or resolver said before, this is
 * where the connection goes.
 */
static curl_socket_t
easy_on_socket(void *data, curlsocktype purpose,
               struct curl_sockaddr *address)
{
    int          fd;
    net_guard_t *guard = data;

    if (purpose != CURLSOCKTYPE_IPCXN) {
        return CURL_SOCKET_BAD;
    }

    if (!guard->trusted && !net_address_is_public(&address->addr)) {
        guard->refused = 1;
        return CURL_SOCKET_BAD;
    }

    fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);

    return fd < 0 ? CURL_SOCKET_BAD : fd;
}
