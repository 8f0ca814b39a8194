/* SPDX-License-Identifier: BSD-2-Clause */

/* Who asks: bearer tokens and API keys, and whether our own pages do. */

#include "ngx_frontdesk_session.h"

#define NGX_FRONTDESK_KEY_PREFIX "fdk_"
#define NGX_FRONTDESK_KEY_CHARS  47 /* the prefix, 43 in base64url */

/* NGX_OK: it has the form of a key; whether it is one, Postgres says. */
static ngx_int_t
ngx_frontdesk_auth_key(ngx_http_request_t *r, const u_char *text, size_t len)
{
    size_t i;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (len != NGX_FRONTDESK_KEY_CHARS
        || ngx_strncmp(text, NGX_FRONTDESK_KEY_PREFIX,
                       sizeof(NGX_FRONTDESK_KEY_PREFIX) - 1)
               != 0)
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < len; i++) {
        if (!((text[i] >= '0' && text[i] <= '9') || text[i] == '-'
              || text[i] == '_'
              || ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z')))
        {
            return NGX_DECLINED;
        }
    }

    return ngx_frontdesk_digest(ctx->key_digest, (char *) text, len) == 0
               ? NGX_OK
               : NGX_DECLINED;
}

ngx_int_t
ngx_frontdesk_auth_bearer(ngx_http_request_t *r)
{
    ngx_str_t *value;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_main_conf_t *mcf;

    static const char scheme[] = "Bearer ";

    if (r->headers_in.authorization == NULL) {
        return NGX_DECLINED;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    value = &r->headers_in.authorization->value;

    if (value->len < sizeof(scheme)
        || ngx_strncasecmp(value->data, (u_char *) scheme, sizeof(scheme) - 1)
               != 0)
    {
        return NGX_DECLINED;
    }

    if (ngx_frontdesk_auth_key(r, value->data + sizeof(scheme) - 1,
                               value->len - (sizeof(scheme) - 1))
        == NGX_OK)
    {
        return NGX_OK;
    }

    if (ngx_frontdesk_access_verify(&ctx->actor,
                                    (char *) value->data + sizeof(scheme) - 1,
                                    value->len - (sizeof(scheme) - 1),
                                    mcf->desk.public_base_url,
                                    mcf->desk.jwt_secret, ngx_time())
        != 0)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* Pages. */

/* scheme://host:port of the page that asks is ours. */
static ngx_int_t
ngx_frontdesk_is_own_origin(ngx_http_request_t *r, ngx_str_t *origin)
{
    size_t scheme;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    if (origin->len == mcf->base_url.len
        && ngx_strncasecmp(origin->data, mcf->base_url.data, origin->len) == 0)
    {
        return 1;
    }

    /* Another name of this machine, such as localhost. */
    scheme = mcf->https ? sizeof("https://") - 1 : sizeof("http://") - 1;

    return r->headers_in.host != NULL
           && origin->len == scheme + r->headers_in.host->value.len
           && ngx_strncasecmp(origin->data, mcf->base_url.data, scheme) == 0
           && ngx_strncasecmp(origin->data + scheme,
                              r->headers_in.host->value.data,
                              r->headers_in.host->value.len)
                  == 0;
}

/*
 * A call that a cookie speaks for comes from our own pages, or from no page at
 * all.  Browsers send Origin with every POST, and newer ones where it is from.
 */
static ngx_int_t
ngx_frontdesk_is_same_site(ngx_http_request_t *r)
{
    ngx_str_t *site, *origin;

    site = ngx_frontdesk_find_header(r, "sec-fetch-site");
    if (site != NULL
        && !(site->len == 11 && ngx_strncmp(site->data, "same-origin", 11) == 0)
        && !(site->len == 4 && ngx_strncmp(site->data, "none", 4) == 0))
    {
        return 0;
    }

    origin = ngx_frontdesk_find_header(r, "origin");

    return origin == NULL || ngx_frontdesk_is_own_origin(r, origin);
}

ngx_int_t
ngx_frontdesk_check_site(ngx_http_request_t *r, ngx_int_t *sent)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (!ngx_frontdesk_is_same_site(r)) {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_FORBIDDEN,
                                         "This is for our own pages only.",
                                         NULL);
        return NGX_DECLINED;
    }

    if (ctx->body.len > 0
        && !ngx_frontdesk_is_content_type(r, "application/json"))
    {
        *sent = ngx_frontdesk_send_error(r, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                         "The body must be application/json.",
                                         NULL);
        return NGX_DECLINED;
    }

    return NGX_OK;
}

ngx_int_t
ngx_frontdesk_check_person(ngx_http_request_t *r, ngx_int_t *sent)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (ctx->key_digest[0] == '\0') {
        return NGX_OK;
    }

    *sent = ngx_frontdesk_send_error(r, NGX_HTTP_FORBIDDEN,
                                     "This cannot be done with an API key.",
                                     NULL);
    return NGX_DECLINED;
}


/* What is kept of a login. */

const char *
ngx_frontdesk_address(ngx_http_request_t *r)
{
    const char *text;

    text = ngx_frontdesk_string(r->pool, &r->connection->addr_text);

    return text != NULL ? text : "";
}

/* Text that Postgres takes: what is not plain goes. */
const char *
ngx_frontdesk_user_agent(ngx_http_request_t *r)
{
    char *text, *p;

    if (r->headers_in.user_agent == NULL) {
        return NULL;
    }

    text = ngx_frontdesk_string(r->pool, &r->headers_in.user_agent->value);
    if (text == NULL) {
        return NULL;
    }

    for (p = text; *p != '\0'; p++) {
        if (*p < 0x20 || *p > 0x7e) {
            *p = '?';
        }
    }

    return text;
}
