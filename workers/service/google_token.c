/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "service/google_token.h"

#define TOKEN_BYTES 8192
#define KEY_BITS_MIN 2048
#define KEY_BYTES_MAX 1024
/* How far our clock and theirs may be apart. */
#define LEEWAY_S 60
#define LIFE_MAX_S 86400

static int       base64url_read(uint8_t *out, size_t room, const char *text,
                                size_t len);
static cJSON    *part_read(const char *text, size_t len);
static EVP_PKEY *key_read(const cJSON *jwk);
static EVP_PKEY *key_make(const BIGNUM *n, const BIGNUM *e);
static int       signature_is_right(EVP_PKEY *key, const char *text, size_t len,
                                    const char *signature);
static const char *claims_wrong(const cJSON           *claims,
                                const google_wanted_t *wanted);
static int person_read(google_person_t *person, const cJSON *claims);

static const char *
text_of(const cJSON *object, const char *name)
{
    const char *text;

    text = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(object, name));

    return text != NULL ? text : "";
}

int
google_keys_read(google_keys_t *keys, const char *text)
{
    cJSON        *set;
    EVP_PKEY     *key;
    const char   *id;
    const cJSON  *jwk;
    google_keys_t fresh = { 0 };

    set = cJSON_Parse(text);

    cJSON_ArrayForEach(jwk, cJSON_GetObjectItemCaseSensitive(set, "keys"))
    {
        id = text_of(jwk, "kid");
        if (fresh.n == GOOGLE_KEYS || id[0] == '\0'
            || strlen(id) >= sizeof(fresh.list[0].id))
        {
            continue;
        }

        key = key_read(jwk);
        if (key != NULL) {
            strcpy(fresh.list[fresh.n].id, id);
            fresh.list[fresh.n++].key = key;
        }
    }

    cJSON_Delete(set);

    if (fresh.n == 0) {
        return -EINVAL;
    }

    google_keys_drop(keys);
    *keys = fresh;

    return 0;
}

void
google_keys_drop(google_keys_t *keys)
{
    size_t i;

    for (i = 0; i < keys->n; i++) {
        EVP_PKEY_free(keys->list[i].key);
    }

    keys->n = 0;
}

int
google_token_read(google_person_t *person, const char *token,
                  const google_keys_t *keys, const google_wanted_t *wanted,
                  const char **reason)
{
    int             rc = -EACCES;
    size_t          i;
    cJSON          *header, *claims = NULL;
    const char     *payload, *signature, *id;
    google_person_t found = { 0 };

    *reason = "it is no token";
    payload = strchr(token, '.');
    signature = payload != NULL ? strchr(payload + 1, '.') : NULL;
    if (signature == NULL || strlen(token) > TOKEN_BYTES) {
        return -EACCES;
    }

    header = part_read(token, (size_t) (payload - token));
    if (strcmp(text_of(header, "alg"), "RS256") != 0
        || cJSON_GetObjectItemCaseSensitive(header, "crit") != NULL)
    {
        *reason = "it is not signed as Google signs";
        goto done;
    }

    id = text_of(header, "kid");
    for (i = 0; i < keys->n && strcmp(keys->list[i].id, id) != 0; i++) {
        /* void */
    }

    if (i == keys->n) {
        *reason = "its key is not one of Google's";
        rc = -ENOENT;
        goto done;
    }

    if (!signature_is_right(keys->list[i].key, token,
                            (size_t) (signature - token), signature + 1))
    {
        *reason = "its signature is wrong";
        goto done;
    }

    claims = part_read(payload + 1, (size_t) (signature - payload - 1));
    *reason = claims_wrong(claims, wanted);
    if (*reason != NULL) {
        goto done;
    }

    if (person_read(&found, claims) < 0) {
        *reason = "it does not say who it is";
        goto done;
    }

    *person = found;
    rc = 0;

done:
    cJSON_Delete(header);
    cJSON_Delete(claims);
    return rc;
}

/* Returns how many bytes, or -EINVAL. Without padding, one spelling alone. */
static int
base64url_read(uint8_t *out, size_t room, const char *text, size_t len)
{
    size_t      i, n = 0;
    uint32_t    bits = 0;
    const char *p;

    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789-_";

    if (len % 4 == 1 || len / 4 * 3 + 3 > room) {
        return -EINVAL;
    }

    for (i = 0; i < len; i++) {
        p = text[i] != '\0' ? strchr(signs, text[i]) : NULL;
        if (p == NULL) {
            return -EINVAL;
        }

        bits = bits << 6 | (uint32_t) (p - signs);
        if (i % 4 != 0) {
            out[n++] = (uint8_t) (bits >> (6 - 2 * (i % 4)));
        }
    }

    /* What is left over of the last sign is nothing. */
    if ((len % 4 == 2 && (bits & 0xf) != 0)
        || (len % 4 == 3 && (bits & 0x3) != 0))
    {
        return -EINVAL;
    }

    return (int) n;
}

/* A part of a token as an object; NULL when it is none. */
static cJSON *
part_read(const char *text, size_t len)
{
    int     n;
    cJSON  *object;
    uint8_t bytes[TOKEN_BYTES];

    n = base64url_read(bytes, sizeof(bytes), text, len);
    if (n <= 0) {
        return NULL;
    }

    object = cJSON_ParseWithLength((char *) bytes, (size_t) n);
    if (!cJSON_IsObject(object)) {
        cJSON_Delete(object);
        return NULL;
    }

    return object;
}

static BIGNUM *
number_read(const cJSON *jwk, const char *name)
{
    int         n;
    uint8_t     bytes[KEY_BYTES_MAX];
    const char *text = text_of(jwk, name);

    n = base64url_read(bytes, sizeof(bytes), text, strlen(text));

    return n > 0 ? BN_bin2bn(bytes, n, NULL) : NULL;
}

/* NULL: not one that signs tokens, or too small. */
static EVP_PKEY *
key_read(const cJSON *jwk)
{
    BIGNUM     *n, *e;
    EVP_PKEY   *key = NULL;
    const char *alg = text_of(jwk, "alg");

    if (strcmp(text_of(jwk, "kty"), "RSA") != 0
        || strcmp(text_of(jwk, "use"), "sig") != 0
        || (alg[0] != '\0' && strcmp(alg, "RS256") != 0))
    {
        return NULL;
    }

    n = number_read(jwk, "n");
    e = number_read(jwk, "e");

    if (n != NULL && e != NULL && BN_num_bits(n) >= KEY_BITS_MIN) {
        key = key_make(n, e);
    }

    BN_free(n);
    BN_free(e);

    return key;
}

static EVP_PKEY *
key_make(const BIGNUM *n, const BIGNUM *e)
{
    EVP_PKEY       *key = NULL;
    OSSL_PARAM     *params = NULL;
    EVP_PKEY_CTX   *ctx;
    OSSL_PARAM_BLD *build;

    ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    build = OSSL_PARAM_BLD_new();

    if (ctx != NULL && build != NULL
        && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1
        && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
    {
        params = OSSL_PARAM_BLD_to_param(build);
    }

    if (params != NULL && EVP_PKEY_fromdata_init(ctx) == 1) {
        (void) EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params);
    }

    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);

    return key;
}

/* RSASSA-PKCS1-v1_5 with SHA-256, which is OpenSSL's own default for RSA. */
static int
signature_is_right(EVP_PKEY *key, const char *text, size_t len,
                   const char *signature)
{
    int         n, right;
    uint8_t     bytes[KEY_BYTES_MAX];
    EVP_MD_CTX *ctx;

    n = base64url_read(bytes, sizeof(bytes), signature, strlen(signature));
    ctx = EVP_MD_CTX_new();

    right = n > 0 && ctx != NULL
            && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1
            && EVP_DigestVerify(ctx, bytes, (size_t) n,
                                (const unsigned char *) text, len)
                   == 1;

    EVP_MD_CTX_free(ctx);

    return right;
}

/* NULL: they are meant for us, and hold now. */
static const char *
claims_wrong(const cJSON *claims, const google_wanted_t *wanted)
{
    double      now = (double) wanted->now, ends, made;
    const char *issuer = text_of(claims, "iss");
    const char *party = text_of(claims, "azp");

    if (strcmp(issuer, "https://accounts.google.com") != 0
        && strcmp(issuer, "accounts.google.com") != 0)
    {
        return "it is not of Google";
    }

    if (wanted->client_id[0] == '\0'
        || strcmp(text_of(claims, "aud"), wanted->client_id) != 0
        || (party[0] != '\0' && strcmp(party, wanted->client_id) != 0))
    {
        return "it is for somebody else";
    }

    ends = cJSON_GetNumberValue(
        cJSON_GetObjectItemCaseSensitive(claims, "exp"));
    made = cJSON_GetNumberValue(
        cJSON_GetObjectItemCaseSensitive(claims, "iat"));

    /* Written so that what is no number fails. */
    if (!(now < ends + LEEWAY_S && ends <= now + LIFE_MAX_S + LEEWAY_S
          && made <= now + LEEWAY_S))
    {
        return "it is not of this time";
    }

    if (wanted->nonce[0] == '\0'
        || strcmp(text_of(claims, "nonce"), wanted->nonce) != 0)
    {
        return "it was asked for by somebody else";
    }

    return NULL;
}

static int
person_read(google_person_t *person, const cJSON *claims)
{
    size_t      i;
    const char *subject = text_of(claims, "sub");
    const char *email = text_of(claims, "email");
    const char *name = text_of(claims, "name");
    const char *domain = text_of(claims, "hd");

    if (subject[0] == '\0' || strlen(subject) >= sizeof(person->subject)
        || email[0] == '\0' || strlen(email) >= sizeof(person->email)
        || strlen(domain) >= sizeof(person->domain))
    {
        return -EINVAL;
    }

    for (i = 0; subject[i] != '\0'; i++) {
        if (subject[i] <= ' ' || subject[i] > '~') {
            return -EINVAL;
        }
    }

    strcpy(person->subject, subject);
    strcpy(person->email, email);
    strcpy(person->domain, domain);
    person->email_verified = cJSON_IsTrue(
        cJSON_GetObjectItemCaseSensitive(claims, "email_verified"));

    /* A name that is too long is none: it is only a proposal. */
    if (strlen(name) < sizeof(person->name)) {
        strcpy(person->name, name);
    }

    return 0;
}
