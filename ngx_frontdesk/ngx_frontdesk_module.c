/* SPDX-License-Identifier: BSD-2-Clause */

/* Directives, variables, hooks, and the way into the route table. */

#include <openssl/rand.h>

#include "shm/desk_sched.h"
#include "shm/desk_segment.h"

#include "ngx_frontdesk_route.h"

#define NGX_FRONTDESK_OFF    0
#define NGX_FRONTDESK_ON     1
#define NGX_FRONTDESK_ERRORS 2

#define NGX_FRONTDESK_REQUEST_ID_MAX 64

typedef struct {
    ngx_uint_t mode;
} ngx_frontdesk_loc_conf_t;

static ngx_int_t ngx_frontdesk_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_frontdesk_postconfiguration(ngx_conf_t *cf);
static void *ngx_frontdesk_create_main_conf(ngx_conf_t *cf);
static char *ngx_frontdesk_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_frontdesk_create_loc_conf(ngx_conf_t *cf);
static char *ngx_frontdesk_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_frontdesk_set_conf(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_frontdesk_set_handler(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_frontdesk_init_process(ngx_cycle_t *cycle);
static void ngx_frontdesk_exit_process(ngx_cycle_t *cycle);

static ngx_conf_enum_t ngx_frontdesk_modes[] = {
    { ngx_string("off"), NGX_FRONTDESK_OFF },
    { ngx_string("on"), NGX_FRONTDESK_ON },
    { ngx_string("errors"), NGX_FRONTDESK_ERRORS },
    { ngx_null_string, 0 },
};

static ngx_command_t ngx_frontdesk_commands[] = {

    /* frontdesk_conf <file>: the settings shared with the workers */
    { ngx_string("frontdesk_conf"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_frontdesk_set_conf, NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },

    /*
     * frontdesk on: the route table answers; errors: what nginx itself
     * refuses gets the API's error body
     */
    { ngx_string("frontdesk"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1,
      ngx_frontdesk_set_handler, NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_frontdesk_loc_conf_t, mode), &ngx_frontdesk_modes },

    ngx_null_command
};

static ngx_http_module_t ngx_frontdesk_module_ctx = {
    ngx_frontdesk_preconfiguration,
    ngx_frontdesk_postconfiguration,
    ngx_frontdesk_create_main_conf,
    ngx_frontdesk_init_main_conf,
    NULL, /* create server configuration */
    NULL, /* merge server configuration */
    ngx_frontdesk_create_loc_conf,
    ngx_frontdesk_merge_loc_conf
};

ngx_module_t ngx_frontdesk_module = {
    NGX_MODULE_V1,
    &ngx_frontdesk_module_ctx,
    ngx_frontdesk_commands,
    NGX_HTTP_MODULE,
    NULL, /* init master */
    NULL, /* init module */
    ngx_frontdesk_init_process,
    NULL, /* init thread */
    NULL, /* exit thread */
    ngx_frontdesk_exit_process,
    NULL, /* exit master */
    NGX_MODULE_V1_PADDING
};

static ngx_str_t ngx_frontdesk_threads = ngx_string("frontdesk");
static ngx_str_t ngx_frontdesk_id_name = ngx_string("frontdesk_request_id");
static ngx_str_t ngx_frontdesk_path_name = ngx_string("frontdesk_path");
static ngx_int_t ngx_frontdesk_id_index;

ngx_frontdesk_main_conf_t *
ngx_frontdesk_main_conf(ngx_cycle_t *cycle)
{
    return ngx_http_cycle_get_module_main_conf(cycle, ngx_frontdesk_module);
}


/* Configuration. */

static void
ngx_frontdesk_free_conf(void *data)
{
    desk_conf_free(data);
}

static void *
ngx_frontdesk_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_frontdesk_main_conf_t));
}

static char *
ngx_frontdesk_init_main_conf(ngx_conf_t *cf, void *conf)
{
    char error[256];
    ngx_frontdesk_main_conf_t *mcf = conf;

    if (!mcf->loaded) {
        return NGX_CONF_OK;
    }

    /* Workers that can take no call must not replace those that can. */
    if (desk_segment_check(mcf->desk.segment_name, error, sizeof(error)) < 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s", error);
        return NGX_CONF_ERROR;
    }

    mcf->thread_pool = ngx_thread_pool_add(cf, &ngx_frontdesk_threads);

    return mcf->thread_pool != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
}

static void *
ngx_frontdesk_create_loc_conf(ngx_conf_t *cf)
{
    ngx_frontdesk_loc_conf_t *lcf;

    lcf = ngx_pcalloc(cf->pool, sizeof(ngx_frontdesk_loc_conf_t));
    if (lcf != NULL) {
        lcf->mode = NGX_CONF_UNSET_UINT;
    }

    return lcf;
}

static char *
ngx_frontdesk_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_frontdesk_loc_conf_t *prev = parent, *conf = child;
    ngx_frontdesk_main_conf_t *mcf;

    ngx_conf_merge_uint_value(conf->mode, prev->mode, NGX_FRONTDESK_OFF);

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_frontdesk_module);
    if (conf->mode == NGX_FRONTDESK_ON && !mcf->loaded) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"frontdesk on\" needs \"frontdesk_conf\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}

static char *
ngx_frontdesk_set_conf(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char error[DESK_CONF_ERROR_BYTES];
    ngx_str_t file, *value = cf->args->elts;
    const char *reason;
    ngx_pool_cleanup_t *cln;
    ngx_frontdesk_main_conf_t *mcf = conf;

    if (mcf->loaded) {
        return "is duplicate";
    }

    file = value[1];
    if (ngx_conf_full_name(cf->cycle, &file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    if (desk_conf_load(&mcf->desk, (char *) file.data, DESK_CONF_NGINX, error)
        < 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s", error);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_frontdesk_free_conf;
    cln->data = &mcf->desk;

    reason = desk_keyring_read(&mcf->totp_keys, mcf->desk.totp_keys);
    if (reason != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%V: totp_keys: %s", &file,
                           reason);
        return NGX_CONF_ERROR;
    }

    mcf->file = file;
    mcf->loaded = 1;
    mcf->base_url.data = (u_char *) mcf->desk.public_base_url;
    mcf->base_url.len = ngx_strlen(mcf->desk.public_base_url);
    mcf->https = ngx_strncmp(mcf->base_url.data, "https:", 6) == 0;

    return ngx_frontdesk_pg_resolve(cf, mcf->desk.api_database_url,
                                    &mcf->pg_hostaddr)
                   == NGX_OK
               ? NGX_CONF_OK
               : NGX_CONF_ERROR;
}

/* What nginx refuses itself; of its own paths it serves files. */
static ngx_int_t
ngx_frontdesk_errors_handler(ngx_http_request_t *r)
{
    ngx_int_t rc;
    ngx_uint_t i, status;

    static ngx_str_t allow = ngx_string("GET, HEAD");
    static const struct {
        ngx_uint_t status;
        const char *detail;
    } sentences[] = {
        { 400, "The request is not valid." },
        { 401, "You are not logged in." },
        { 403, "You are not allowed to do this." },
        { 404, "Nothing is here." },
        { 405, "This cannot be done here." },
        { 408, "The request took too long." },
        { 413, "The body is too large." },
        { 414, "The address is too long." },
        { 415, "The body has the wrong type." },
        { 429, "Too many requests. Please try again in a moment." },
        { 431, "The headers are too large." },
        { 501, "This method is not known." },
        { 503, "We are not ready. Please try again in a moment." },
        { 0, "Something went wrong on our side." },
    };

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    status = r->err_status != 0 ? r->err_status : NGX_HTTP_NOT_FOUND;

    if (status == NGX_HTTP_NOT_ALLOWED
        && ngx_frontdesk_add_header(r, "Allow", &allow) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; sentences[i].status != status && sentences[i].status != 0;
         i++)
    {
        /* void */
    }

    return ngx_frontdesk_send_error(r, status, sentences[i].detail, NULL);
}

static char *
ngx_frontdesk_set_handler(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char *rv;
    ngx_frontdesk_loc_conf_t *lcf = conf;
    ngx_http_core_loc_conf_t *clcf;

    rv = ngx_conf_set_enum_slot(cf, cmd, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    switch (lcf->mode) {
    case NGX_FRONTDESK_ON:
        clcf->handler = ngx_frontdesk_handler;
        break;
    case NGX_FRONTDESK_ERRORS:
        clcf->handler = ngx_frontdesk_errors_handler;
        break;
    default:
        break;
    }

    return NGX_CONF_OK;
}


/* What the logs may know of a request. */

/*
 * The path without query; of a stream without the caller's number, which is
 * behind the third slash however the first part is spelled.
 */
static ngx_str_t
ngx_frontdesk_masked_path(ngx_http_request_t *r, u_char *buf, size_t size)
{
    u_char *p, c;
    size_t i;
    ngx_str_t path, *asked;
    ngx_uint_t slashes = 0, is_stream;

    /* After an internal redirect, what was asked for is only here. */
    asked = r->internal ? &r->unparsed_uri : &r->uri;
    is_stream = asked->len > 4 && ngx_strncmp(asked->data, "/ws/", 4) == 0;

    for (i = 0, p = buf; i < asked->len && p < buf + size - 2; i++) {
        c = asked->data[i];

        if (r->internal && c == '?') {
            break;
        }

        is_stream |= c == '%' && slashes == 1;
        if (c == '/' && ++slashes == 3 && is_stream) {
            *p++ = '/';
            *p++ = '*';
            break;
        }

        *p++ = c < 0x20 || c == 0x7f ? '?' : c;
    }

    path.data = buf;
    path.len = (size_t) (p - buf);

    return path;
}

static ngx_int_t
ngx_frontdesk_path_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char *buf;
    ngx_str_t path;

    buf = ngx_pnalloc(r->pool, 512);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    path = ngx_frontdesk_masked_path(r, buf, 512);
    v->data = path.data;
    v->len = (unsigned) path.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_is_request_id(const ngx_str_t *id)
{
    size_t i;

    for (i = 0; i < id->len; i++) {
        if (!isalnum(id->data[i]) && id->data[i] != '-' && id->data[i] != '_'
            && id->data[i] != '.')
        {
            return 0;
        }
    }

    return id->len >= 8 && id->len <= NGX_FRONTDESK_REQUEST_ID_MAX;
}

/* The one that came in, if it is harmless, or a new one. */
static ngx_int_t
ngx_frontdesk_request_id_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char chance[16], *p;
    ngx_str_t *given;

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    given = ngx_frontdesk_find_header(r, "x-request-id");
    if (given != NULL && ngx_frontdesk_is_request_id(given)) {
        v->data = given->data;
        v->len = (unsigned) given->len;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, 2 * sizeof(chance));
    if (p == NULL || RAND_bytes(chance, sizeof(chance)) != 1) {
        return NGX_ERROR;
    }

    v->data = p;
    v->len = 2 * sizeof(chance);
    ngx_hex_dump(p, chance, sizeof(chance));

    return NGX_OK;
}

static ngx_str_t
ngx_frontdesk_request_id(ngx_http_request_t *r)
{
    ngx_str_t id = ngx_null_string;
    ngx_http_variable_value_t *v;

    v = ngx_http_get_indexed_variable(r, (ngx_uint_t) ngx_frontdesk_id_index);
    if (v != NULL && !v->not_found) {
        id.data = v->data;
        id.len = v->len;
    }

    return id;
}

/* In place of nginx's own, which shows the whole request line. */
static u_char *
ngx_frontdesk_log_handler(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len)
{
    u_char path[256], *p, *last = buf + len;
    ngx_str_t masked, id = ngx_null_string;
    ngx_http_variable_value_t *v;

    masked = ngx_frontdesk_masked_path(r, path, sizeof(path));

    if (r->variables != NULL) {
        v = &r->variables[ngx_frontdesk_id_index];
        if (v->valid) {
            id.data = v->data;
            id.len = v->len;
        }
    }

    p = ngx_slprintf(buf, last, ", request: \"%V %V\"", &r->method_name,
                     &masked);
    if (id.len > 0) {
        p = ngx_slprintf(p, last, ", request_id: %V", &id);
    }

    return p;
}

static ngx_int_t
ngx_frontdesk_post_read(ngx_http_request_t *r)
{
    r->log_handler = ngx_frontdesk_log_handler;
    (void) ngx_frontdesk_request_id(r);

    return NGX_DECLINED;
}

static ngx_int_t
ngx_frontdesk_preconfiguration(ngx_conf_t *cf)
{
    ngx_http_variable_t *id, *path;

    id = ngx_http_add_variable(cf, &ngx_frontdesk_id_name, 0);
    path = ngx_http_add_variable(cf, &ngx_frontdesk_path_name, 0);
    if (id == NULL || path == NULL) {
        return NGX_ERROR;
    }

    id->get_handler = ngx_frontdesk_request_id_variable;
    path->get_handler = ngx_frontdesk_path_variable;

    ngx_frontdesk_id_index = ngx_http_get_variable_index(
        cf, &ngx_frontdesk_id_name);

    return ngx_frontdesk_id_index == NGX_ERROR
               ? NGX_ERROR
               : ngx_frontdesk_edge_variables(cf);
}

static ngx_int_t
ngx_frontdesk_postconfiguration(ngx_conf_t *cf)
{
    ngx_http_handler_pt *handler;
    ngx_http_core_main_conf_t *cmcf;
    ngx_frontdesk_main_conf_t *mcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    handler = ngx_array_push(
        &cmcf->phases[NGX_HTTP_POST_READ_PHASE].handlers);
    if (handler == NULL) {
        return NGX_ERROR;
    }

    *handler = ngx_frontdesk_post_read;

    handler = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (handler == NULL) {
        return NGX_ERROR;
    }

    *handler = ngx_frontdesk_audit_handler;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_frontdesk_module);
    mcf->routes = ngx_frontdesk_routes_create(cf);

    return mcf->routes != NULL ? NGX_OK : NGX_ERROR;
}


/* Requests. */

static ngx_int_t
ngx_frontdesk_refuse(ngx_http_request_t *r, ngx_uint_t status,
    const char *detail)
{
    ngx_int_t rc = ngx_http_discard_request_body(r);

    return rc != NGX_OK ? rc
                        : ngx_frontdesk_send_error(r, status, detail, NULL);
}

static ngx_int_t
ngx_frontdesk_admit(ngx_http_request_t *r, ngx_frontdesk_ctx_t *ctx)
{
    if (ctx->route->access == NGX_FRONTDESK_PUBLIC) {
        return NGX_OK;
    }

    if (ngx_frontdesk_auth_bearer(r) != NGX_OK) {
        return ngx_frontdesk_refuse(r, NGX_HTTP_UNAUTHORIZED,
                                    "You are not logged in.");
    }

#if !defined(FRONTDESK_NO_ROUTE_CHECKS) /* a test asks Postgres alone */

    /* Of an API key only Postgres knows whose it is. */
    if (ctx->route->access == NGX_FRONTDESK_ADMIN
        && ctx->key_digest[0] == '\0'
        && ngx_strcmp(ctx->actor.role, "admin") != 0)
    {
        return ngx_frontdesk_refuse(r, NGX_HTTP_FORBIDDEN,
                                    "This is for administrators.");
    }

#endif

    return NGX_OK;
}

ngx_int_t
ngx_frontdesk_handler(ngx_http_request_t *r)
{
    ngx_int_t rc;
    ngx_str_t allow;
    ngx_frontdesk_ctx_t *ctx;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_ctx_t));
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_set_ctx(r, ctx, ngx_frontdesk_module);
    ctx->request_id = ngx_frontdesk_request_id(r);

    if (r->method == NGX_HTTP_OPTIONS) {
        return ngx_frontdesk_preflight(r);
    }

    switch (ngx_frontdesk_route_find(r, &ctx->plan, ctx->path, &allow)) {
    case NGX_OK:
        ctx->route = ctx->plan->route;
        break;
    case NGX_DECLINED:
        return ngx_frontdesk_refuse(r, NGX_HTTP_NOT_FOUND, "Nothing is here.");
    case NGX_BUSY:
        if (ngx_frontdesk_add_header(r, "Allow", &allow) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
        return ngx_frontdesk_refuse(r, NGX_HTTP_NOT_ALLOWED,
                                    "This cannot be done here.");
    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_frontdesk_admit(r, ctx);
    if (rc != NGX_OK || r->header_sent) {
        return rc;
    }

    return ctx->route->handler(r);
}


/* Processes. */

static ngx_frontdesk_main_conf_t *
ngx_frontdesk_process_conf(ngx_cycle_t *cycle)
{
    ngx_frontdesk_main_conf_t *mcf;

    /* Cache managers and the like come by here too. */
    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NULL;
    }

    mcf = ngx_frontdesk_main_conf(cycle);

    return mcf != NULL && mcf->loaded ? mcf : NULL;
}

static ngx_int_t
ngx_frontdesk_init_process(ngx_cycle_t *cycle)
{
    ngx_frontdesk_main_conf_t *mcf = ngx_frontdesk_process_conf(cycle);

    if (mcf == NULL) {
        return NGX_OK;
    }

    mcf->pg = ngx_frontdesk_pg_pool_create(cycle, &mcf->desk,
                                           mcf->pg_hostaddr);
    if (mcf->pg == NULL) {
        return NGX_ERROR;
    }

    ngx_frontdesk_metrics_init_process(cycle);
    (void) desk_sched_short_turns(DESK_SCHED_LOOP_US);

    return ngx_frontdesk_bridge_init_process(cycle);
}

static void
ngx_frontdesk_exit_process(ngx_cycle_t *cycle)
{
    ngx_frontdesk_main_conf_t *mcf = ngx_frontdesk_process_conf(cycle);

    if (mcf == NULL) {
        return;
    }

    ngx_frontdesk_bridge_exit_process(cycle);

    if (mcf->pg != NULL) {
        ngx_frontdesk_pg_pool_destroy(mcf->pg);
        mcf->pg = NULL;
    }
}
