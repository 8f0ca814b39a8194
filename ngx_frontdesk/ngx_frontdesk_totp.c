/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "ngx_frontdesk_totp.h"

int
ngx_frontdesk_totp_make(uint8_t secret[NGX_FRONTDESK_TOTP_BYTES])
{
    return RAND_bytes(secret, NGX_FRONTDESK_TOTP_BYTES) == 1 ? 0 : -1;
}

void
ngx_frontdesk_totp_text(char out[NGX_FRONTDESK_TOTP_TEXT],
    const uint8_t secret[NGX_FRONTDESK_TOTP_BYTES])
{
    size_t i, n = 0;
    uint32_t bits = 0;
    unsigned have = 0;

    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /* 20 bytes are 32 letters exactly. */
    for (i = 0; i < NGX_FRONTDESK_TOTP_BYTES; i++) {
        bits = bits << 8 | secret[i];
        have += 8;
        while (have >= 5) {
            have -= 5;
            out[n++] = alphabet[bits >> have & 31];
        }
    }

    out[n] = '\0';
}

int
ngx_frontdesk_totp_code(char *out, unsigned digits, int64_t step,
    const uint8_t *secret, size_t len)
{
    unsigned i, n, at;
    uint8_t mac[EVP_MAX_MD_SIZE], counter[8];
    uint32_t value, size = 1;

    for (i = 0; i < 8; i++) {
        counter[i] = (uint8_t) ((uint64_t) step >> (56 - 8 * i));
    }

    if (step < 0 || digits < 1 || digits > 9
        || HMAC(EVP_sha1(), secret, (int) len, counter, sizeof(counter), mac,
                &n)
               == NULL
        || n != 20)
    {
        return -1;
    }

    at = mac[19] & 0x0f;
    value = (uint32_t) (mac[at] & 0x7f) << 24 | (uint32_t) mac[at + 1] << 16
            | (uint32_t) mac[at + 2] << 8 | mac[at + 3];

    for (i = 0; i < digits; i++) {
        size *= 10;
    }

    snprintf(out, digits + 1, "%0*u", (int) digits, value % size);
    OPENSSL_cleanse(mac, sizeof(mac));

    return 0;
}

int
ngx_frontdesk_totp_verify(int64_t *step, const char *text, int64_t now,
    const uint8_t *secret, size_t len)
{
    int found = -1;
    char code[NGX_FRONTDESK_TOTP_DIGITS + 1];
    int64_t at;

    if (now < 0 || strlen(text) != NGX_FRONTDESK_TOTP_DIGITS) {
        return -1;
    }

    at = now / NGX_FRONTDESK_TOTP_STEP_S;

    /* All three are looked at, whichever it is. */
    for (int64_t try = at - 1; try <= at + 1; try++) {
        if (ngx_frontdesk_totp_code(code, NGX_FRONTDESK_TOTP_DIGITS, try,
                                    secret, len)
                == 0
            && CRYPTO_memcmp(code, text, NGX_FRONTDESK_TOTP_DIGITS) == 0)
        {
            *step = try;
            found = 0;
        }
    }

    OPENSSL_cleanse(code, sizeof(code));

    return found;
}
