/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is made of a row when nginx starts: its statements, which are the row's
 * own with something around them.  Their addresses name them to Postgres, so
 * they are made once.
 */

#include "ngx_frontdesk_route.h"

/*
 * An object's tag is of its row as text, made by the same statement.  Nobody
 * else's column has a name in capitals, and the writer leaves it out.
 */
#define NGX_FRONTDESK_TAGGED "select md5(o::text) as \"ETag\", o.* from (%s) o"

#define NGX_FRONTDESK_MATCH \
    "select api.if_match($%ui, (select md5(o::text) from (%s) o))"

/* The answer is written by Postgres, which keeps it with what was done. */
#define NGX_FRONTDESK_KEPT                                                    \
    "with o as materialized (%s), "                                           \
    "a as (select array_agg(to_json(o)) as rows, %s as tag, %s as id from o)" \
    " select k.* from a, api.idempotency_keep("                               \
    "p_key => $%ui, p_route => $%ui, p_hash => $%ui, p_status => %ui, "       \
    "p_place => '%s', p_function => '%s', p_is_list => %s, "                  \
    "p_is_secret => %s, p_rows => a.rows, p_tag => a.tag, p_id => a.id) k"

static const char *
ngx_frontdesk_plan_text(ngx_conf_t *cf, size_t size, const char *format, ...)
{
    u_char *text;
    va_list args;

    text = ngx_pnalloc(cf->pool, size + 1);
    if (text == NULL) {
        return NULL;
    }

    va_start(args, format);
    *ngx_vslprintf(text, text + size, format, args) = '\0';
    va_end(args);

    return (char *) text;
}

/* The largest n of $n. */
static ngx_uint_t
ngx_frontdesk_plan_params(const char *sql)
{
    ngx_uint_t n, most = 0;

    while ((sql = strchr(sql, '$')) != NULL) {
        for (n = 0, sql++; *sql >= '0' && *sql <= '9'; sql++) {
            n = n * 10 + (ngx_uint_t) (*sql - '0');
        }
        most = ngx_max(most, n);
    }

    return most;
}

static ngx_uint_t
ngx_frontdesk_plan_parts(const ngx_str_t *pattern)
{
    size_t i;
    ngx_uint_t n = 0;

    for (i = 0; i < pattern->len; i++) {
        n += pattern->data[i] == '{';
    }

    return n;
}

/* "api.contact_create" of the row's SQL. */
static const char *
ngx_frontdesk_plan_function(ngx_conf_t *cf, const char *sql)
{
    size_t len;
    const char *name = strstr(sql, "api.");

    if (name == NULL) {
        return "";
    }

    len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.");
    return ngx_frontdesk_plan_text(cf, len, "%*s", len, name);
}

static const char *
ngx_frontdesk_plan_kept(ngx_conf_t *cf, const ngx_frontdesk_plan_t *plan)
{
    const char *function;
    ngx_uint_t created, n = plan->nparams;
    const ngx_frontdesk_route_t *route = plan->route;

    function = ngx_frontdesk_plan_function(cf, route->sql);
    if (function == NULL) {
        return NULL;
    }

    created = route->result == NGX_FRONTDESK_CREATED;

    return ngx_frontdesk_plan_text(
        cf, ngx_strlen(route->sql) + sizeof(NGX_FRONTDESK_KEPT) + 512,
        NGX_FRONTDESK_KEPT, route->sql,
        created || route->result == NGX_FRONTDESK_ONE ? "min(md5(o::text))"
                                                      : "null",
        created ? "min(o.id::text)" : "null", n + 1, n + 2, n + 3,
        (ngx_uint_t) (created ? NGX_HTTP_CREATED : NGX_HTTP_OK),
        route->location != NULL ? route->location : "", function,
        route->result == NGX_FRONTDESK_LIST ? "true" : "false",
        route->secret ? "true" : "false");
}

static ngx_int_t
ngx_frontdesk_plan_statements(ngx_conf_t *cf, ngx_frontdesk_plan_t *plan)
{
    size_t size;
    ngx_uint_t n;
    const ngx_frontdesk_route_t *route = plan->route;

    plan->sql = route->sql;

    if (route->result == NGX_FRONTDESK_ONE
        || route->result == NGX_FRONTDESK_CREATED)
    {
        plan->sql = ngx_frontdesk_plan_text(
            cf, ngx_strlen(route->sql) + sizeof(NGX_FRONTDESK_TAGGED),
            NGX_FRONTDESK_TAGGED, route->sql);
    }

    if (plan->sql == NULL) {
        return NGX_ERROR;
    }

    if (route->object_sql != NULL) {
        n = ngx_frontdesk_plan_params(route->object_sql);
        size = ngx_strlen(route->object_sql) + NGX_INT_T_LEN;
        plan->match_params = n;
        plan->match_sql = ngx_frontdesk_plan_text(
            cf, size + sizeof(NGX_FRONTDESK_MATCH), NGX_FRONTDESK_MATCH, n + 1,
            route->object_sql);

        if (plan->match_sql == NULL) {
            return NGX_ERROR;
        }
    }

    if (route->methods & NGX_HTTP_POST
        && route->access != NGX_FRONTDESK_PUBLIC
        && route->result != NGX_FRONTDESK_DOCUMENT)
    {
        plan->kept_sql = ngx_frontdesk_plan_kept(cf, plan);
        return plan->kept_sql != NULL ? NGX_OK : NGX_ERROR;
    }

    return NGX_OK;
}

/* Where the rows of CSV go: the field that takes them. */
static ngx_int_t
ngx_frontdesk_plan_takes_csv(const ngx_frontdesk_field_t *field)
{
    for (; field != NULL && field->name != NULL; field++) {
        if (ngx_strcmp(field->name, "rows") == 0) {
            return field->type == NGX_FRONTDESK_OBJECTS && field->max > 0;
        }
    }

    return 0;
}

/* A row that says two different things is a mistake that is found here. */
ngx_int_t
ngx_frontdesk_plan_make(ngx_conf_t *cf, ngx_frontdesk_plan_t *plan,
    const ngx_frontdesk_route_t *route)
{
    ngx_uint_t n;

    ngx_memzero(plan, sizeof(*plan));
    plan->route = route;
    plan->nparts = ngx_frontdesk_plan_parts(&route->pattern);

    if (plan->nparts > NGX_FRONTDESK_PATH_PARAMS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "route %V has too many parts", &route->pattern);
        return NGX_ERROR;
    }

    if (route->sql == NULL) {
        return NGX_OK;
    }

    n = ngx_frontdesk_query_count(route->query);
    plan->nparams = plan->nparts + n + (route->body != NULL);

    if (n > NGX_FRONTDESK_QUERY_MAX || plan->nparams > NGX_FRONTDESK_PARAMS
        || plan->nparams != ngx_frontdesk_plan_params(route->sql)
        || (route->result == NGX_FRONTDESK_CREATED && route->location == NULL)
        || (route->csv_body && !ngx_frontdesk_plan_takes_csv(route->body))
        || (route->object_sql != NULL
            && ngx_frontdesk_plan_params(route->object_sql)
                   > plan->nparts + n))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "route %V: \"%s\" does not take what the row gives",
                           &route->pattern, route->sql);
        return NGX_ERROR;
    }

    return ngx_frontdesk_plan_statements(cf, plan);
}
