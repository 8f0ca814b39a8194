/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_frontdesk_pg.h"

typedef struct {
    const char *sqlstate; /* or its beginning */
    ngx_frontdesk_pg_verdict_e verdict;
    ngx_uint_t status;
    ngx_str_t detail; /* empty: what the function said */
} ngx_frontdesk_pg_error_t;

#define NGX_FRONTDESK_AWAY \
    ngx_string("The database is away. Please try again in a moment.")

#define NGX_FRONTDESK_FAULT ngx_string("Something went wrong on our side.")

/* The first row that fits counts. */
static const ngx_frontdesk_pg_error_t ngx_frontdesk_pg_errors[] = {
    { "08", NGX_FRONTDESK_PG_GONE, 503, NGX_FRONTDESK_AWAY },
    { "57P", NGX_FRONTDESK_PG_GONE, 503, NGX_FRONTDESK_AWAY },
    { "57014", NGX_FRONTDESK_PG_ANSWER, 503,
      ngx_string("This takes too long now. Please try again in a moment.") },
    { "57", NGX_FRONTDESK_PG_ANSWER, 503, NGX_FRONTDESK_AWAY },
    { "53", NGX_FRONTDESK_PG_ANSWER, 503,
      ngx_string("The database is busy. Please try again in a moment.") },
    { "55P03", NGX_FRONTDESK_PG_AGAIN, 503,
      ngx_string("Someone else is changing this. Please try again.") },
    { "40", NGX_FRONTDESK_PG_AGAIN, 503,
      ngx_string("Someone else is changing this. Please try again.") },
    { "25006", NGX_FRONTDESK_PG_ANSWER, 503, NGX_FRONTDESK_AWAY },
    { "26000", NGX_FRONTDESK_PG_STALE, 500, NGX_FRONTDESK_FAULT },
    { "0A000", NGX_FRONTDESK_PG_STALE, 500, NGX_FRONTDESK_FAULT },
    { "23505", NGX_FRONTDESK_PG_ANSWER, 409,
      ngx_string("This exists already.") },
    { "23P01", NGX_FRONTDESK_PG_ANSWER, 409,
      ngx_string("This overlaps with something that exists already.") },
    { "23503", NGX_FRONTDESK_PG_ANSWER, 409,
      ngx_string("Something else still refers to this, or is not there.") },
    { "23", NGX_FRONTDESK_PG_ANSWER, 422,
      ngx_string("A value is not allowed here.") },
    { "22", NGX_FRONTDESK_PG_ANSWER, 400,
      ngx_string("A value has the wrong form.") },
    { "42501", NGX_FRONTDESK_PG_ANSWER, 403,
      ngx_string("You are not allowed to do this.") },
    { "", NGX_FRONTDESK_PG_FAULT, 500, NGX_FRONTDESK_FAULT },
};

static ngx_str_t
ngx_frontdesk_pg_field(const PGresult *error, int code)
{
    char *text;
    ngx_str_t field = ngx_null_string;

    text = PQresultErrorField(error, code);
    if (text != NULL) {
        field.data = (u_char *) text;
        field.len = ngx_strlen(text);
    }

    return field;
}

/*
 * FD404 and its kin: the function refuses, with its own sentence.  FD208 is
 * api.idempotency_claim()'s: this was done, and the answer is kept.
 */
static ngx_int_t
ngx_frontdesk_pg_refusal(const ngx_str_t *sqlstate)
{
    ngx_int_t status;

    if (sqlstate->len != 5 || sqlstate->data[0] != 'F'
        || sqlstate->data[1] != 'D')
    {
        return NGX_ERROR;
    }

    status = ngx_atoi(sqlstate->data + 2, 3);
    return (status >= 400 && status <= 599) || status == NGX_FRONTDESK_DONE
               ? status
               : NGX_ERROR;
}

ngx_frontdesk_pg_verdict_e
ngx_frontdesk_pg_error(ngx_frontdesk_pg_answer_t *answer,
    const PGresult *error)
{
    ngx_int_t status, seconds;
    ngx_str_t sqlstate, hint;
    const ngx_frontdesk_pg_error_t *row;

    answer->result = NULL;
    answer->retry_s = 0;
    ngx_str_null(&answer->field);

    sqlstate = ngx_frontdesk_pg_field(error, PG_DIAG_SQLSTATE);

    if (sqlstate.len == 0) {
        /* libpq itself: the connection is gone */
        ngx_frontdesk_pg_unavailable(answer);
        return NGX_FRONTDESK_PG_GONE;
    }

    status = ngx_frontdesk_pg_refusal(&sqlstate);
    if (status != NGX_ERROR) {
        answer->status = (ngx_uint_t) status;
        answer->detail = ngx_frontdesk_pg_field(error,
                                                PG_DIAG_MESSAGE_PRIMARY);
        answer->field = ngx_frontdesk_pg_field(error, PG_DIAG_MESSAGE_DETAIL);
        hint = ngx_frontdesk_pg_field(error, PG_DIAG_MESSAGE_HINT);
        seconds = ngx_atoi(hint.data, hint.len);
        answer->retry_s = seconds > 0 ? (ngx_uint_t) seconds : 0;
        return NGX_FRONTDESK_PG_ANSWER;
    }

    for (row = ngx_frontdesk_pg_errors;
         ngx_strncmp(sqlstate.data, row->sqlstate, ngx_strlen(row->sqlstate))
         != 0;
         row++)
    {
        /* void: the last row fits all */
    }

    answer->status = row->status;
    answer->detail = row->detail;

    return row->verdict;
}

void
ngx_frontdesk_pg_unavailable(ngx_frontdesk_pg_answer_t *answer)
{
    static const ngx_str_t away = NGX_FRONTDESK_AWAY;

    answer->result = NULL;
    answer->status = NGX_HTTP_SERVICE_UNAVAILABLE;
    answer->detail = away;
    answer->retry_s = 0;
    ngx_str_null(&answer->field);
}
