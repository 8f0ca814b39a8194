/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "call/own_keys.h"

#define CLIENT "5b0e3a52-3ad2-4f8a-93f8-3fb1a0b1a2c3"
#define OLD    "1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
#define NEW    "2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="

static desk_keyring_t ring;
static own_keys_t own;

/* Adds to the claim's array what nginx would have sealed for that client. */
static void
add(cJSON *rows, const char *kind, const char *client, const char *secret,
    const desk_keyring_t *by)
{
    char         row[DESK_SEAL_PLACE], hex[1024];
    cJSON       *json = cJSON_CreateObject();
    size_t       i, n = strlen(secret);
    uint8_t      sealed[512];
    desk_place_t place;

    (void) snprintf(row, sizeof(row), "%s/%s", client, kind);
    assert_int_equal(
        desk_place(&place, "provider_credentials", row, "ciphertext"), 0);
    assert_int_equal(desk_seal(sealed, secret, n, &place, by), 0);

    for (i = 0; i < n + DESK_SEAL_MORE; i++) {
        (void) snprintf(hex + 2 * i, 3, "%02x", sealed[i]);
    }

    (void) cJSON_AddStringToObject(json, "kind", kind);
    (void) cJSON_AddStringToObject(json, "provider", "deepgram");
    (void) cJSON_AddStringToObject(json, "sealed", hex);
    (void) cJSON_AddItemToArray(rows, json);
}

static void
a_key_is_opened_for_its_kind_and_provider_alone(void **state)
{
    cJSON *rows = cJSON_CreateArray();

    (void) state;
    assert_null(desk_keyring_read(&ring, OLD));
    add(rows, "stt", CLIENT, "dg-secret", &ring);
    assert_int_equal(own_keys_read(&own, rows, CLIENT, &ring), 0);
    assert_string_equal(own_keys_find(&own, "stt", "deepgram"), "dg-secret");
    assert_null(own_keys_find(&own, "tts", "deepgram"));
    assert_null(own_keys_find(&own, "stt", "google"));
    own_keys_clear(&own);
    assert_null(own_keys_find(&own, "stt", "deepgram"));
    cJSON_Delete(rows);
}

static void
another_clients_key_or_another_kinds_is_not_opened(void **state)
{
    cJSON *rows = cJSON_CreateArray();

    (void) state;
    assert_null(desk_keyring_read(&ring, OLD));
    add(rows, "stt", "00000000-0000-4000-8000-000000000000", "x", &ring);
    add(rows, "llm", CLIENT, "mine", &ring);
    (void) cJSON_ReplaceItemInObject(cJSON_GetArrayItem(rows, 1), "kind",
                                     cJSON_CreateString("tts"));
    assert_int_equal(own_keys_read(&own, rows, CLIENT, &ring), 2);
    assert_int_equal(own.count, 0);
    cJSON_Delete(rows);
}

static void
a_key_that_was_sealed_before_the_ring_was_turned_is_opened(void **state)
{
    cJSON         *rows = cJSON_CreateArray();
    desk_keyring_t old;

    (void) state;
    assert_null(desk_keyring_read(&old, OLD));
    assert_null(desk_keyring_read(&ring, NEW ", " OLD));
    add(rows, "llm", CLIENT, "sk-old", &old);
    add(rows, "tts", CLIENT, "sk-new", &ring);
    assert_int_equal(own_keys_read(&own, rows, CLIENT, &ring), 0);
    assert_string_equal(own_keys_find(&own, "llm", "deepgram"), "sk-old");
    assert_string_equal(own_keys_find(&own, "tts", "deepgram"), "sk-new");
    own_keys_clear(&own);

    assert_null(desk_keyring_read(&ring, NEW));
    assert_int_equal(own_keys_read(&own, rows, CLIENT, &ring), 1);
    own_keys_clear(&own);
    cJSON_Delete(rows);
}

static void
what_is_no_row_of_ours_opens_nothing(void **state)
{
    size_t i;
    cJSON *rows;

    static const char *const wrong[] = {
        "[1]",
        "[{}]",
        "[{\"kind\":\"stt\",\"provider\":\"deepgram\",\"sealed\":\"\"}]",
        "[{\"kind\":\"stt\",\"provider\":\"deepgram\",\"sealed\":\"0\"}]",
        "[{\"kind\":\"stt\",\"provider\":\"deepgram\",\"sealed\":\"zz\"}]",
        "[{\"kind\":\"stt\",\"provider\":7,\"sealed\":\"00\"}]",
        "[{\"kind\":\"a kind with too long a name\",\"provider\":\"x\","
        "\"sealed\":\"00\"}]",
    };

    (void) state;
    assert_null(desk_keyring_read(&ring, OLD));

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        rows = cJSON_Parse(wrong[i]);
        assert_non_null(rows);
        assert_int_equal(own_keys_read(&own, rows, CLIENT, &ring), 1);
        assert_int_equal(own.count, 0);
        cJSON_Delete(rows);
    }

    assert_int_equal(own_keys_read(&own, NULL, CLIENT, &ring), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_opened_for_its_kind_and_provider_alone),
        cmocka_unit_test(another_clients_key_or_another_kinds_is_not_opened),
        cmocka_unit_test(
            a_key_that_was_sealed_before_the_ring_was_turned_is_opened),
        cmocka_unit_test(what_is_no_row_of_ours_opens_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
