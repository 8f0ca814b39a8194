/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What stands behind the question mark, and headers that go with it: parameters
 * for SQL, cursors, preconditions.  No nginx.
 */

#ifndef NGX_FRONTDESK_QUERY_H
#define NGX_FRONTDESK_QUERY_H

#include "ngx_frontdesk_fields.h"

#define NGX_FRONTDESK_QUERY_MAX      24  /* parameters of SQL */
#define NGX_FRONTDESK_CURSOR_BYTES   512 /* a key and an id */
#define NGX_FRONTDESK_TAGS_BYTES     512 /* of If-Match, as SQL takes them */
#define NGX_FRONTDESK_TAG_CHARS      32  /* an MD5 in hex */
#define NGX_FRONTDESK_IDEMPOTENCY_MAX 255

typedef struct {
    const char *values[NGX_FRONTDESK_QUERY_MAX]; /* NULL is null */
    unsigned n;
    long limit; /* 0: there is none */
    long offset;
    char limit_text[24];
    char offset_text[24];
    char cursor_key[NGX_FRONTDESK_CURSOR_BYTES];
    char cursor_id[40];
    unsigned csv:1;    /* wanted, and the row has it */
    unsigned cursor:1; /* given */
    unsigned sorted:1; /* not in the order that a cursor has */
} ngx_frontdesk_query_t;

/*
 * fields may be NULL: nothing is known then.  csv: the row may answer CSV;
 * accepts: the peer asks for it with Accept.  space holds len + 1 bytes, lives
 * as long as the values.
 */
void ngx_frontdesk_query_read(ngx_frontdesk_query_t *query,
    ngx_frontdesk_problems_t *problems, const ngx_frontdesk_field_t *fields,
    const char *text, size_t len, char *space, int csv, int accepts);

/* How many parameters of SQL the fields are. */
unsigned ngx_frontdesk_query_count(const ngx_frontdesk_field_t *fields);

/* Returns the length, or 0 when key or id are not what a cursor can hold. */
size_t ngx_frontdesk_cursor_make(
    char out[2 * NGX_FRONTDESK_CURSOR_BYTES], const char *key, size_t key_len,
    const char *id, size_t id_len);

/*
 * The tags of If-Match that may be one of ours, with commas between, or "*".
 * Weak ones never are.  0, or -1: this is no such header.
 */
int ngx_frontdesk_tags_read(char out[NGX_FRONTDESK_TAGS_BYTES],
    const char *text, size_t len);

/* Whether a key may be an Idempotency-Key. */
int ngx_frontdesk_is_idempotency_key(const char *text, size_t len);

/* Whether Accept names a media type before, or without, any other. */
int ngx_frontdesk_accepts(const char *accept, size_t len, const char *type);

#endif
