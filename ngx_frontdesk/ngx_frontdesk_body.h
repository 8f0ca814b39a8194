/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON from outside.  cJSON takes more than RFC 8259 allows, so the bytes are
 * checked first; what passes is built by cJSON.  No nginx.
 */

#ifndef NGX_FRONTDESK_BODY_H
#define NGX_FRONTDESK_BODY_H

#include <stddef.h>

#include <cjson/cJSON.h>

#define NGX_FRONTDESK_BODY_DEPTH   32
#define NGX_FRONTDESK_BODY_MEMBERS 256 /* of one object */
#define NGX_FRONTDESK_BODY_VALUES  20000
#define NGX_FRONTDESK_BODY_MAX     1048576

typedef enum {
    NGX_FRONTDESK_BODY_OK,
    NGX_FRONTDESK_BODY_SYNTAX,    /* not RFC 8259 */
    NGX_FRONTDESK_BODY_SIZE,      /* too deep, too many, too long */
    NGX_FRONTDESK_BODY_DUPLICATE, /* a name twice in one object */
    NGX_FRONTDESK_BODY_NUL,       /* U+0000 in a string: C and SQL cut there */
    NGX_FRONTDESK_BODY_NUMBER,    /* out of a double's range */
    NGX_FRONTDESK_BODY_MEMORY
} ngx_frontdesk_body_e;

/* On OK the tree is the caller's, for cJSON_Delete(). */
ngx_frontdesk_body_e ngx_frontdesk_body_parse(cJSON **tree, const char *text,
    size_t len);

/* A sentence for the user. */
const char *ngx_frontdesk_body_reason(ngx_frontdesk_body_e rc);

#endif
