/* SPDX-License-Identifier: BSD-2-Clause */

/* Rows of Postgres as answers. */

#include "ngx_frontdesk_result.h"

static ngx_str_t ngx_frontdesk_json_type = ngx_string("application/json");

static ngx_int_t ngx_frontdesk_send_list(ngx_http_request_t *r,
    PGresult *rows);
static ngx_int_t ngx_frontdesk_send_export(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_send_object(ngx_http_request_t *r,
    PGresult *rows);
static ngx_int_t ngx_frontdesk_send_document(ngx_http_request_t *r,
    PGresult *rows);

ngx_int_t
ngx_frontdesk_send_result(ngx_http_request_t *r, PGresult *rows)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (ctx->route->result == NGX_FRONTDESK_LIST) {
        return ngx_frontdesk_send_list(r, rows);
    }

    if (PQntuples(rows) == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_NOT_FOUND,
                                        "Nothing is here.", NULL);
    }

    return ctx->route->result == NGX_FRONTDESK_DOCUMENT
               ? ngx_frontdesk_send_document(r, rows)
               : ngx_frontdesk_send_object(r, rows);
}


ngx_int_t
ngx_frontdesk_send_answer(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    const ngx_frontdesk_api_t *api = ctx->data;

    return ctx->route->result == NGX_FRONTDESK_LIST && api->query.csv
               ? ngx_frontdesk_send_export(r, answer)
               : ngx_frontdesk_send_result(r, answer->result);
}


/* Lists. */

/* The last page of a list tells how many there are, without counting. */
static ngx_int_t
ngx_frontdesk_send_total(ngx_http_request_t *r, ngx_int_t rows)
{
    ngx_str_t total;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    const ngx_frontdesk_api_t *api = ctx->data;
    const ngx_frontdesk_query_t *query = &api->query;

    if (query->cursor || (query->limit > 0 && rows >= query->limit)
        || (rows == 0 && query->offset > 0))
    {
        return NGX_OK;
    }

    total.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (total.data == NULL) {
        return NGX_ERROR;
    }

    total.len = (size_t) (ngx_sprintf(total.data, "%i", query->offset + rows)
                          - total.data);

    return ngx_frontdesk_add_header(r, "X-Total-Count", &total);
}

/* The query as it was, but for where the page begins. */
static u_char *
ngx_frontdesk_link_args(u_char *p, const ngx_str_t *args)
{
    u_char *arg, *stop, *end = args->data + args->len;

    for (arg = args->data; arg < end; arg = stop + 1) {
        stop = ngx_strlchr(arg, end, '&');
        if (stop == NULL) {
            stop = end;
        }

        if (stop > arg && ngx_strncmp(arg, "cursor=", 7) != 0
            && ngx_strncmp(arg, "offset=", 7) != 0)
        {
            p = ngx_cpymem(p, arg, stop - arg);
            *p++ = '&';
        }
    }

    return p;
}

/* RFC 8288, of a page that is full: where the next begins. */
static ngx_int_t
ngx_frontdesk_send_link(ngx_http_request_t *r, PGresult *rows)
{
    char cursor[2 * NGX_FRONTDESK_CURSOR_BYTES];
    size_t len;
    u_char *p, *end, *question;
    ngx_int_t last = PQntuples(rows) - 1;
    ngx_str_t key, id, path, link;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    const ngx_frontdesk_api_t *api = ctx->data;

    if (ctx->route->keyset == NULL || api->query.sorted || last < 0
        || last + 1 < api->query.limit)
    {
        return NGX_OK;
    }

    key = ngx_frontdesk_pg_value(rows, (int) last, ctx->route->keyset);
    id = ngx_frontdesk_pg_value(rows, (int) last, "id");
    len = ngx_frontdesk_cursor_make(cursor, (char *) key.data, key.len,
                                    (char *) id.data, id.len);

    path = r->unparsed_uri;
    question = ngx_strlchr(path.data, path.data + path.len, '?');
    if (question != NULL) {
        path.len = (size_t) (question - path.data);
    }

    /* An address that should have been encoded would end where it does not. */
    end = r->unparsed_uri.data + r->unparsed_uri.len;
    if (len == 0 || ngx_strlchr(r->unparsed_uri.data, end, '>') != NULL) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, path.len + r->args.len + len
                                 + sizeof("<?&cursor=>; rel=\"next\""));
    if (p == NULL) {
        return NGX_ERROR;
    }

    link.data = p;
    p = ngx_sprintf(p, "<%V?", &path);
    p = ngx_frontdesk_link_args(p, &r->args);
    p = ngx_sprintf(p, "cursor=%*s>; rel=\"next\"", len, cursor);
    link.len = (size_t) (p - link.data);

    return ngx_frontdesk_add_header(r, "Link", &link);
}

/* It is a file, called what the list is called, where that is a plain word. */
static ngx_int_t
ngx_frontdesk_send_csv_name(ngx_http_request_t *r)
{
    u_char *p, *end = r->uri.data + r->uri.len;
    ngx_str_t value, name;

    for (p = end; p > r->uri.data
                  && ((p[-1] >= 'a' && p[-1] <= 'z') || p[-1] == '-');
         p--)
    {
        /* void: back to the last slash */
    }

    ngx_str_set(&name, "list");
    if (p > r->uri.data && p[-1] == '/' && p < end) {
        name.data = p;
        name.len = (size_t) (end - p);
    }

    value.data = ngx_pnalloc(r->pool,
                             name.len
                                 + sizeof("attachment; filename=\"\".csv"));
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = (size_t) (ngx_sprintf(value.data,
                                      "attachment; filename=\"%V.csv\"", &name)
                          - value.data);

    return ngx_frontdesk_add_header(r, "Content-Disposition", &value);
}

/* Where it lies among others, as header lines. */
static ngx_int_t
ngx_frontdesk_send_place(ngx_http_request_t *r, PGresult *rows)
{
    return ngx_frontdesk_send_total(r, PQntuples(rows)) == NGX_OK
               ? ngx_frontdesk_send_link(r, rows)
               : NGX_ERROR;
}

static ngx_int_t
ngx_frontdesk_send_list(ngx_http_request_t *r, PGresult *rows)
{
    ngx_frontdesk_output_t out;

    if (ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_send_place(r, rows) != NGX_OK
        || ngx_frontdesk_json_list(&out.json, rows) != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send(r, NGX_HTTP_OK, &ngx_frontdesk_json_type,
                              ngx_frontdesk_output_close(&out));
}

static ngx_int_t
ngx_frontdesk_send_export(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    if (ngx_frontdesk_send_place(r, answer->result) != NGX_OK
        || ngx_frontdesk_send_csv_name(r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_table(r, answer);
}


/* Objects. */

/*
 * nginx compares it with If-None-Match and answers 304 itself.  It would also
 * answer 412 for the If-Match that was heeded, and it weakens the tag of what
 * it compresses: such a one matches nothing.
 */
static ngx_int_t
ngx_frontdesk_set_tag(ngx_http_request_t *r, const ngx_str_t *tag)
{
    u_char *p;
    ngx_table_elt_t *etag;

    if (tag->len == 0) {
        return NGX_OK;
    }

    etag = ngx_list_push(&r->headers_out.headers);
    p = ngx_pnalloc(r->pool, tag->len + 2);
    if (etag == NULL || p == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(etag, sizeof(*etag));
    etag->hash = 1;
    ngx_str_set(&etag->key, "ETag");
    etag->value.data = p;
    etag->value.len = tag->len + 2;
    ngx_sprintf(p, "\"%V\"", tag);
    r->headers_out.etag = etag;

    if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD))) {
        r->disable_not_modified = 1;
    }

#if (NGX_HTTP_GZIP)
    r->gzip_tested = 1;
    r->gzip_ok = 0;
#endif

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_set_location(ngx_http_request_t *r, const ngx_str_t *location)
{
    ngx_str_t copy;

    if (location->len == 0) {
        return NGX_OK;
    }

    copy.data = (u_char *) ngx_frontdesk_string(r->pool, location);
    copy.len = location->len;

    return copy.data != NULL ? ngx_frontdesk_add_header(r, "Location", &copy)
                             : NGX_ERROR;
}

static ngx_int_t
ngx_frontdesk_locate(ngx_http_request_t *r, PGresult *rows)
{
    size_t len;
    ngx_str_t id, location;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    id = ngx_frontdesk_pg_value(rows, 0, "id");
    len = ngx_strlen(ctx->route->location);
    location.len = len + id.len;
    location.data = ngx_pnalloc(r->pool, location.len);
    if (location.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(ngx_cpymem(location.data, ctx->route->location, len), id.data,
               id.len);

    return ngx_frontdesk_set_location(r, &location);
}

static ngx_int_t
ngx_frontdesk_send_object(ngx_http_request_t *r, PGresult *rows)
{
    ngx_str_t tag;
    ngx_uint_t created;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_output_t out;

    created = ctx->route->result == NGX_FRONTDESK_CREATED;
    tag = ngx_frontdesk_pg_value(rows, 0, "\"ETag\"");

    if (ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_json_row(&out.json, rows, 0, tag.data != NULL) != 0
        || ngx_frontdesk_set_tag(r, &tag) != NGX_OK
        || (created && ngx_frontdesk_locate(r, rows) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send(r, created ? NGX_HTTP_CREATED : NGX_HTTP_OK,
                              &ngx_frontdesk_json_type,
                              ngx_frontdesk_output_close(&out));
}

ngx_int_t
ngx_frontdesk_send_kept(ngx_http_request_t *r, PGresult *rows)
{
    ngx_int_t number;
    ngx_str_t status, body, tag, location;

    status = ngx_frontdesk_pg_value(rows, 0, "status");
    body = ngx_frontdesk_pg_value(rows, 0, "body");
    tag = ngx_frontdesk_pg_value(rows, 0, "tag");
    location = ngx_frontdesk_pg_value(rows, 0, "location");
    number = ngx_atoi(status.data, status.len);

    if (number == NGX_ERROR || body.len == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_NOT_FOUND,
                                        "Nothing is here.", NULL);
    }

    if (ngx_frontdesk_set_tag(r, &tag) != NGX_OK
        || ngx_frontdesk_set_location(r, &location) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send_text(r, (ngx_uint_t) number,
                                   &ngx_frontdesk_json_type, &body);
}


/* Documents: what the function says they are. */

static ngx_int_t
ngx_frontdesk_send_document(ngx_http_request_t *r, PGresult *rows)
{
    ngx_str_t body, type, copy;

    body = ngx_frontdesk_pg_value(rows, 0, "body");
    type = ngx_frontdesk_pg_value(rows, 0, "content_type");

    copy.data = (u_char *) ngx_frontdesk_string(r->pool, &type);
    copy.len = type.len;

    return copy.data != NULL
               ? ngx_frontdesk_send_text(r, NGX_HTTP_OK, &copy, &body)
               : NGX_HTTP_INTERNAL_SERVER_ERROR;
}
