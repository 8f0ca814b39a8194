/* SPDX-License-Identifier: BSD-2-Clause */

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ngx_frontdesk_fields.h"
#include "ngx_frontdesk_shape.h"

#define NGX_FRONTDESK_EXACT 9007199254740991.0 /* a double counts up to here */
#define NGX_FRONTDESK_INT4  2147483647.0

typedef const char *(*ngx_frontdesk_check_pt)(const char *text, size_t len);

static void ngx_frontdesk_check_value(ngx_frontdesk_problems_t *problems,
    const char *path, const cJSON *value, const ngx_frontdesk_field_t *field);
static void ngx_frontdesk_check_object(ngx_frontdesk_problems_t *problems,
    const char *path, const cJSON *object, const ngx_frontdesk_field_t *fields,
    int partial);

/* Types whose values are texts of one shape. */
static const ngx_frontdesk_check_pt ngx_frontdesk_checks[] = {
    [NGX_FRONTDESK_UUID] = ngx_frontdesk_shape_uuid,
    [NGX_FRONTDESK_TIME] = ngx_frontdesk_shape_time,
    [NGX_FRONTDESK_DATE] = ngx_frontdesk_shape_date,
    [NGX_FRONTDESK_CLOCK] = ngx_frontdesk_shape_clock,
    [NGX_FRONTDESK_PHONE] = ngx_frontdesk_shape_phone,
    [NGX_FRONTDESK_EMAIL] = ngx_frontdesk_shape_email,
    [NGX_FRONTDESK_CURSOR] = NULL,
};


/* Problems. */

/* Where a text may be cut so that no character is. */
static size_t
ngx_frontdesk_cut(const char *text, size_t max)
{
    size_t len = strnlen(text, max + 1);

    if (len <= max) {
        return len;
    }

    for (len = max; len > 0 && ((unsigned char) text[len] & 0xc0) == 0x80;
         len--)
    {
        /* void: back to where a character begins */
    }

    return len;
}

void
ngx_frontdesk_problem_add(ngx_frontdesk_problems_t *problems,
    const char *field, const char *format, ...)
{
    char whole[2 * NGX_FRONTDESK_PROBLEM_BYTES];
    size_t len;
    va_list args;
    ngx_frontdesk_problem_t *problem;

    if (problems->n == NGX_FRONTDESK_PROBLEMS) {
        return;
    }

    problem = &problems->list[problems->n++];
    len = ngx_frontdesk_cut(field, sizeof(problem->field) - 1);
    memcpy(problem->field, field, len);
    problem->field[len] = '\0';

    va_start(args, format);
    (void) vsnprintf(whole, sizeof(whole), format, args);
    va_end(args);

    len = ngx_frontdesk_cut(whole, sizeof(problem->message) - 1);
    memcpy(problem->message, whole, len);
    problem->message[len] = '\0';
}


/* Texts. */

static void
ngx_frontdesk_check_length(ngx_frontdesk_problems_t *problems,
    const char *path, const char *text, double min, double max)
{
    long n = ngx_frontdesk_text_length(text, strlen(text));

    if (n < 0) {
        ngx_frontdesk_problem_add(problems, path, "This is not valid UTF-8.");

    } else if (n < min) {
        if (min <= 1) {
            ngx_frontdesk_problem_add(problems, path,
                                      "This must not be empty.");
        } else {
            ngx_frontdesk_problem_add(problems, path,
                                      "This must have at least %.0f "
                                      "characters.",
                                      min);
        }

    } else if (max > 0 && n > max) {
        ngx_frontdesk_problem_add(problems, path,
                                  "This must have at most %.0f characters.",
                                  max);
    }
}

static void
ngx_frontdesk_check_choice(ngx_frontdesk_problems_t *problems,
    const char *path, const char *text, const char *choices)
{
    char list[NGX_FRONTDESK_PROBLEM_BYTES];
    size_t n, len = strlen(text);
    const char *p;

    for (p = choices; *p != '\0'; p += n + (p[n] == '|')) {
        n = strcspn(p, "|");
        if (n == len && memcmp(p, text, n) == 0) {
            return;
        }
    }

    n = 0;
    for (p = choices; *p != '\0' && n + 3 < sizeof(list); p++) {
        list[n++] = *p == '|' ? ',' : *p;
        if (*p == '|') {
            list[n++] = ' ';
        }
    }
    list[n] = '\0';

    ngx_frontdesk_problem_add(problems, path, "This must be one of: %s.",
                              list);
}

static void
ngx_frontdesk_check_number(ngx_frontdesk_problems_t *problems,
    const char *path, double value, const ngx_frontdesk_field_t *field)
{
    double min = field->min, max = field->max;

    if (field->type == NGX_FRONTDESK_INTEGER) {
        if (value != floor(value) || fabs(value) > NGX_FRONTDESK_EXACT) {
            ngx_frontdesk_problem_add(problems, path,
                                      "This must be a whole number.");
            return;
        }

        if (min == 0 && max == 0) {
            min = -NGX_FRONTDESK_INT4;
            max = NGX_FRONTDESK_INT4;
        }
    }

    if ((min != 0 || max != 0) && (value < min || value > max)) {
        ngx_frontdesk_problem_add(problems, path, "This must be %.15g to "
                                                  "%.15g.",
                                  min, max);
    }
}

/* A number as a query has it; JSON's own are cJSON's. */
static void
ngx_frontdesk_check_digits(ngx_frontdesk_problems_t *problems,
    const char *path, const char *text, const ngx_frontdesk_field_t *field)
{
    char *end;
    size_t len = strlen(text);
    double value;

    static const char whole[] = "0123456789", parts[] = "0123456789.";

    value = len > 0 && len < 20 ? strtod(text, &end) : 0;

    if (len == 0 || len >= 20 || *end != '\0'
        || text[len - 1] < '0' || text[len - 1] > '9'
        || strspn(text + (text[0] == '-'),
                  field->type == NGX_FRONTDESK_NUMBER ? parts : whole)
               != len - (text[0] == '-'))
    {
        ngx_frontdesk_problem_add(problems, path,
                                  field->type == NGX_FRONTDESK_NUMBER
                                      ? "This must be a number."
                                      : "This must be a whole number.");
        return;
    }

    ngx_frontdesk_check_number(problems, path, value, field);
}

void
ngx_frontdesk_text_check(ngx_frontdesk_problems_t *problems, const char *name,
    const char *text, const ngx_frontdesk_field_t *field)
{
    const char *reason;

    switch (field->type) {
    case NGX_FRONTDESK_TEXT:
        ngx_frontdesk_check_length(problems, name, text, field->min,
                                   field->max);
        return;
    case NGX_FRONTDESK_CHOICE:
        ngx_frontdesk_check_choice(problems, name, text, field->choices);
        return;
    case NGX_FRONTDESK_INTEGER:
    case NGX_FRONTDESK_NUMBER:
        ngx_frontdesk_check_digits(problems, name, text, field);
        return;
    case NGX_FRONTDESK_BOOLEAN:
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
            ngx_frontdesk_problem_add(problems, name,
                                      "This must be true or false.");
        }
        return;
    default:
        break;
    }

    reason = ngx_frontdesk_checks[field->type] == NULL
                 ? "This cannot be said here."
                 : ngx_frontdesk_checks[field->type](text, strlen(text));
    if (reason != NULL) {
        ngx_frontdesk_problem_add(problems, name, "%s", reason);
    }
}


/* Bodies. */

static int
ngx_frontdesk_is_kind(const cJSON *value, ngx_frontdesk_type_e type,
    const char **reason)
{
    switch (type) {
    case NGX_FRONTDESK_INTEGER:
        *reason = "This must be a whole number.";
        return cJSON_IsNumber(value);
    case NGX_FRONTDESK_NUMBER:
        *reason = "This must be a number.";
        return cJSON_IsNumber(value);
    case NGX_FRONTDESK_BOOLEAN:
        *reason = "This must be true or false.";
        return cJSON_IsBool(value);
    case NGX_FRONTDESK_TEXTS:
    case NGX_FRONTDESK_OBJECTS:
        *reason = "This must be an array.";
        return cJSON_IsArray(value);
    case NGX_FRONTDESK_OBJECT:
        *reason = "This must be an object.";
        return cJSON_IsObject(value);
    default:
        *reason = "This must be a text.";
        return cJSON_IsString(value);
    }
}

static void
ngx_frontdesk_check_array(ngx_frontdesk_problems_t *problems,
    const char *path, const cJSON *array, const ngx_frontdesk_field_t *field)
{
    int i = 0, n = cJSON_GetArraySize(array);
    char name[NGX_FRONTDESK_FIELD_BYTES];
    const cJSON *element;

    if (n < field->min) {
        ngx_frontdesk_problem_add(problems, path,
                                  "This must have at least %.0f elements.",
                                  field->min);
        return;
    }

    if (field->max > 0 && n > field->max) {
        ngx_frontdesk_problem_add(problems, path,
                                  "This must have at most %.0f elements.",
                                  field->max);
        return;
    }

    cJSON_ArrayForEach(element, array) {
        if (problems->n == NGX_FRONTDESK_PROBLEMS) {
            return;
        }

        snprintf(name, sizeof(name), "%s[%d]", path, i++);

        if (field->type == NGX_FRONTDESK_OBJECTS) {
            if (cJSON_IsObject(element)) {
                ngx_frontdesk_check_object(problems, name, element,
                                           field->items, 0);
            } else {
                ngx_frontdesk_problem_add(problems, name,
                                          "This must be an object.");
            }

        } else if (cJSON_IsString(element)) {
            ngx_frontdesk_check_length(problems, name, element->valuestring, 1,
                                       NGX_FRONTDESK_ELEMENT_MAX);
        } else {
            ngx_frontdesk_problem_add(problems, name, "This must be a text.");
        }
    }
}

static void
ngx_frontdesk_check_value(ngx_frontdesk_problems_t *problems,
    const char *path, const cJSON *value, const ngx_frontdesk_field_t *field)
{
    const char *reason;

    if (cJSON_IsNull(value)) {
        if (!field->nullable) {
            ngx_frontdesk_problem_add(problems, path,
                                      "This must not be null.");
        }
        return;
    }

    if (!ngx_frontdesk_is_kind(value, field->type, &reason)) {
        ngx_frontdesk_problem_add(problems, path, "%s", reason);
        return;
    }

    switch (field->type) {
    case NGX_FRONTDESK_INTEGER:
    case NGX_FRONTDESK_NUMBER:
        ngx_frontdesk_check_number(problems, path, value->valuedouble, field);
        return;
    case NGX_FRONTDESK_BOOLEAN:
        return;
    case NGX_FRONTDESK_TEXTS:
    case NGX_FRONTDESK_OBJECTS:
        ngx_frontdesk_check_array(problems, path, value, field);
        return;
    case NGX_FRONTDESK_OBJECT:
        if (field->items != NULL) {
            ngx_frontdesk_check_object(problems, path, value, field->items, 0);
        }
        return;
    default:
        ngx_frontdesk_text_check(problems, path, value->valuestring, field);
    }
}

static char *
ngx_frontdesk_path_add(char *p, const char *end, const char *text)
{
    size_t len = strnlen(text, (size_t) (end - p));

    memcpy(p, text, len);

    return p + len;
}

/* Once a field of each row, and there are thousands of rows. */
static const char *
ngx_frontdesk_check_path(char name[NGX_FRONTDESK_FIELD_BYTES],
    const char *path, const char *field)
{
    char *p;
    const char *end = name + NGX_FRONTDESK_FIELD_BYTES - 1;

    if (path[0] == '\0') {
        return field;
    }

    p = ngx_frontdesk_path_add(name, end, path);
    p = ngx_frontdesk_path_add(p, end, ".");
    *ngx_frontdesk_path_add(p, end, field) = '\0';
    name[ngx_frontdesk_cut(name, NGX_FRONTDESK_FIELD_BYTES - 2)] = '\0';

    return name;
}

static void
ngx_frontdesk_check_object(ngx_frontdesk_problems_t *problems,
    const char *path, const cJSON *object, const ngx_frontdesk_field_t *fields,
    int partial)
{
    char name[NGX_FRONTDESK_FIELD_BYTES];
    const cJSON *member;
    const ngx_frontdesk_field_t *field;

    cJSON_ArrayForEach(member, object) {
        for (field = fields; field->name != NULL; field++) {
            if (strcmp(field->name, member->string) == 0) {
                break;
            }
        }

        if (field->name == NULL) {
            ngx_frontdesk_problem_add(
                problems, ngx_frontdesk_check_path(name, path, member->string),
                "There is no such field.");
        } else {
            ngx_frontdesk_check_value(
                problems, ngx_frontdesk_check_path(name, path, field->name),
                member, field);
        }
    }

    for (field = fields; field->name != NULL && !partial; field++) {
        if (field->required
            && cJSON_GetObjectItemCaseSensitive(object, field->name) == NULL)
        {
            ngx_frontdesk_problem_add(
                problems, ngx_frontdesk_check_path(name, path, field->name),
                "This is missing.");
        }
    }
}

void
ngx_frontdesk_fields_check(ngx_frontdesk_problems_t *problems,
    const cJSON *body, const ngx_frontdesk_field_t *fields, int partial)
{
    if (!cJSON_IsObject(body)) {
        ngx_frontdesk_problem_add(problems, "",
                                  "The body must be a JSON object.");
        return;
    }

    ngx_frontdesk_check_object(problems, "", body, fields, partial);
}
