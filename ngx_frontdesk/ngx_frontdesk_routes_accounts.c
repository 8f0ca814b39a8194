/* SPDX-License-Identifier: BSD-2-Clause */

/* Who logs in: users, sessions, second factors, API keys. */

#include "ngx_frontdesk_rows.h"
#include "ngx_frontdesk_strength.h"

#define NEW_PASSWORD(field, ...)                                              \
    TEXT(field, NGX_FRONTDESK_PASSWORD_MIN, NGX_FRONTDESK_PASSWORD_MAX,       \
         __VA_ARGS__)

static const ngx_frontdesk_field_t register_body[] = {
    EMAIL("email", REQUIRED, ABOUT("Gets a link that verifies it")),
    NEW_PASSWORD("password", REQUIRED,
                 ABOUT("Not one that is common, nor like the address")),
    TEXT("name", 1, 200, REQUIRED), END
};

/* What no new password may have, an old one may. */
static const ngx_frontdesk_field_t login_body[] = {
    TEXT("email", 1, 254, REQUIRED), TEXT("password", 1, 1024, REQUIRED),
    TEXT("totp_code", 6, 6,
         ABOUT("Of a user with a second factor: without it the answer is 401 "
               "with totp_code among its errors")),
    TEXT("recovery_code", 10, 40, ABOUT("In place of totp_code, once")), END
};

static const ngx_frontdesk_field_t token_body[] = {
    TEXT("token", 1, 100, REQUIRED, ABOUT("What the mail's link ends with")),
    END
};

static const ngx_frontdesk_field_t forgot_body[] = {
    EMAIL("email", REQUIRED), END
};

static const ngx_frontdesk_field_t reset_body[] = {
    TEXT("token", 1, 100, REQUIRED, ABOUT("What the mail's link ends with")),
    NEW_PASSWORD("password", REQUIRED), END
};

static const ngx_frontdesk_field_t me_body[] = {
    TEXT("name", 1, 200),
    EMAIL("email", ABOUT("Counts once the mail sent there is answered")),
    NEW_PASSWORD("password", ABOUT("Ends all other sessions")),
    TEXT("current_password", 1, 1024,
         ABOUT("Needed for another email or password")),
    END
};

static const ngx_frontdesk_field_t confirm_body[] = {
    TEXT("code", 6, 6, REQUIRED), END
};

static const ngx_frontdesk_field_t proof_body[] = {
    TEXT("password", 1, 1024), TEXT("code", 6, 6, ABOUT("Or the password")),
    END
};

static const ngx_frontdesk_field_t page_query[] = { PAGE, END };

static const ngx_frontdesk_field_t api_key_body[] = {
    TEXT("name", 1, 100, REQUIRED, ABOUT("What it is for")),
    UUID("client_id", NULLABLE, ABOUT("The one client it is good for")),
    BOOLEAN("read_only", ABOUT("Whether it changes nothing")),
    TIME("expires_at", NULLABLE), END
};

static const ngx_frontdesk_field_t google_body[] = {
    TEXT("state", 43, 43, REQUIRED, ABOUT("As the authorization URL has it")),
    TEXT("code", 1, 2048,
         ABOUT("What Google gave; not again when a second factor follows")),
    TEXT("totp_code", 6, 6, ABOUT("Of a user with a second factor")),
    TEXT("recovery_code", 10, 40, ABOUT("In place of totp_code, once")), END
};

static const ngx_frontdesk_field_t google_query[] = {
    TEXT("state", 1, 100), TEXT("code", 1, 2048),
    TEXT("error", 1, 100, ABOUT("Google's, in place of a code")), END
};

#define GOOGLE(before)                                                        \
    HANDLER(NGX_HTTP_POST, before "/auth/google/initiate", google_initiate,   \
            ANYONE),                                                          \
        HANDLER(NGX_HTTP_GET, before "/auth/google/callback",                 \
                google_callback, ANYONE, .query = google_query),              \
        HANDLER(NGX_HTTP_POST, before "/auth/google/callback",                \
                google_callback, ANYONE, .body = google_body)

const ngx_frontdesk_route_t ngx_frontdesk_routes_accounts[] = {
    HANDLER(NGX_HTTP_POST, "/api/auth/register", register, ANYONE,
            .body = register_body),
    HANDLER(NGX_HTTP_POST, "/api/auth/login", login, ANYONE,
            .body = login_body),
    HANDLER(NGX_HTTP_POST, "/auth/login", login, ANYONE, .body = login_body),
    HANDLER(NGX_HTTP_POST, "/api/auth/refresh", refresh, ANYONE),
    HANDLER(NGX_HTTP_POST, "/auth/refresh", refresh, ANYONE),
    HANDLER(NGX_HTTP_POST, "/api/auth/logout", logout, ANYONE),
    HANDLER(NGX_HTTP_POST, "/auth/logout", logout, ANYONE),
    HANDLER(NGX_HTTP_POST, "/api/auth/logout-all", logout_all,
            .about = "Ends every session of the user"),

    HANDLER(NGX_HTTP_POST, "/api/auth/verify-email", verify, ANYONE,
            .sql = "select * from api.email_verify($1)",
            .result = NGX_FRONTDESK_MESSAGE, .body = token_body),
    ACTION("/api/auth/resend-verification",
           "select * from api.verification_resend()", MESSAGE),
    HANDLER(NGX_HTTP_POST, "/api/auth/forgot-password", forgot, ANYONE,
            .body = forgot_body,
            .about = "Sends a link, if there is such a user; the answer does "
                     "not tell"),
    HANDLER(NGX_HTTP_POST, "/api/auth/reset-password", reset, ANYONE,
            .body = reset_body),

    GET_ONE("/api/auth/me", "select * from api.me()"),
    HANDLER(NGX_HTTP_PUT | NGX_HTTP_PATCH, "/api/auth/me", me,
            .result = NGX_FRONTDESK_ONE, .body = me_body, .partial = 1),

    GET_LIST("/api/auth/sessions",
             "select * from api.session_list($1, $2, $3, $4)", page_query,
             .keyset = "created_at"),
    DELETE("/api/auth/sessions/{id}", "select * from api.session_delete($1)",
           NULL),

    HANDLER(NGX_HTTP_POST, "/api/auth/totp", totp,
            .about = "A new secret, for an authenticator"),
    HANDLER(NGX_HTTP_POST, "/api/auth/totp/confirm", totp_confirm,
            .body = confirm_body,
            .about = "The second factor counts; answers recovery codes, this "
                     "once"),
    HANDLER(NGX_HTTP_POST, "/api/auth/totp/recovery-codes", recovery_codes,
            .body = proof_body, .about = "New ones, in place of those before"),
    HANDLER(NGX_HTTP_DELETE, "/api/auth/totp", totp_remove,
            .body = proof_body),

    GET_LIST("/api/api-keys", "select * from api.api_key_list($1, $2, $3, $4)",
             page_query, .keyset = "created_at"),
    CREATE("/api/api-keys", "select * from api.api_key_create($1)",
           api_key_body, "/api/api-keys/", .secret = 1,
           .about = "The key is in this answer alone"),
    GET_ONE("/api/api-keys/{id}", "select * from api.api_key_get($1)"),
    DELETE("/api/api-keys/{id}", "select * from api.api_key_delete($1)",
           "select * from api.api_key_get($1)"),

    HANDLER(NGX_HTTP_GET, "/api/auth/methods", methods, ANYONE),
    GOOGLE("/api"),
    GOOGLE(""),

    LAST_ROW,
};
