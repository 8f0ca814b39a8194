/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a request may say: fields of a body or of a query, and the checks that
 * they ask for.  No nginx.
 */

#ifndef NGX_FRONTDESK_FIELDS_H
#define NGX_FRONTDESK_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "ngx_frontdesk_shape.h"

#define NGX_FRONTDESK_PROBLEMS      20 /* told at once */
#define NGX_FRONTDESK_PROBLEM_BYTES 256
#define NGX_FRONTDESK_FIELD_BYTES   128 /* of a field's path */
#define NGX_FRONTDESK_LIMIT         50 /* rows of a list */
#define NGX_FRONTDESK_LIMIT_MAX     100
#define NGX_FRONTDESK_LIMIT_CSV     10000
#define NGX_FRONTDESK_OFFSET_MAX    1000000
#define NGX_FRONTDESK_ELEMENT_MAX   200 /* characters of one of _TEXTS */

typedef enum {
    NGX_FRONTDESK_TEXT,
    NGX_FRONTDESK_UUID,
    NGX_FRONTDESK_INTEGER,
    NGX_FRONTDESK_NUMBER,
    NGX_FRONTDESK_BOOLEAN,
    NGX_FRONTDESK_TIME, /* RFC 3339, or a date */
    NGX_FRONTDESK_DATE,
    NGX_FRONTDESK_CLOCK, /* HH:MM */
    NGX_FRONTDESK_PHONE, /* E.164 */
    NGX_FRONTDESK_EMAIL,
    NGX_FRONTDESK_CHOICE,
    NGX_FRONTDESK_TEXTS,   /* an array of texts */
    NGX_FRONTDESK_OBJECTS, /* an array of objects of items */
    NGX_FRONTDESK_OBJECT,  /* of items, or anything when there are none */
    NGX_FRONTDESK_LIMIT_ROWS,
    NGX_FRONTDESK_OFFSET_ROWS,
    NGX_FRONTDESK_CURSOR /* two parameters of SQL: key text, id uuid */
} ngx_frontdesk_type_e;

/* Arrays of fields end with an empty one. */
typedef struct ngx_frontdesk_field_s ngx_frontdesk_field_t;

struct ngx_frontdesk_field_s {
    const char *name;
    ngx_frontdesk_type_e type;
    unsigned required:1;
    unsigned nullable:1;
    double min; /* of a number; characters of a text; elements of an array */
    double max;          /* as min; both 0: whatever the type allows */
    const char *choices; /* "a|b|c" */
    const char *about;   /* a sentence for the API's description */
    const ngx_frontdesk_field_t *items;
};

/* What is wrong with a request: the first so many, in the order found. */
typedef struct {
    char field[NGX_FRONTDESK_FIELD_BYTES]; /* items[2].name; may be cut */
    char message[NGX_FRONTDESK_PROBLEM_BYTES];
} ngx_frontdesk_problem_t;

typedef struct {
    unsigned n;
    ngx_frontdesk_problem_t list[NGX_FRONTDESK_PROBLEMS];
} ngx_frontdesk_problems_t;

__attribute__((format(printf, 3, 4))) void ngx_frontdesk_problem_add(
    ngx_frontdesk_problems_t *problems, const char *field, const char *format,
    ...);

/*
 * Checks a body that is an object.  partial: nothing of the outermost object
 * is required.
 */
void ngx_frontdesk_fields_check(ngx_frontdesk_problems_t *problems,
    const cJSON *body, const ngx_frontdesk_field_t *fields, int partial);

/*
 * Checks a text against a field whose values are texts, and a query's text
 * against a field of any plain type.
 */
void ngx_frontdesk_text_check(ngx_frontdesk_problems_t *problems,
    const char *name, const char *text, const ngx_frontdesk_field_t *field);

#endif
