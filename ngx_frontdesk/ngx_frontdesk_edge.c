/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What nginx's own limits count by, and which other origins' pages may read
 * the API (Fetch standard, CORS protocol).
 */

#include "ngx_frontdesk_route.h"

static ngx_str_t ngx_frontdesk_preflight_methods =
    ngx_string("GET, HEAD, POST, PUT, PATCH, DELETE");
static ngx_str_t ngx_frontdesk_preflight_headers =
    ngx_string("Authorization, Content-Type, If-Match, If-None-Match, "
               "Idempotency-Key, X-Request-Id");
static ngx_str_t ngx_frontdesk_preflight_age = ngx_string("600");

/* One of the blank-separated origins of the settings, letter for letter. */
static ngx_int_t
ngx_frontdesk_is_listed(const char *list, const ngx_str_t *origin)
{
    size_t len;
    const char *p;

    for (p = list; *p != '\0'; p += len) {
        p += strspn(p, " ");
        len = strcspn(p, " ");
        if (len > 0 && len == origin->len
            && ngx_memcmp(p, origin->data, len) == 0)
        {
            return 1;
        }
    }

    return 0;
}

static void
ngx_frontdesk_set_variable(ngx_http_variable_value_t *v, u_char *data,
    size_t len)
{
    v->data = data;
    v->len = (unsigned) len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
}

/* $frontdesk_cors_origin: the Origin that came in, when it is allowed. */
static ngx_int_t
ngx_frontdesk_cors_origin_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t *origin;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    ngx_frontdesk_set_variable(v, NULL, 0);

    if (mcf->desk.cors_origins[0] == '\0') {
        return NGX_OK;
    }

    origin = ngx_frontdesk_find_header(r, "origin");
    if (origin != NULL
        && ngx_frontdesk_is_listed(mcf->desk.cors_origins, origin))
    {
        ngx_frontdesk_set_variable(v, origin->data, origin->len);
    }

    return NGX_OK;
}

/* $frontdesk_cors_vary: a shared cache must not mix up origins. */
static ngx_int_t
ngx_frontdesk_cors_vary_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_frontdesk_main_conf_t *mcf;

    static u_char origin[] = "Origin";

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    if (mcf->desk.cors_origins[0] == '\0') {
        ngx_frontdesk_set_variable(v, NULL, 0);
    } else {
        ngx_frontdesk_set_variable(v, origin, sizeof(origin) - 1);
    }

    return NGX_OK;
}

/*
 * $frontdesk_user: whose token or key this is.  Of a key only its digest goes
 * into nginx's shared memory.  Empty, and so not limited by user: neither.
 */
static ngx_int_t
ngx_frontdesk_user_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char *text;
    ngx_str_t *value;
    ngx_frontdesk_access_t access;
    ngx_frontdesk_main_conf_t *mcf;

    static const char scheme[] = "Bearer ";
    static const char key[] = "Bearer fdk_";

    ngx_frontdesk_set_variable(v, NULL, 0);

    if (r->headers_in.authorization == NULL) {
        return NGX_OK;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    value = &r->headers_in.authorization->value;

    if (value->len <= sizeof(key) - 1
        || ngx_strncasecmp(value->data, (u_char *) scheme, sizeof(scheme) - 1)
               != 0)
    {
        return NGX_OK;
    }

    text = ngx_pnalloc(r->pool, NGX_FRONTDESK_DIGEST_BYTES);
    if (text == NULL) {
        return NGX_ERROR;
    }

    if (ngx_strncasecmp(value->data, (u_char *) key, sizeof(key) - 1) == 0) {
        if (ngx_frontdesk_digest((char *) text, (char *) value->data,
                                 value->len)
            != 0)
        {
            return NGX_ERROR;
        }

    } else if (ngx_frontdesk_access_verify(
                   &access, (char *) value->data + sizeof(scheme) - 1,
                   value->len - (sizeof(scheme) - 1),
                   mcf->desk.public_base_url, mcf->desk.jwt_secret,
                   ngx_time())
               == 0)
    {
        ngx_cpystrn(text, (u_char *) access.user_id,
                    NGX_FRONTDESK_DIGEST_BYTES);

    } else {
        return NGX_OK;
    }

    ngx_frontdesk_set_variable(v, text, ngx_strlen(text));

    return NGX_OK;
}

ngx_int_t
ngx_frontdesk_edge_variables(ngx_conf_t *cf)
{
    ngx_uint_t i;
    ngx_http_variable_t *variable;

    static struct {
        ngx_str_t name;
        ngx_http_get_variable_pt get;
    } variables[] = {
        { ngx_string("frontdesk_user"), ngx_frontdesk_user_variable },
        { ngx_string("frontdesk_cors_origin"),
          ngx_frontdesk_cors_origin_variable },
        { ngx_string("frontdesk_cors_vary"),
          ngx_frontdesk_cors_vary_variable },
    };

    for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        variable = ngx_http_add_variable(cf, &variables[i].name, 0);
        if (variable == NULL) {
            return NGX_ERROR;
        }
        variable->get_handler = variables[i].get;
    }

    return NGX_OK;
}

/*
 * OPTIONS: the browser's question before another origin's page may change
 * something.  Whether the origin may is said by $frontdesk_cors_origin, as on
 * every answer; without that header the browser stops.
 */
ngx_int_t
ngx_frontdesk_preflight(ngx_http_request_t *r)
{
    ngx_int_t rc;
    ngx_str_t *origin, none = ngx_null_string;
    ngx_frontdesk_main_conf_t *mcf;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);
    origin = ngx_frontdesk_find_header(r, "origin");

    if (origin != NULL
        && ngx_frontdesk_is_listed(mcf->desk.cors_origins, origin)
        && (ngx_frontdesk_add_header(r, "Access-Control-Allow-Methods",
                                     &ngx_frontdesk_preflight_methods)
                != NGX_OK
            || ngx_frontdesk_add_header(r, "Access-Control-Allow-Headers",
                                        &ngx_frontdesk_preflight_headers)
                   != NGX_OK
            || ngx_frontdesk_add_header(r, "Access-Control-Max-Age",
                                        &ngx_frontdesk_preflight_age)
                   != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_text(r, NGX_HTTP_NO_CONTENT, &none, &none);
}
