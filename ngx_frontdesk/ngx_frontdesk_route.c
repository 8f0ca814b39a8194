/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_ROUTE_BUCKETS 256 /* 2^n */
#define NGX_FRONTDESK_PATH_CHARS    200 /* of a {key:text} */

/* The carrier's are in the first, as a caller waits for them. */
static const ngx_frontdesk_route_t *const ngx_frontdesk_areas[] = {
    ngx_frontdesk_routes_core,
    ngx_frontdesk_routes_accounts,
    ngx_frontdesk_routes_team,
    ngx_frontdesk_routes_business,
    ngx_frontdesk_routes_people,
    ngx_frontdesk_routes_jobs,
};

#define NGX_FRONTDESK_AREAS \
    (sizeof(ngx_frontdesk_areas) / sizeof(ngx_frontdesk_areas[0]))

/* Rows by what their paths begin with; within one, in the table's order. */
struct ngx_frontdesk_routes_s {
    ngx_uint_t n;
    ngx_frontdesk_plan_t *plans;
    ngx_frontdesk_plan_t *buckets[NGX_FRONTDESK_ROUTE_BUCKETS];
};

static const struct {
    ngx_uint_t method;
    ngx_str_t name;
} ngx_frontdesk_methods[] = {
    { NGX_HTTP_GET, ngx_string("GET, HEAD") },
    { NGX_HTTP_POST, ngx_string("POST") },
    { NGX_HTTP_PUT, ngx_string("PUT") },
    { NGX_HTTP_PATCH, ngx_string("PATCH") },
    { NGX_HTTP_DELETE, ngx_string("DELETE") },
};

#define NGX_FRONTDESK_ALLOW "GET, HEAD, POST, PUT, PATCH, DELETE"

static ngx_int_t ngx_frontdesk_route_match(const ngx_str_t *pattern,
    const ngx_str_t *uri, ngx_str_t *path);
static ngx_int_t ngx_frontdesk_route_allow(ngx_http_request_t *r,
    ngx_uint_t methods, ngx_str_t *allow);


/* The index. */

/*
 * What stands in front of the n-th slash but the first: "/api/clients" of
 * "/api/clients/{id}" for two.  As far as it is literal.
 */
static ngx_str_t
ngx_frontdesk_route_head(const ngx_str_t *path, ngx_uint_t n)
{
    size_t i;
    ngx_str_t head = *path;

    for (i = 1; i < path->len; i++) {
        if (path->data[i] == '/' && --n == 0) {
            head.len = i;
            break;
        }

        if (path->data[i] == '{' && path->data[i - 1] == '/') {
            head.len = i - 1;
            break;
        }
    }

    return head;
}

static ngx_frontdesk_plan_t **
ngx_frontdesk_route_bucket(ngx_frontdesk_routes_t *routes,
    const ngx_str_t *head)
{
    return &routes->buckets[ngx_hash_key(head->data, head->len)
                            & (NGX_FRONTDESK_ROUTE_BUCKETS - 1)];
}

static void
ngx_frontdesk_route_index(ngx_frontdesk_routes_t *routes,
    ngx_frontdesk_plan_t *plan)
{
    ngx_frontdesk_plan_t **link;

    plan->head = ngx_frontdesk_route_head(&plan->route->pattern, 2);

    for (link = ngx_frontdesk_route_bucket(routes, &plan->head);
         *link != NULL; link = &(*link)->next)
    {
        /* void: to its end */
    }

    *link = plan;
}

ngx_frontdesk_routes_t *
ngx_frontdesk_routes_create(ngx_conf_t *cf)
{
    ngx_uint_t area, n = 0;
    ngx_frontdesk_plan_t *plan;
    ngx_frontdesk_routes_t *routes;
    const ngx_frontdesk_route_t *row;

    for (area = 0; area < NGX_FRONTDESK_AREAS; area++) {
        for (row = ngx_frontdesk_areas[area]; row->methods != 0; row++) {
            n++;
        }
    }

    routes = ngx_pcalloc(cf->pool, sizeof(ngx_frontdesk_routes_t));
    plan = ngx_pcalloc(cf->pool, n * sizeof(ngx_frontdesk_plan_t));
    if (routes == NULL || plan == NULL) {
        return NULL;
    }

    routes->n = n;
    routes->plans = plan;

    for (area = 0; area < NGX_FRONTDESK_AREAS; area++) {
        for (row = ngx_frontdesk_areas[area]; row->methods != 0; row++) {
            if (ngx_frontdesk_plan_make(cf, plan, row) != NGX_OK) {
                return NULL;
            }
            ngx_frontdesk_route_index(routes, plan++);
        }
    }

    return routes;
}


/* Paths. */

/* What stands in front of the next slash. */
static ngx_str_t
ngx_frontdesk_route_segment(ngx_str_t *rest)
{
    u_char *slash;
    ngx_str_t segment = *rest;

    slash = ngx_strlchr(rest->data, rest->data + rest->len, '/');
    if (slash != NULL) {
        segment.len = (size_t) (slash - rest->data);
    }

    rest->data += segment.len;
    rest->len -= segment.len;

    return segment;
}

static ngx_int_t
ngx_frontdesk_route_ends(const ngx_str_t *text, const char *end, size_t len)
{
    return text->len >= len
           && ngx_memcmp(text->data + text->len - len, end, len) == 0;
}

/* Whether a segment may stand for a {...}. */
static ngx_int_t
ngx_frontdesk_route_fits(const ngx_str_t *want, const ngx_str_t *have)
{
    long chars;
    ngx_int_t n;

    if (ngx_frontdesk_route_ends(want, ":text}", 6)) {
        chars = ngx_frontdesk_text_length((char *) have->data, have->len);
        return chars > 0 && chars <= NGX_FRONTDESK_PATH_CHARS;
    }

    if (ngx_frontdesk_route_ends(want, ":int}", 5)) {
        n = ngx_atoi(have->data, have->len);
        return n != NGX_ERROR && n <= NGX_MAX_INT32_VALUE;
    }

    return ngx_frontdesk_is_uuid((char *) have->data, have->len);
}

static ngx_int_t
ngx_frontdesk_route_match(const ngx_str_t *pattern, const ngx_str_t *uri,
    ngx_str_t *path)
{
    ngx_str_t want, have, wanted = *pattern, rest = *uri;
    ngx_uint_t n = 0;

    while (wanted.len > 0 && rest.len > 0) {
        if (rest.data[0] != '/') {
            return NGX_DECLINED;
        }

        wanted.data++, wanted.len--;
        rest.data++, rest.len--;
        want = ngx_frontdesk_route_segment(&wanted);
        have = ngx_frontdesk_route_segment(&rest);

        if (want.len > 0 && want.data[0] == '{') {
            if (!ngx_frontdesk_route_fits(&want, &have)) {
                return NGX_DECLINED;
            }
            path[n++] = have;

        } else if (want.len != have.len
                   || ngx_memcmp(want.data, have.data, have.len) != 0)
        {
            return NGX_DECLINED;
        }
    }

    return wanted.len == 0 && rest.len == 0 ? NGX_OK : NGX_DECLINED;
}

static ngx_int_t
ngx_frontdesk_route_allow(ngx_http_request_t *r, ngx_uint_t methods,
    ngx_str_t *allow)
{
    u_char *p;
    ngx_uint_t i;

    p = ngx_pnalloc(r->pool, sizeof(NGX_FRONTDESK_ALLOW));
    if (p == NULL) {
        return NGX_ERROR;
    }

    allow->data = p;
    for (i = 0; i < sizeof(ngx_frontdesk_methods)
                        / sizeof(ngx_frontdesk_methods[0]);
         i++)
    {
        if (methods & ngx_frontdesk_methods[i].method) {
            p = ngx_sprintf(p, "%s%V", p == allow->data ? "" : ", ",
                            &ngx_frontdesk_methods[i].name);
        }
    }
    allow->len = (size_t) (p - allow->data);

    return NGX_BUSY;
}

/* Adds the methods of rows that have another one to others. */
static const ngx_frontdesk_plan_t *
ngx_frontdesk_route_among(ngx_frontdesk_routes_t *routes,
    ngx_http_request_t *r, const ngx_str_t *head, ngx_str_t *path,
    ngx_uint_t *others)
{
    ngx_uint_t method;
    const ngx_frontdesk_plan_t *plan;

    method = r->method == NGX_HTTP_HEAD ? NGX_HTTP_GET : r->method;

    for (plan = *ngx_frontdesk_route_bucket(routes, head); plan != NULL;
         plan = plan->next)
    {
        if (plan->head.len != head->len
            || ngx_memcmp(plan->head.data, head->data, head->len) != 0
            || ngx_frontdesk_route_match(&plan->route->pattern, &r->uri, path)
                   != NGX_OK)
        {
            continue;
        }

        if (plan->route->methods & method) {
            return plan;
        }

        *others |= plan->route->methods;
    }

    return NULL;
}

ngx_int_t
ngx_frontdesk_route_find(ngx_http_request_t *r,
    const ngx_frontdesk_plan_t **found, ngx_str_t *path, ngx_str_t *allow)
{
    size_t len = 0;
    ngx_str_t head;
    ngx_uint_t n, others = 0;
    const ngx_frontdesk_plan_t *plan;
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    /* The more literal first. */
    for (n = 2; n > 0; n--) {
        head = ngx_frontdesk_route_head(&r->uri, n);
        if (head.len == len) {
            break;
        }

        len = head.len;
        plan = ngx_frontdesk_route_among(mcf->routes, r, &head, path, &others);
        if (plan != NULL) {
            *found = plan;
            return NGX_OK;
        }
    }

    if (others == 0) {
        return NGX_DECLINED;
    }

    return ngx_frontdesk_route_allow(r, others, allow);
}
