/* SPDX-License-Identifier: BSD-2-Clause */

#include <ngx_sha1.h>

#include "ngx_frontdesk_handshake.h"

/* RFC 6455 section 1.3. */
#define HANDSHAKE_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define HANDSHAKE_ACCEPT_LEN ngx_base64_encoded_length(20)

#define HANDSHAKE_UPGRADE_REQUIRED 426

typedef struct {
    ngx_str_t key;
    ngx_str_t version;
    ngx_str_t upgrade;
    ngx_str_t connection;
    ngx_uint_t keys;
} handshake_t;

static void handshake_headers(ngx_http_request_t *r, handshake_t *h);
static ngx_uint_t handshake_is_header(const ngx_table_elt_t *header,
    const char *name);
static ngx_int_t handshake_has_token(ngx_str_t *list, const char *token);


const char *
ngx_frontdesk_handshake_check(ngx_http_request_t *r, ngx_str_t *key,
    ngx_uint_t *status)
{
    u_char bytes[32];
    ngx_str_t decoded = { 0, bytes }, version = ngx_string("13");
    handshake_t h;

    ngx_memzero(&h, sizeof(h));
    handshake_headers(r, &h);
    *status = NGX_HTTP_BAD_REQUEST;

    if (r->method != NGX_HTTP_GET || r->http_version != NGX_HTTP_VERSION_11
        || r->headers_in.content_length_n > 0 || r->headers_in.chunked)
    {
        return "A WebSocket begins with a GET of HTTP/1.1 without a body.";
    }

    if (!handshake_has_token(&h.upgrade, "websocket")
        || !handshake_has_token(&h.connection, "upgrade"))
    {
        return "This is a WebSocket: upgrade to it.";
    }

    if (h.version.len != 2 || ngx_strncmp(h.version.data, "13", 2) != 0) {
        (void) ngx_frontdesk_add_header(r, "Sec-WebSocket-Version", &version);
        *status = HANDSHAKE_UPGRADE_REQUIRED;
        return "Only WebSocket version 13 is spoken.";
    }

    if (h.keys != 1 || h.key.len != 24
        || ngx_decode_base64(&decoded, &h.key) != NGX_OK
        || decoded.len != 16)
    {
        return "Sec-WebSocket-Key is not 16 bytes in base64.";
    }

    *key = h.key;

    return NULL;
}

ngx_int_t
ngx_frontdesk_handshake_answer(ngx_http_request_t *r, ngx_str_t *key)
{
    u_char digest[20], text[HANDSHAKE_ACCEPT_LEN];
    ngx_str_t accept = { 0, text }, hash = { 20, digest };
    ngx_str_t upgrade = ngx_string("websocket");
    ngx_sha1_t sha;

    ngx_sha1_init(&sha);
    ngx_sha1_update(&sha, key->data, key->len);
    ngx_sha1_update(&sha, HANDSHAKE_GUID, sizeof(HANDSHAKE_GUID) - 1);
    ngx_sha1_final(digest, &sha);
    ngx_encode_base64(&accept, &hash);

    r->headers_out.status = NGX_HTTP_SWITCHING_PROTOCOLS;
    ngx_str_set(&r->headers_out.status_line, "101 Switching Protocols");

    if (ngx_frontdesk_add_header(r, "Upgrade", &upgrade) != NGX_OK
        || ngx_frontdesk_add_header(r, "Sec-WebSocket-Accept", &accept)
               != NGX_OK
        || ngx_http_send_header(r) == NGX_ERROR
        || ngx_http_send_special(r, NGX_HTTP_FLUSH) == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}

static void
handshake_headers(ngx_http_request_t *r, handshake_t *h)
{
    ngx_uint_t i;
    ngx_list_part_t *part;
    ngx_table_elt_t *header;

    part = &r->headers_in.headers.part;
    header = part->elts;

    for (i = 0; /* void */ ; i++) {
        if (i >= part->nelts) {
            if (part->next == NULL) {
                return;
            }
            part = part->next;
            header = part->elts;
            i = 0;
        }

        if (handshake_is_header(&header[i], "Sec-WebSocket-Key")) {
            h->key = header[i].value;
            h->keys++;
        } else if (handshake_is_header(&header[i], "Sec-WebSocket-Version")) {
            h->version = header[i].value;
        } else if (handshake_is_header(&header[i], "Upgrade")) {
            h->upgrade = header[i].value;
        } else if (handshake_is_header(&header[i], "Connection")) {
            h->connection = header[i].value;
        }
    }
}

static ngx_uint_t
handshake_is_header(const ngx_table_elt_t *header, const char *name)
{
    size_t len = ngx_strlen(name);

    return header->key.len == len
           && ngx_strncasecmp(header->key.data, (u_char *) name, len) == 0;
}

static ngx_int_t
handshake_has_token(ngx_str_t *list, const char *token)
{
    size_t len = ngx_strlen(token);
    u_char *p, *end, *last = list->data + list->len;

    for (p = list->data; p < last; p = end + 1) {
        while (p < last && (*p == ' ' || *p == '\t')) {
            p++;
        }

        end = ngx_strlchr(p, last, ',');
        if (end == NULL) {
            end = last;
        }

        if ((size_t) (end - p) >= len
            && ngx_strncasecmp(p, (u_char *) token, len) == 0
            && (p + len == end || p[len] == ' ' || p[len] == '\t'))
        {
            return 1;
        }
    }

    return 0;
}
