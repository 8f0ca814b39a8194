/* SPDX-License-Identifier: BSD-2-Clause */

/* What texts of one kind look like.  No nginx. */

#ifndef NGX_FRONTDESK_SHAPE_H
#define NGX_FRONTDESK_SHAPE_H

#include <stddef.h>

/* Characters of a text in UTF-8; -1: it is not, or holds a NUL. */
long ngx_frontdesk_text_length(const char *text, size_t len);

int ngx_frontdesk_is_uuid(const char *text, size_t len);

/* NULL, or what is wrong, as a sentence for the user.  Texts end with a NUL. */
const char *ngx_frontdesk_shape_uuid(const char *text, size_t len);
const char *ngx_frontdesk_shape_time(const char *text, size_t len);
const char *ngx_frontdesk_shape_date(const char *text, size_t len);
const char *ngx_frontdesk_shape_clock(const char *text, size_t len);
const char *ngx_frontdesk_shape_phone(const char *text, size_t len);
const char *ngx_frontdesk_shape_email(const char *text, size_t len);

#endif
