/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "ngx_frontdesk_token.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER  "0123456789abcdef0123456789abcdeF"
#define ISSUER "https://desk.example.com"
#define NOW    1795171254
#define USER   "00000000-0000-4000-8000-000000000002"
#define SID    "51ca13a2-cd2e-45b6-b677-2a88953c5afe"

/* Plain base64url, to forge what the code would not make. */
static void
encode(char *out, const void *in, size_t len)
{
    char *p;

    EVP_EncodeBlock((unsigned char *) out, in, (int) len);
    for (p = out; *p != '\0'; p++) {
        *p = *p == '+' ? '-' : *p == '/' ? '_'
                           : *p == '='   ? '\0'
                                         : *p;
    }
}

/* A token with these parts, rightly signed. */
static const char *
forge(const char *header, const char *claims, const char *secret)
{
    static char   token[8192];
    unsigned      n;
    unsigned char mac[EVP_MAX_MD_SIZE];

    encode(token, header, strlen(header));
    strcat(token, ".");
    encode(token + strlen(token), claims, strlen(claims));
    HMAC(EVP_sha256(), secret, (int) strlen(secret), (unsigned char *) token,
         strlen(token), mac, &n);
    strcat(token, ".");
    encode(token + strlen(token), mac, n);

    return token;
}

static int
verify(const char *token)
{
    ngx_frontdesk_access_t access;

    return ngx_frontdesk_access_verify(&access, token, strlen(token), ISSUER,
                                       SECRET, NOW);
}

static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}";

#define IDS   "\"sub\":\"" USER "\",\"sid\":\"" SID "\",\"role\":\"owner\""
#define OURS  "{\"iss\":\"" ISSUER "\",\"aud\":\"frontdesk-api\"," IDS
#define TIMES ",\"iat\":1795171254,\"exp\":1795171854"

static void
an_access_token_goes_round(void **state)
{
    char                   token[NGX_FRONTDESK_ACCESS_BYTES];
    ngx_frontdesk_access_t made, read;

    (void) state;

    memset(&made, 0, sizeof(made));
    strcpy(made.user_id, USER);
    strcpy(made.session_id, SID);
    strcpy(made.role, "admin");
    made.issued_at = NOW;
    made.expires_at = NOW + 600;

    assert_int_equal(ngx_frontdesk_access_make(token, &made, ISSUER, SECRET),
                     0);
    assert_int_equal(ngx_frontdesk_access_verify(&read, token, strlen(token),
                                                 ISSUER, SECRET, NOW + 600),
                     0);
    assert_string_equal(read.user_id, USER);
    assert_string_equal(read.session_id, SID);
    assert_string_equal(read.role, "admin");
    assert_int_equal(read.expires_at, NOW + 600);

    /* a minute of leeway, no more */
    assert_int_equal(ngx_frontdesk_access_verify(&read, token, strlen(token),
                                                 ISSUER, SECRET, NOW + 659),
                     0);
    assert_int_equal(ngx_frontdesk_access_verify(&read, token, strlen(token),
                                                 ISSUER, SECRET, NOW + 660),
                     -1);
    assert_int_equal(ngx_frontdesk_access_verify(&read, token, strlen(token),
                                                 ISSUER, SECRET, NOW - 61),
                     -1);
    assert_int_equal(ngx_frontdesk_access_verify(&read, token, strlen(token),
                                                 ISSUER, OTHER, NOW),
                     -1);
    assert_int_equal(ngx_frontdesk_access_verify(&read, token, strlen(token),
                                                 "https://other", SECRET, NOW),
                     -1);
}

static void
what_was_forged_is_as_ours(void **state)
{
    (void) state;
    assert_int_equal(verify(forge(header, OURS TIMES "}", SECRET)), 0);
}

static void
a_header_of_another_kind_is_refused(void **state)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"None\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"hs256\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"HS512\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}",
        "{\"alg\":[\"HS256\"],\"typ\":\"at+jwt\"}",
        "{\"alg\":\"HS256\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"typ\":\"AT+JWT\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"../../dev/null\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"jwk\":{\"kty\":\"oct\"}}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"jku\":\"https://x/\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"crit\":[\"b64\"]}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"b64\":false}",
        "{\"alg\":\"none\",\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
        "[\"HS256\"]",
        "\"HS256\"",
        "{",
        "",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (verify(forge(headers[i], OURS TIMES "}", SECRET)) == 0) {
            fail_msg("taken: %s", headers[i]);
        }
    }
}

static void
claims_of_another_kind_are_refused(void **state)
{
    static const char *const claims[] = {
        "{\"iss\":\"https://evil\",\"aud\":\"frontdesk-api\"," IDS TIMES "}",
        "{\"aud\":\"frontdesk-api\"," IDS                          TIMES "}",
        "{\"iss\":\"" ISSUER "\"," IDS                             TIMES "}",
        "{\"iss\":\"" ISSUER "\",\"aud\":\"else\"," IDS            TIMES "}",
        "{\"iss\":\"" ISSUER "\",\"aud\":[\"frontdesk-api\"]," IDS TIMES "}",
        OURS "}",
        OURS ",\"iat\":1795171254}",
        OURS ",\"exp\":1795171854}",
        OURS ",\"iat\":1795171254,\"exp\":1795171194}",
        OURS ",\"iat\":1795171254,\"exp\":\"1795171854\"}",
        OURS ",\"iat\":1795171254,\"exp\":1795171854.5}",
        OURS ",\"iat\":1795171254,\"exp\":9223372036854775808}",
        OURS ",\"iat\":1795171254,\"exp\":-1}",
        OURS ",\"iat\":1795171254,\"exp\":null}",
        OURS ",\"iat\":1795171315,\"exp\":1795171854}",
        OURS ",\"nbf\":1795171315" TIMES "}",
        OURS ",\"nbf\":\"now\"" TIMES "}",
        OURS TIMES ",\"exp\":1795171855}",
        OURS TIMES "} ",
        OURS TIMES "}}",
        "{\"iss\":\"" ISSUER "\",\"aud\":\"frontdesk-api\",\"sub\":\"1\","
        "\"sid\":\"" SID "\",\"role\":\"owner\"" TIMES "}",
        "{\"iss\":\"" ISSUER "\",\"aud\":\"frontdesk-api\",\"sub\":\"" USER
        "\",\"role\":\"owner\"" TIMES "}",
        "{\"iss\":\"" ISSUER "\",\"aud\":\"frontdesk-api\",\"sub\":\"" USER
        "\",\"sid\":\"1\",\"role\":\"owner\"" TIMES "}",
        "{\"iss\":\"" ISSUER "\",\"aud\":\"frontdesk-api\",\"sub\":\"" USER
        "\",\"sid\":\"" SID "\",\"role\":\"administrator\"" TIMES "}",
        "[]",
        "1",
        "",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
        /* trailing blanks are JSON, so that one is ours */
        int expected = strcmp(claims[i], OURS TIMES "} ") == 0 ? 0 : -1;

        if (verify(forge(header, claims[i], SECRET)) != expected) {
            fail_msg("not as it should be: %s", claims[i]);
        }
    }
}

static void
a_token_has_one_spelling(void **state)
{
    char        text[9000];
    size_t      len;
    const char *good = forge(header, OURS TIMES "}", SECRET);

    (void) state;

    snprintf(text, sizeof(text), "%s=", good);
    assert_int_equal(verify(text), -1);
    snprintf(text, sizeof(text), "%s.", good);
    assert_int_equal(verify(text), -1);
    snprintf(text, sizeof(text), "%s.e30", good);
    assert_int_equal(verify(text), -1);
    snprintf(text, sizeof(text), " %s", good);
    assert_int_equal(verify(text), -1);
    snprintf(text, sizeof(text), "%s\n", good);
    assert_int_equal(verify(text), -1);

    /* left-over bits of the last character of the MAC */
    snprintf(text, sizeof(text), "%s", good);
    len = strlen(text);
    text[len - 1]++;
    assert_int_equal(verify(text), -1);

    /* every byte counts */
    for (size_t i = 0; i < len; i++) {
        snprintf(text, sizeof(text), "%s", good);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        assert_int_equal(verify(text), -1);
        text[i] = '\0';
        assert_int_equal(verify(text), -1);
    }

    memset(text, 'A', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(verify(text), -1);
    assert_int_equal(verify(""), -1);
    assert_int_equal(verify(".."), -1);
}

/* The vectors of others for HS256, and all others as what we never take. */
static int
wycheproof_key(char secret[64], const cJSON *key)
{
    char         text[64];
    size_t       len;
    const cJSON *k = cJSON_GetObjectItemCaseSensitive(key, "k");

    if (!cJSON_IsString(k) || (len = strlen(k->valuestring)) > 44) {
        return -1;
    }

    memset(text, 0, sizeof(text));
    for (size_t i = 0; i < len; i++) {
        char c = k->valuestring[i];

        text[i] = (char) (c == '-' ? '+' : c == '_' ? '/'
                                                    : c);
    }
    while (strlen(text) % 4 != 0) {
        strcat(text, "=");
    }

    memset(secret, 0, 64);
    return EVP_DecodeBlock((unsigned char *) secret, (unsigned char *) text,
                           (int) strlen(text))
                   < 0
               ? -1
               : 0;
}

static int
wycheproof_takes(const char *jws, const char *secret)
{
    int         rc;
    cJSON      *head = NULL;
    size_t      n;
    const char *payload;

    rc = ngx_frontdesk_jws_verify(jws, strlen(jws), secret, &head, &payload,
                                  &n);
    cJSON_Delete(head);

    return rc == 0;
}

static void
the_wycheproof_signatures_are_told_apart(void **state)
{
    FILE        *in;
    char         file[512], secret[64];
    long         size;
    cJSON       *tree;
    char        *text;
    unsigned     valid = 0, invalid = 0;
    const cJSON *group, *test;
    const char  *shared = getenv("FRONTDESK_SHARED");

    (void) state;

    snprintf(file, sizeof(file),
             "%s/vectors/wycheproof/json_web_signature_test.json",
             shared != NULL ? shared : "../shared");
    in = fopen(file, "r");
    assert_non_null(in);
    fseek(in, 0, SEEK_END);
    size = ftell(in);
    rewind(in);
    text = malloc((size_t) size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t) size, in), size);
    text[size] = '\0';
    fclose(in);

    tree = cJSON_Parse(text);
    assert_non_null(tree);

    cJSON_ArrayForEach(group,
                       cJSON_GetObjectItemCaseSensitive(tree, "testGroups"))
    {
        const cJSON *key = cJSON_GetObjectItemCaseSensitive(group, "private");
        const cJSON *alg = cJSON_GetObjectItemCaseSensitive(key, "alg");
        int          ours = cJSON_IsString(alg)
                   && strcmp(alg->valuestring, "HS256") == 0
                   && wycheproof_key(secret, key) == 0 && strlen(secret) == 32;

        cJSON_ArrayForEach(test,
                           cJSON_GetObjectItemCaseSensitive(group, "tests"))
        {
            const cJSON *jws = cJSON_GetObjectItemCaseSensitive(test, "jws");
            const char  *result = cJSON_GetObjectItemCaseSensitive(test,
                                                                   "result")
                                     ->valuestring;
            int id = cJSON_GetObjectItemCaseSensitive(test, "tcId")
                         ->valueint;

            if (!cJSON_IsString(jws)) {
                continue;
            }

            if (ours && strcmp(result, "valid") == 0) {
                if (!wycheproof_takes(jws->valuestring, secret)) {
                    fail_msg("%d is valid and was refused", id);
                }
                valid++;
            } else if (wycheproof_takes(jws->valuestring,
                                        ours ? secret : SECRET))
            {
                fail_msg("%d was taken", id);
            } else {
                invalid++;
            }
        }
    }

    cJSON_Delete(tree);
    free(text);
    assert_true(valid >= 3);
    assert_true(invalid >= 300);
}

static void
a_call_token_goes_round(void **state)
{
    char                       text[NGX_FRONTDESK_CALL_TOKEN_BYTES];
    char                       copy[NGX_FRONTDESK_CALL_TOKEN_BYTES];
    ngx_frontdesk_call_token_t made, read;

    (void) state;

    memset(&made, 0, sizeof(made));
    strcpy(made.call_id, USER);
    strcpy(made.client_id, SID);
    memset(made.nonce, 'n', sizeof(made.nonce) - 1); /* the longest */
    made.expires_at = NOW + 30;

    assert_int_equal(ngx_frontdesk_call_token_make(text, &made, SECRET), 0);
    assert_true(strlen(text) < sizeof(text));
    assert_int_equal(ngx_frontdesk_call_token_verify(&read, text, strlen(text),
                                                     SECRET, NOW + 30),
                     0);
    assert_string_equal(read.call_id, USER);
    assert_string_equal(read.client_id, SID);
    assert_string_equal(read.nonce, made.nonce);
    assert_int_equal(read.expires_at, NOW + 30);

    assert_int_equal(ngx_frontdesk_call_token_verify(&read, text, strlen(text),
                                                     SECRET, NOW + 31),
                     -1);
    assert_int_equal(ngx_frontdesk_call_token_verify(&read, text, strlen(text),
                                                     OTHER, NOW),
                     -1);

    for (size_t i = 0; i < strlen(text); i++) {
        strcpy(copy, text);
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        assert_int_equal(ngx_frontdesk_call_token_verify(&read, copy,
                                                         strlen(copy), SECRET,
                                                         NOW),
                         -1);
        assert_int_equal(ngx_frontdesk_call_token_verify(&read, text, i,
                                                         SECRET, NOW),
                         -1);
    }
}

static void
a_call_token_of_nonsense_is_not_made(void **state)
{
    char                       text[NGX_FRONTDESK_CALL_TOKEN_BYTES];
    ngx_frontdesk_call_token_t made;

    (void) state;

    memset(&made, 0, sizeof(made));
    strcpy(made.call_id, USER);
    strcpy(made.client_id, SID);
    assert_int_equal(ngx_frontdesk_call_token_make(text, &made, SECRET), -1);

    strcpy(made.nonce, "n");
    strcpy(made.client_id, "x");
    assert_int_equal(ngx_frontdesk_call_token_make(text, &made, SECRET), -1);

    strcpy(made.client_id, SID);
    assert_int_equal(ngx_frontdesk_call_token_make(text, &made, SECRET), 0);
}

static void
a_refresh_token_names_its_session(void **state)
{
    char text[NGX_FRONTDESK_REFRESH_BYTES], other[NGX_FRONTDESK_REFRESH_BYTES];
    char sid[NGX_FRONTDESK_UUID_BYTES], digest[NGX_FRONTDESK_DIGEST_BYTES];

    (void) state;

    assert_int_equal(ngx_frontdesk_refresh_make(text, SID), 0);
    assert_int_equal(ngx_frontdesk_refresh_make(other, SID), 0);
    assert_string_not_equal(text, other);
    assert_int_equal(strlen(text), NGX_FRONTDESK_REFRESH_BYTES - 1);
    assert_int_equal(ngx_frontdesk_refresh_read(sid, text, strlen(text)), 0);
    assert_string_equal(sid, SID);

    assert_int_equal(ngx_frontdesk_refresh_read(sid, text, strlen(text) - 1),
                     -1);
    text[10] = 'x';
    assert_int_equal(ngx_frontdesk_refresh_read(sid, text, strlen(text)), -1);
    assert_int_equal(ngx_frontdesk_refresh_make(text, "x"), -1);

    assert_int_equal(ngx_frontdesk_digest(digest, "abc", 3), 0);
    assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223"
                                "b00361a396177a9cb410ff61f20015ad");
}

static void
an_id_is_of_version_four(void **state)
{
    char id[NGX_FRONTDESK_UUID_BYTES];

    (void) state;

    assert_int_equal(ngx_frontdesk_uuid_make(id), 0);
    assert_int_equal(strlen(id), 36);
    assert_int_equal(id[14], '4');
    assert_non_null(strchr("89ab", id[19]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_access_token_goes_round),
        cmocka_unit_test(what_was_forged_is_as_ours),
        cmocka_unit_test(a_header_of_another_kind_is_refused),
        cmocka_unit_test(claims_of_another_kind_are_refused),
        cmocka_unit_test(a_token_has_one_spelling),
        cmocka_unit_test(the_wycheproof_signatures_are_told_apart),
        cmocka_unit_test(a_call_token_goes_round),
        cmocka_unit_test(a_call_token_of_nonsense_is_not_made),
        cmocka_unit_test(a_refresh_token_names_its_session),
        cmocka_unit_test(an_id_is_of_version_four),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
