/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Second factors: codes of six digits out of a shared secret and the time, as
 * RFC 6238 and every authenticator has them (HMAC-SHA1, steps of 30 s).  Bytes
 * in, bytes out, no nginx.
 */

#ifndef NGX_FRONTDESK_TOTP_H
#define NGX_FRONTDESK_TOTP_H

#include <stddef.h>
#include <stdint.h>

#define NGX_FRONTDESK_TOTP_BYTES  20 /* of a secret */
#define NGX_FRONTDESK_TOTP_TEXT   33 /* the same in base32 and NUL */
#define NGX_FRONTDESK_TOTP_DIGITS 6
#define NGX_FRONTDESK_TOTP_STEP_S 30

/* Each returns 0, or -1. */

int ngx_frontdesk_totp_make(uint8_t secret[NGX_FRONTDESK_TOTP_BYTES]);

/* As people type it in, and as the otpauth: URL has it. */
void ngx_frontdesk_totp_text(char out[NGX_FRONTDESK_TOTP_TEXT],
    const uint8_t secret[NGX_FRONTDESK_TOTP_BYTES]);

/* digits at most 9; a code is HOTP (RFC 4226) of the time's step. */
int ngx_frontdesk_totp_code(char *out, unsigned digits, int64_t step,
    const uint8_t *secret, size_t len);

/*
 * Whether text is the code of now, or of a step before or behind it; which
 * step, so that it may be taken once.
 */
int ngx_frontdesk_totp_verify(int64_t *step, const char *text, int64_t now,
    const uint8_t *secret, size_t len);

#endif
