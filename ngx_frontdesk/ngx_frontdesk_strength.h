/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whether a new password will do: long enough, and not what is tried first.
 * No nginx.
 */

#ifndef NGX_FRONTDESK_STRENGTH_H
#define NGX_FRONTDESK_STRENGTH_H

#define NGX_FRONTDESK_PASSWORD_MIN   10 /* characters */
#define NGX_FRONTDESK_PASSWORD_MAX   128
#define NGX_FRONTDESK_PASSWORD_BYTES (4 * NGX_FRONTDESK_PASSWORD_MAX + 1)

/* NULL: it will do; else a sentence.  Email and name are whose it will be. */
const char *ngx_frontdesk_password_reason(const char *password,
    const char *email, const char *name);

/* Words between blanks that no password is made of, in small letters. */
extern const char ngx_frontdesk_common[];

#endif
