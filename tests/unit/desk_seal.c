/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "desk_seal.h"

#define ONE   "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define SEVEN "7:/wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static desk_keyring_t  ring;
static desk_place_t place;

static int
setup(void **state)
{
    (void) state;

    return desk_keyring_read(&ring, ONE) != NULL
           || desk_place(&place, "totp_secrets", "row-1", "secret")
                  != 0;
}

static void
keys_are_read(void **state)
{
    (void) state;

    assert_null(desk_keyring_read(&ring, ""));
    assert_int_equal(ring.n, 0);

    assert_null(desk_keyring_read(&ring, SEVEN ", " ONE));
    assert_int_equal(ring.n, 2);
    assert_int_equal(ring.keys[0].id, 7);
    assert_int_equal(ring.keys[0].bytes[0], 0xff);
    assert_int_equal(ring.keys[1].id, 1);
    assert_int_equal(ring.keys[1].bytes[31], 31);
}

static void
keys_that_are_none_are_refused(void **state)
{
    static const char *const texts[] = {
        "1",
        "1:",
        "x",
        ":",
        "0:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "-1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "4294967296:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==",
        "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8fHw==",
        "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd*h8=",
        "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8==",
        ONE ",",
        "," ONE,
        ONE "," ONE,
        ONE "," SEVEN ",x",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (desk_keyring_read(&ring, texts[i]) == NULL) {
            fail_msg("taken: %s", texts[i]);
        }
        assert_int_equal(ring.n, 0);
    }
}

static void
what_is_sealed_opens(void **state)
{
    size_t  n;
    uint8_t sealed[20 + DESK_SEAL_MORE], again[sizeof(sealed)];
    uint8_t out[20];

    (void) state;

    assert_int_equal(desk_seal(sealed, "12345678901234567890", 20,
                                        &place, &ring),
                     0);
    assert_int_equal(desk_seal(again, "12345678901234567890", 20,
                                        &place, &ring),
                     0);
    assert_memory_not_equal(sealed + 5, again + 5, 12); /* nonces */

    assert_int_equal(sealed[0], 1);
    assert_int_equal(sealed[4], 1);
    assert_int_equal(desk_unseal(out, &n, sealed, sizeof(sealed),
                                          &place, &ring),
                     0);
    assert_int_equal(n, 20);
    assert_memory_equal(out, "12345678901234567890", 20);
}

static void
nothing_that_was_changed_opens(void **state)
{
    size_t  n;
    uint8_t sealed[20 + DESK_SEAL_MORE];
    uint8_t out[20], zeros[20] = { 0 };

    (void) state;

    assert_int_equal(desk_seal(sealed, "12345678901234567890", 20,
                                        &place, &ring),
                     0);

    for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
        sealed[bit / 8] ^= (uint8_t) (1U << bit % 8);
        memset(out, 0, sizeof(out));
        assert_int_equal(desk_unseal(out, &n, sealed, sizeof(sealed),
                                              &place, &ring),
                         -1);
        assert_memory_equal(out, zeros, sizeof(out));
        sealed[bit / 8] ^= (uint8_t) (1U << bit % 8);
    }

    for (size_t len = 0; len < sizeof(sealed); len++) {
        assert_int_equal(desk_unseal(out, &n, sealed, len, &place,
                                              &ring),
                         -1);
    }
}

static void
nothing_opens_elsewhere(void **state)
{
    size_t                n;
    uint8_t               sealed[1 + DESK_SEAL_MORE], out[1];
    desk_place_t other;

    (void) state;

    assert_int_equal(desk_seal(sealed, "x", 1, &place, &ring), 0);

    desk_place(&other, "totp_secrets", "row-2", "secret");
    assert_int_equal(desk_unseal(out, &n, sealed, sizeof(sealed),
                                          &other, &ring),
                     -1);
    desk_place(&other, "totp_secretsr", "ow-1", "secret");
    assert_int_equal(desk_unseal(out, &n, sealed, sizeof(sealed),
                                          &other, &ring),
                     -1);
    desk_place(&other, "totp_secrets", "row-1", "secret");
    assert_int_equal(desk_unseal(out, &n, sealed, sizeof(sealed),
                                          &other, &ring),
                     0);
}

static void
keys_are_changed_one_by_one(void **state)
{
    size_t  n;
    uint8_t sealed[1 + DESK_SEAL_MORE], out[1];

    (void) state;

    assert_int_equal(desk_seal(sealed, "x", 1, &place, &ring), 0);

    assert_null(desk_keyring_read(&ring, SEVEN "," ONE));
    assert_int_equal(desk_unseal(out, &n, sealed, sizeof(sealed),
                                          &place, &ring),
                     0);
    assert_true(desk_seal_is_old(sealed, &ring));
    assert_int_equal(desk_seal(sealed, "x", 1, &place, &ring), 0);
    assert_int_equal(sealed[4], 7);
    assert_false(desk_seal_is_old(sealed, &ring));

    assert_null(desk_keyring_read(&ring, ONE));
    assert_int_equal(desk_unseal(out, &n, sealed, sizeof(sealed),
                                          &place, &ring),
                     -1);

    assert_null(desk_keyring_read(&ring, ""));
    assert_int_equal(desk_seal(sealed, "x", 1, &place, &ring), -1);
}

static void
a_place_has_its_bounds(void **state)
{
    char long_text[DESK_SEAL_PLACE];

    (void) state;

    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    assert_int_equal(desk_place(&place, "a", long_text, "b"), -1);
}

/* A member in hex as bytes; how many. */
static size_t
bytes(uint8_t *out, size_t size, const cJSON *test, const char *name)
{
    size_t      n;
    unsigned    byte;
    const char *hex = cJSON_GetObjectItemCaseSensitive(test, name)
                          ->valuestring;

    for (n = 0; hex[2 * n] != '\0'; n++) {
        assert_true(n < size);
        assert_int_equal(sscanf(&hex[2 * n], "%2x", &byte), 1);
        out[n] = (uint8_t) byte;
    }

    return n;
}

/* Each vector as a sealed secret of its key: 1 when it opens. */
static int
opens(const cJSON *test)
{
    size_t  len, n;
    uint8_t sealed[4096] = { 1, 0, 0, 0, 1 }, out[4096], message[4096];

    ring.n = 1;
    ring.keys[0].id = 1;
    assert_int_equal(bytes(ring.keys[0].bytes, 32, test, "key"), 32);
    place.len = bytes(place.bytes, sizeof(place.bytes), test, "aad");
    assert_int_equal(bytes(sealed + 5, 12, test, "iv"), 12);
    len = 17;
    len += bytes(sealed + len, sizeof(sealed) - len, test, "ct");
    len += bytes(sealed + len, sizeof(sealed) - len, test, "tag");

    if (desk_unseal(out, &n, sealed, len, &place, &ring) != 0) {
        return 0;
    }

    assert_int_equal(n, bytes(message, sizeof(message), test, "msg"));
    assert_memory_equal(out, message, n);
    return 1;
}

static void
the_wycheproof_vectors_are_told_apart(void **state)
{
    FILE        *in;
    char         file[512], *text;
    long         size;
    cJSON       *tree;
    unsigned     valid = 0, invalid = 0;
    const cJSON *group, *test;
    const char  *shared = getenv("FRONTDESK_SHARED");

    (void) state;

    snprintf(file, sizeof(file), "%s/vectors/wycheproof/aes_gcm_test.json",
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
        if (cJSON_GetObjectItemCaseSensitive(group, "keySize")->valueint != 256
            || cJSON_GetObjectItemCaseSensitive(group, "ivSize")->valueint
                   != 96)
        {
            continue;
        }

        cJSON_ArrayForEach(test,
                           cJSON_GetObjectItemCaseSensitive(group, "tests"))
        {
            const char *aad = cJSON_GetObjectItemCaseSensitive(test, "aad")
                                  ->valuestring;
            int expected = strcmp(cJSON_GetObjectItemCaseSensitive(test,
                                                                   "result")
                                      ->valuestring,
                                  "valid")
                           == 0;

            /* No place is so long. */
            if (strlen(aad) > 2 * sizeof(place.bytes)) {
                continue;
            }

            if (opens(test) != expected) {
                fail_msg("%d is not as it should be",
                         cJSON_GetObjectItemCaseSensitive(test, "tcId")
                             ->valueint);
            }
            valid += (unsigned) expected;
            invalid += (unsigned) !expected;
        }
    }

    cJSON_Delete(tree);
    free(text);
    assert_true(valid >= 30);
    assert_true(invalid >= 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(keys_are_read, setup),
        cmocka_unit_test_setup(keys_that_are_none_are_refused, setup),
        cmocka_unit_test_setup(what_is_sealed_opens, setup),
        cmocka_unit_test_setup(nothing_that_was_changed_opens, setup),
        cmocka_unit_test_setup(nothing_opens_elsewhere, setup),
        cmocka_unit_test_setup(keys_are_changed_one_by_one, setup),
        cmocka_unit_test_setup(a_place_has_its_bounds, setup),
        cmocka_unit_test_setup(the_wycheproof_vectors_are_told_apart, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
