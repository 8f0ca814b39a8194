/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Words that rows of the route table are written in; for the files of rows
 * alone.  One of each:
 *
 *   static const ngx_frontdesk_field_t pet_query[] = {
 *       CHOICE("kind", "cat|dog"), TEXT("q", 1, 100), PAGE, END
 *   };
 *   static const ngx_frontdesk_field_t pet_body[] = {
 *       TEXT("name", 1, 100, REQUIRED, ABOUT("What it is called")),
 *       PHONE("owner_phone", NULLABLE), INTEGER("age", 0, 40), END
 *   };
 *
 *   GET_LIST("/api/clients/{id}/pets",
 *            "select * from api.pet_list($1, $2, $3, $4, $5, $6, $7)",
 *            pet_query, .keyset = "created_at", .csv = 1),
 *   GET_ONE("/api/pets/{id}", "select * from api.pet_get($1)"),
 *   CREATE("/api/clients/{id}/pets", "select * from api.pet_create($1, $2)",
 *          pet_body, "/api/pets/"),
 *   UPDATE("/api/pets/{id}", "select * from api.pet_update($1, $2)", pet_body,
 *          "select * from api.pet_get($1)"),
 *   DELETE("/api/pets/{id}", "select * from api.pet_delete($1)",
 *          "select * from api.pet_get($1)"),
 *   ACTION("/api/pets/{id}/feed", "select * from api.pet_feed($1, $2)", ONE,
 *          .body = feed_body, ADMIN),
 *   SET("/api/pets/{id}/meals", "select * from api.meals_set($1, $2)", LIST,
 *       meals_body),
 *
 * The parameters of a row's function are the parts of its path in order, its
 * query's fields in their order (a cursor is two: key text, id uuid; PAGE is
 * p_limit, p_offset, p_cursor_key, p_cursor_id), and the body as one json.
 * Without a body's field in an UPDATE the value stays; REQUIRED does not hold
 * there.  Rows are for users; ADMIN and ANYONE say otherwise.
 */

#ifndef NGX_FRONTDESK_ROWS_H
#define NGX_FRONTDESK_ROWS_H

#include "ngx_frontdesk_route.h"

/* clang-format off */

/* Fields. */

#define NGX_FRONTDESK_FIELD(field, kind, ...)                                 \
    { .name = field, .type = NGX_FRONTDESK_##kind, __VA_ARGS__ }

#define TEXT(field, least, most, ...)                                         \
    NGX_FRONTDESK_FIELD(field, TEXT, .min = least, .max = most, __VA_ARGS__)
#define INTEGER(field, least, most, ...)                                      \
    NGX_FRONTDESK_FIELD(field, INTEGER, .min = least, .max = most,            \
                        __VA_ARGS__)
#define NUMBER(field, least, most, ...)                                       \
    NGX_FRONTDESK_FIELD(field, NUMBER, .min = least, .max = most, __VA_ARGS__)
#define UUID(field, ...)    NGX_FRONTDESK_FIELD(field, UUID, __VA_ARGS__)
#define BOOLEAN(field, ...) NGX_FRONTDESK_FIELD(field, BOOLEAN, __VA_ARGS__)
#define TIME(field, ...)    NGX_FRONTDESK_FIELD(field, TIME, __VA_ARGS__)
#define DATE(field, ...)    NGX_FRONTDESK_FIELD(field, DATE, __VA_ARGS__)
#define CLOCK(field, ...)   NGX_FRONTDESK_FIELD(field, CLOCK, __VA_ARGS__)
#define PHONE(field, ...)   NGX_FRONTDESK_FIELD(field, PHONE, __VA_ARGS__)
#define EMAIL(field, ...)   NGX_FRONTDESK_FIELD(field, EMAIL, __VA_ARGS__)
#define CHOICE(field, list, ...)                                              \
    NGX_FRONTDESK_FIELD(field, CHOICE, .choices = list, __VA_ARGS__)
/* At most so many elements. */
#define TEXTS(field, most, ...)                                               \
    NGX_FRONTDESK_FIELD(field, TEXTS, .max = most, __VA_ARGS__)
#define OBJECTS(field, fields, most, ...)                                     \
    NGX_FRONTDESK_FIELD(field, OBJECTS, .items = fields, .max = most,         \
                        __VA_ARGS__)
/* NULL for fields: any object. */
#define OBJECT(field, fields, ...)                                            \
    NGX_FRONTDESK_FIELD(field, OBJECT, .items = fields, __VA_ARGS__)

#define REQUIRED    .required = 1
#define NULLABLE    .nullable = 1
#define ABOUT(text) .about = text

#define LIMIT  NGX_FRONTDESK_FIELD("limit", LIMIT_ROWS)
#define OFFSET NGX_FRONTDESK_FIELD("offset", OFFSET_ROWS)
#define CURSOR NGX_FRONTDESK_FIELD("cursor", CURSOR)
#define PAGE   LIMIT, OFFSET, CURSOR
#define END    { .name = NULL }

/* Rows. */

#define NGX_FRONTDESK_ROW(method, path, statement, kind, ...)                 \
    { .methods = method, .pattern = ngx_string(path), .sql = statement,       \
      .handler = ngx_frontdesk_api_handler, .result = NGX_FRONTDESK_##kind,   \
      __VA_ARGS__ }

#define GET_LIST(path, statement, fields, ...)                                \
    NGX_FRONTDESK_ROW(NGX_HTTP_GET, path, statement, LIST, .query = fields,   \
                      __VA_ARGS__)
#define GET_ONE(path, statement, ...)                                         \
    NGX_FRONTDESK_ROW(NGX_HTTP_GET, path, statement, ONE, __VA_ARGS__)
/* Columns content_type and body. */
#define GET_TEXT(path, statement, ...)                                        \
    NGX_FRONTDESK_ROW(NGX_HTTP_GET, path, statement, DOCUMENT, __VA_ARGS__)
/* Location is place and the row's id. */
#define CREATE(path, statement, fields, place, ...)                           \
    NGX_FRONTDESK_ROW(NGX_HTTP_POST, path, statement, CREATED,                \
                      .body = fields, .location = place, __VA_ARGS__)
#define UPDATE(path, statement, fields, object, ...)                          \
    NGX_FRONTDESK_ROW(NGX_HTTP_PUT | NGX_HTTP_PATCH, path, statement, ONE,    \
                      .body = fields, .object_sql = object, .partial = 1,     \
                      __VA_ARGS__)
#define DELETE(path, statement, object, ...)                                  \
    NGX_FRONTDESK_ROW(NGX_HTTP_DELETE, path, statement, MESSAGE,              \
                      .object_sql = object, __VA_ARGS__)
/* A POST that makes no object of its own; kind: ONE, LIST, MESSAGE. */
#define ACTION(path, statement, kind, ...)                                    \
    NGX_FRONTDESK_ROW(NGX_HTTP_POST, path, statement, kind, __VA_ARGS__)
/* A PUT of the whole; kind: ONE, LIST, MESSAGE. */
#define SET(path, statement, kind, fields, ...)                               \
    NGX_FRONTDESK_ROW(NGX_HTTP_PUT, path, statement, kind, .body = fields,    \
                      __VA_ARGS__)

/* A row of a handler of its own. */
#define HANDLER(method, path, name, ...)                                      \
    { .methods = method, .pattern = ngx_string(path),                         \
      .handler = ngx_frontdesk_##name##_handler, __VA_ARGS__ }

#define ADMIN    .access = NGX_FRONTDESK_ADMIN
#define ANYONE   .access = NGX_FRONTDESK_PUBLIC
#define LAST_ROW { .methods = 0 }

/* clang-format on */

#endif
