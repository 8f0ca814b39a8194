/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Prints the route table as JSON, one row a line.  It is linked with the
 * table's own files and nothing else of the module: handlers are addresses
 * that nobody calls here.
 */

#include <stdio.h>

#include <cjson/cJSON.h>

#include "ngx_frontdesk/ngx_frontdesk_rows.h"

static const char *const types[] = {
    [NGX_FRONTDESK_TEXT] = "text",
    [NGX_FRONTDESK_UUID] = "uuid",
    [NGX_FRONTDESK_INTEGER] = "integer",
    [NGX_FRONTDESK_NUMBER] = "number",
    [NGX_FRONTDESK_BOOLEAN] = "boolean",
    [NGX_FRONTDESK_TIME] = "time",
    [NGX_FRONTDESK_DATE] = "date",
    [NGX_FRONTDESK_CLOCK] = "clock",
    [NGX_FRONTDESK_PHONE] = "phone",
    [NGX_FRONTDESK_EMAIL] = "email",
    [NGX_FRONTDESK_CHOICE] = "choice",
    [NGX_FRONTDESK_TEXTS] = "texts",
    [NGX_FRONTDESK_OBJECTS] = "objects",
    [NGX_FRONTDESK_OBJECT] = "object",
    [NGX_FRONTDESK_LIMIT_ROWS] = "limit",
    [NGX_FRONTDESK_OFFSET_ROWS] = "offset",
    [NGX_FRONTDESK_CURSOR] = "cursor",
};

static const char *const results[] = {
    [NGX_FRONTDESK_LIST] = "list",         [NGX_FRONTDESK_ONE] = "one",
    [NGX_FRONTDESK_CREATED] = "created",   [NGX_FRONTDESK_MESSAGE] = "message",
    [NGX_FRONTDESK_DOCUMENT] = "document",
};

static const char *const accesses[] = {
    [NGX_FRONTDESK_USER] = "user",
    [NGX_FRONTDESK_ADMIN] = "admin",
    [NGX_FRONTDESK_PUBLIC] = "public",
};

static const struct {
    ngx_uint_t bit;
    const char *name;
} methods[] = {
    { NGX_HTTP_GET, "get" },       { NGX_HTTP_POST, "post" },
    { NGX_HTTP_PUT, "put" },       { NGX_HTTP_PATCH, "patch" },
    { NGX_HTTP_DELETE, "delete" },
};

static void
put_text(cJSON *object, const char *name, const char *text)
{
    if (text != NULL) {
        cJSON_AddStringToObject(object, name, text);
    }
}

static cJSON *
fields_of(const ngx_frontdesk_field_t *fields)
{
    cJSON *list = cJSON_CreateArray(), *field;

    for (; fields->name != NULL; fields++) {
        field = cJSON_CreateObject();
        put_text(field, "name", fields->name);
        put_text(field, "type", types[fields->type]);
        cJSON_AddBoolToObject(field, "required", fields->required);
        cJSON_AddBoolToObject(field, "nullable", fields->nullable);
        if (fields->min != 0 || fields->max != 0) {
            cJSON_AddNumberToObject(field, "min", fields->min);
            cJSON_AddNumberToObject(field, "max", fields->max);
        }
        put_text(field, "choices", fields->choices);
        put_text(field, "about", fields->about);
        if (fields->items != NULL) {
            cJSON_AddItemToObject(field, "items", fields_of(fields->items));
        }
        cJSON_AddItemToArray(list, field);
    }

    return list;
}

static cJSON *
row_of(const ngx_frontdesk_route_t *route)
{
    size_t i;
    cJSON *row = cJSON_CreateObject(), *names;

    names = cJSON_AddArrayToObject(row, "methods");
    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (route->methods & methods[i].bit) {
            cJSON_AddItemToArray(names, cJSON_CreateString(methods[i].name));
        }
    }

    put_text(row, "path", (const char *) route->pattern.data);
    put_text(row, "access", accesses[route->access]);
    put_text(row, "sql", route->sql);
    put_text(row, "result", route->sql != NULL ? results[route->result] : NULL);
    put_text(row, "about", route->about);
    put_text(row, "tag", route->tag);
    cJSON_AddBoolToObject(row, "match", route->object_sql != NULL);
    cJSON_AddBoolToObject(row, "partial", route->partial);
    cJSON_AddBoolToObject(row, "csv", route->csv);
    cJSON_AddBoolToObject(row, "csv_body", route->csv_body);
    if (route->query != NULL) {
        cJSON_AddItemToObject(row, "query", fields_of(route->query));
    }
    if (route->body != NULL) {
        cJSON_AddItemToObject(row, "body", fields_of(route->body));
    }

    return row;
}

int
main(void)
{
    size_t i;
    char *text;
    cJSON *row;
    const ngx_frontdesk_route_t *route;

    const ngx_frontdesk_route_t *const areas[] = {
        ngx_frontdesk_routes_core,     ngx_frontdesk_routes_accounts,
        ngx_frontdesk_routes_team,     ngx_frontdesk_routes_business,
        ngx_frontdesk_routes_people,   ngx_frontdesk_routes_jobs,
    };

    for (i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
        for (route = areas[i]; route->methods != 0; route++) {
            row = row_of(route);
            text = cJSON_PrintUnformatted(row);
            if (text == NULL || puts(text) < 0) {
                fprintf(stderr, "rows: cannot write\n");
                return 1;
            }
            cJSON_free(text);
            cJSON_Delete(row);
        }
    }

    return fflush(stdout) == 0 ? 0 : 1;
}
