/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Secrets of second factors, as Postgres keeps them: sealed here, and bound to
 * whose they are.
 */

#include <openssl/crypto.h>

#include "ngx_frontdesk_session.h"

const desk_keyring_t *
ngx_frontdesk_ring(ngx_http_request_t *r)
{
    ngx_frontdesk_main_conf_t *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_frontdesk_module);

    return &mcf->totp_keys;
}

static ngx_int_t
ngx_frontdesk_factor_place(desk_place_t *place, const char *user_id)
{
    return desk_place(place, "totp_secrets", user_id, "secret") == 0
               ? NGX_OK
               : NGX_ERROR;
}

const char *
ngx_frontdesk_factor_seal(ngx_http_request_t *r, const uint8_t *secret,
    size_t len, const char *user_id)
{
    u_char *text;
    size_t size = len + DESK_SEAL_MORE;
    uint8_t sealed[DESK_SEALED_MAX];
    desk_place_t place;

    text = ngx_pnalloc(r->pool, 2 * size + sizeof("\\x"));
    if (text == NULL || size > sizeof(sealed)
        || ngx_frontdesk_factor_place(&place, user_id) != NGX_OK
        || desk_seal(sealed, secret, len, &place,
                              ngx_frontdesk_ring(r))
               != 0)
    {
        return NULL;
    }

    *ngx_hex_dump(ngx_cpymem(text, "\\x", 2), sealed, size) = '\0';

    return (char *) text;
}

static int
ngx_frontdesk_hex(u_char c)
{
    return c >= '0' && c <= '9' ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* bytea comes as \x and digits. */
ngx_int_t
ngx_frontdesk_factor_keep(ngx_frontdesk_factor_t *factor, PGresult *row)
{
    int high, low;
    size_t i;
    ngx_str_t text = ngx_frontdesk_pg_value(row, 0, "totp_secret");

    factor->len = 0;
    factor->fresh = NULL;

    if (text.len == 0) {
        return NGX_OK;
    }

    if (text.len < 4 || text.len % 2 != 0 || text.data[0] != '\\'
        || text.data[1] != 'x'
        || (text.len - 2) / 2 > sizeof(factor->sealed))
    {
        return NGX_ERROR;
    }

    for (i = 2; i < text.len; i += 2) {
        high = ngx_frontdesk_hex(text.data[i]);
        low = ngx_frontdesk_hex(text.data[i + 1]);
        if (high < 0 || low < 0) {
            return NGX_ERROR;
        }
        factor->sealed[i / 2 - 1] = (u_char) (high << 4 | low);
    }

    factor->len = (text.len - 2) / 2;

    return NGX_OK;
}

ngx_int_t
ngx_frontdesk_factor_check(ngx_http_request_t *r,
    ngx_frontdesk_factor_t *factor, const char *user_id, const char *code,
    int64_t *step)
{
    int wrong;
    size_t n;
    uint8_t secret[DESK_SEALED_MAX];
    desk_place_t place;

    if (ngx_frontdesk_factor_place(&place, user_id) != NGX_OK
        || desk_unseal(secret, &n, factor->sealed, factor->len,
                                &place, ngx_frontdesk_ring(r))
               != 0)
    {
        return NGX_ERROR;
    }

    wrong = ngx_frontdesk_totp_verify(step, code, ngx_time(), secret, n);
    if (!wrong
        && desk_seal_is_old(factor->sealed, ngx_frontdesk_ring(r)))
    {
        factor->fresh = ngx_frontdesk_factor_seal(r, secret, n, user_id);
    }

    OPENSSL_cleanse(secret, sizeof(secret));

    return wrong ? NGX_DECLINED : NGX_OK;
}

ngx_int_t
ngx_frontdesk_factor_broken(ngx_http_request_t *r)
{
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "the secret of a second factor cannot be opened: "
                  "is its key in totp_keys?");

    return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "Your second factor cannot be checked "
                                    "now.",
                                    NULL);
}
