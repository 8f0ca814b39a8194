/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "ngx_frontdesk_signature.h"

#define NGX_FRONTDESK_URL_BYTES 8192

/* A URL cut where a port may stand or be missing. */
typedef struct {
    int scheme_len; /* "https://" */
    const char *host;
    int host_len;
    const char *port; /* ":443", or empty */
    int port_len;
    const char *rest;
} ngx_frontdesk_url_t;

static int ngx_frontdesk_form_decode(char **out, const char *text,
    size_t len);
static int ngx_frontdesk_url_cut(ngx_frontdesk_url_t *cut, const char *url);
static int ngx_frontdesk_signature_fits(const char *signature,
    const char *url, ngx_frontdesk_param_t *params, size_t n,
    const char *const *tokens);

int
ngx_frontdesk_form_parse(ngx_frontdesk_param_t *params, size_t max,
    char *decoded, const char *text, size_t len)
{
    size_t n = 0;
    const char *end = text + len, *stop, *equals;

    for ( ; text < end; text = stop + 1) {
        stop = memchr(text, '&', (size_t) (end - text));
        if (stop == NULL) {
            stop = end;
        }

        if (stop == text) {
            continue;
        }

        if (n == max) {
            return -1;
        }

        equals = memchr(text, '=', (size_t) (stop - text));
        if (equals == NULL) {
            equals = stop;
        }

        params[n].name = decoded;
        if (ngx_frontdesk_form_decode(&decoded, text, (size_t) (equals - text))
            != 0)
        {
            return -1;
        }

        params[n].value = decoded - 1; /* the name's NUL */
        if (equals != stop) {
            params[n].value = decoded;
            if (ngx_frontdesk_form_decode(&decoded, equals + 1,
                                          (size_t) (stop - equals - 1))
                != 0)
            {
                return -1;
            }
        }

        n++;
    }

    return (int) n;
}

static int
ngx_frontdesk_hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
ngx_frontdesk_form_decode(char **out, const char *text, size_t len)
{
    int high, low;
    char *p = *out, c;
    size_t i;

    for (i = 0; i < len; i++) {
        c = text[i];

        if (c == '+') {
            c = ' ';

        } else if (c == '%') {
            if (len - i < 3) {
                return -1;
            }

            high = ngx_frontdesk_hex(text[i + 1]);
            low = ngx_frontdesk_hex(text[i + 2]);
            if (high < 0 || low < 0) {
                return -1;
            }

            c = (char) (high << 4 | low);
            i += 2;
        }

        if (c == '\0') {
            return -1;
        }

        *p++ = c;
    }

    *p++ = '\0';
    *out = p;

    return 0;
}

const char *
ngx_frontdesk_form_find(const ngx_frontdesk_param_t *params, size_t n,
    const char *name)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (strcmp(params[i].name, name) == 0) {
            return params[i].value;
        }
    }

    return "";
}

static int
ngx_frontdesk_param_compare(const void *one, const void *two)
{
    int rc;
    const ngx_frontdesk_param_t *a = one, *b = two;

    rc = strcmp(a->name, b->name);
    return rc != 0 ? rc : strcmp(a->value, b->value);
}

int
ngx_frontdesk_signature_make(char out[NGX_FRONTDESK_SIGNATURE_BYTES],
    const char *url, ngx_frontdesk_param_t *params, size_t n,
    const char *token)
{
    char *data, *p;
    size_t i, size;
    uint8_t mac[SHA_DIGEST_LENGTH];

    if (n > 1) {
        qsort(params, n, sizeof(*params), ngx_frontdesk_param_compare);
    }

    size = strlen(url) + 1;
    for (i = 0; i < n; i++) {
        size += strlen(params[i].name) + strlen(params[i].value);
    }

    data = malloc(size);
    if (data == NULL) {
        return -1;
    }

    p = stpcpy(data, url);
    for (i = 0; i < n; i++) {
        /* A value sent twice under one name is signed once. */
        if (i > 0
            && ngx_frontdesk_param_compare(&params[i - 1], &params[i]) == 0)
        {
            continue;
        }
        p = stpcpy(stpcpy(p, params[i].name), params[i].value);
    }

    HMAC(EVP_sha1(), token, (int) strlen(token), (uint8_t *) data,
         (size_t) (p - data), mac, NULL);
    EVP_EncodeBlock((uint8_t *) out, mac, sizeof(mac));
    free(data);

    return 0;
}

int
ngx_frontdesk_signature_check(const char *signature, size_t len,
    const char *url, unsigned websocket, ngx_frontdesk_param_t *params,
    size_t n, const char *const *tokens)
{
    int i, fits = 0;
    char form[NGX_FRONTDESK_URL_BYTES];
    unsigned slash;
    const char *port;
    ngx_frontdesk_url_t cut;

    if (len != NGX_FRONTDESK_SIGNATURE_BYTES - 1
        || ngx_frontdesk_url_cut(&cut, url) != 0)
    {
        return -1;
    }

    /* The official validators add :80 to whatever is not https. */
    port = strncmp(url, "https:", 6) == 0 ? ":443" : ":80";

    for (slash = 0; slash <= (websocket ? 1 : 0); slash++) {
        const struct {
            const char *text;
            int len;
        } ports[] = {
            { cut.port, cut.port_len },
            { "", 0 },
            { port, (int) strlen(port) },
        };

        for (i = 0; i < 3; i++) {
            if (i == 2 && cut.port_len > 0) {
                continue;
            }

            if (snprintf(form, sizeof(form), "%.*s%.*s%.*s%s%s",
                         cut.scheme_len, url, cut.host_len, cut.host,
                         ports[i].len, ports[i].text, cut.rest,
                         slash ? "/" : "")
                >= (int) sizeof(form))
            {
                return -1;
            }

            fits |= ngx_frontdesk_signature_fits(signature, form, params, n,
                                                 tokens);
        }
    }

    return fits ? 0 : -1;
}

static int
ngx_frontdesk_signature_fits(const char *signature, const char *url,
    ngx_frontdesk_param_t *params, size_t n, const char *const *tokens)
{
    int fits = 0;
    char right[NGX_FRONTDESK_SIGNATURE_BYTES];

    for ( ; *tokens != NULL; tokens++) {
        if ((*tokens)[0] == '\0'
            || ngx_frontdesk_signature_make(right, url, params, n, *tokens)
                   != 0)
        {
            continue;
        }

        fits |= CRYPTO_memcmp(right, signature, sizeof(right) - 1) == 0;
    }

    return fits;
}

static int
ngx_frontdesk_url_cut(ngx_frontdesk_url_t *cut, const char *url)
{
    const char *at, *end, *colon;

    cut->host = strstr(url, "://");
    if (cut->host == NULL) {
        return -1;
    }

    cut->host += 3;
    cut->scheme_len = (int) (cut->host - url);

    end = cut->host + strcspn(cut->host, "/?#");
    at = memchr(cut->host, '@', (size_t) (end - cut->host));
    if (at != NULL) {
        cut->host = at + 1; /* a user name is never signed */
    }

    colon = end;
    while (colon > cut->host && colon[-1] >= '0' && colon[-1] <= '9') {
        colon--;
    }

    if (colon > cut->host && colon < end && colon[-1] == ':') {
        colon--;
    } else {
        colon = end;
    }

    cut->host_len = (int) (colon - cut->host);
    cut->port = colon;
    cut->port_len = (int) (end - colon);
    cut->rest = end;

    return 0;
}

int
ngx_frontdesk_signature_check_body(const char *url, const char *body,
    size_t len)
{
    char right[2 * SHA256_DIGEST_LENGTH + 1];
    size_t i;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    const char *found, *query;

    static const char name[] = "bodySHA256=";

    query = strchr(url, '?');
    found = query == NULL ? NULL : strstr(query, name);
    if (found == NULL || (found[-1] != '?' && found[-1] != '&')) {
        return -1;
    }

    found += sizeof(name) - 1;
    if (strcspn(found, "&") != sizeof(right) - 1) {
        return -1;
    }

    SHA256((const uint8_t *) body, len, digest);
    for (i = 0; i < sizeof(digest); i++) {
        snprintf(&right[2 * i], 3, "%02x", digest[i]);
    }

    return CRYPTO_memcmp(found, right, sizeof(right) - 1) == 0 ? 0 : -1;
}
