/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/google_token.h"

/* A key and a token whose making is nobody's here. */
#define MODULUS                                                               \
    "m8y-gmDi_YHlkljXtfFbzFB0HUkPb-zVMQ5ro3Zuvi2Hkn2cxPgOk2Z60u-nK9vGiTKMZD4" \
    "sCLBkfc-7YEz6tX_oVMzBcJkQ-89gToQhWofKUf4Xypy_qOoRMecmIrmoIO--4mxWwxmEPq" \
    "SSArIXJlZHqbIBiBdzbiZkaC3LDlnbmIwrAHyAVIspqVVof4A6f4Szdjo8DocRsneyVyzaF" \
    "VcpaMq_3quOKSWq1Jfz6KkaMzRnUxjz5TiAZo38igDVvR34jiROdy0ZhLFF836WnzFS2uPI" \
    "Ux-Kbe7rbmb-g7Az-C9_XONrspvnfyYdFVeKayqokxUNJlR-wBnSJZAtcw"
#define HEADER                                                                \
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InRlc3Qta2V5LTEiLCJ0eXAiOiJKV1QifQ"
#define CLAIMS                                                                \
    "eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJhenAiOiIxMjM0LmFwcHM" \
    "uZ29vZ2xldXNlcmNvbnRlbnQuY29tIiwiYXVkIjoiMTIzNC5hcHBzLmdvb2dsZXVzZXJjb2" \
    "50ZW50LmNvbSIsInN1YiI6IjExMDAwMDAwMDAwMDAwMDAwMDAwNyIsImVtYWlsIjoib3duZ" \
    "XJAZXhhbXBsZS5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZSwibm9uY2UiOiJuLTBTNl9X" \
    "ekEyTWoiLCJpYXQiOjE3OTAwMDAwMDAsImV4cCI6MTc5MDAwMzYwMH0"
#define SIGNATURE                                                             \
    "dtlPmyIErFAiYYuEeLvuXf_1Oh93z4cp7ImFtFmWEAD4xautFwhisQQRnjdlPjPFdD3siFC" \
    "Sr1NtJ4d4W2-ggFhTM_rst82syQBSsHAHmvpw7LFqH2K4KGIvy5yRvSLHES52imqaiEHBx8" \
    "mHV0ARSxk2du5ZgSlgrTmFEeyA1mm8R1AWHIXTUjvSlZIppIXNn68FYPbq8FzKJnlHxFZaV" \
    "w4FPYR-7exrAxhyVh5rJtdpsFKgVfglV3GmiQErUoBynUPj8ubdSg0ASnR33nfVZ_ojcLMp" \
    "FrqWMvSc4h64QQmZmPPXy7TzhWDARg4OPiP3g-a1qcThOzDyzzPVWgcPdA"
#define TOKEN HEADER "." CLAIMS "." SIGNATURE

#define SET(id, kind, use, n)                                                 \
    "{\"keys\":[{\"kid\":\"" id "\",\"kty\":\"" kind "\",\"use\":\"" use      \
    "\",\"n\":\"" n "\",\"e\":\"AQAB\"}]}"

static const char set[] = SET("test-key-1", "RSA", "sig", MODULUS);

static const google_wanted_t wanted = {
    .client_id = "1234.apps.googleusercontent.com",
    .nonce = "n-0S6_WzA2Mj",
    .now = 1790000100,
};

static google_keys_t   keys;
static google_person_t person;
static const char     *reason;

static int
setup(void **state)
{
    (void) state;
    memset(&person, 0, sizeof(person));
    return google_keys_read(&keys, set);
}

static int
teardown(void **state)
{
    (void) state;
    google_keys_drop(&keys);
    return 0;
}

static int
reads(const char *token, const google_wanted_t *w)
{
    return google_token_read(&person, token, &keys, w, &reason);
}

static void
a_token_says_who_it_is(void **state)
{
    (void) state;
    assert_int_equal(reads(TOKEN, &wanted), 0);
    assert_string_equal(person.subject, "110000000000000000007");
    assert_string_equal(person.email, "owner@example.com");
    assert_int_equal(person.email_verified, 1);
    assert_string_equal(person.name, "");
    assert_string_equal(person.domain, "");
}

static void
it_is_good_for_its_time_and_a_minute(void **state)
{
    google_wanted_t w = wanted;

    (void) state;
    w.now = 1790003600 + 59;
    assert_int_equal(reads(TOKEN, &w), 0);
    w.now = 1790003600 + 60;
    assert_int_equal(reads(TOKEN, &w), -EACCES);
    w.now = 1790000000 - 60;
    assert_int_equal(reads(TOKEN, &w), 0);
    w.now = 1790000000 - 61;
    assert_int_equal(reads(TOKEN, &w), -EACCES);
}

static void
it_is_for_one_client_and_one_question(void **state)
{
    google_wanted_t w = wanted;

    (void) state;
    w.client_id = "12345.apps.googleusercontent.com";
    assert_int_equal(reads(TOKEN, &w), -EACCES);
    w.client_id = "";
    assert_int_equal(reads(TOKEN, &w), -EACCES);
    w = wanted;
    w.nonce = "n-0S6_WzA2M";
    assert_int_equal(reads(TOKEN, &w), -EACCES);
    w.nonce = "";
    assert_int_equal(reads(TOKEN, &w), -EACCES);
}

/* Whatever letter is another. */
static void
no_letter_can_be_changed(void **state)
{
    char   token[sizeof(TOKEN)];
    size_t i;

    (void) state;

    for (i = 0; i < sizeof(TOKEN) - 1; i++) {
        strcpy(token, TOKEN);
        token[i] = token[i] == 'A' ? 'B' : 'A';
        assert_true(reads(token, &wanted) < 0);
    }

    assert_string_equal(person.subject, "");
}

static void
what_is_no_token_is_refused(void **state)
{
    size_t i;

    static const char *const none[] = {
        "",
        ".",
        "..",
        "...",
        HEADER,
        HEADER "." CLAIMS,
        HEADER "." CLAIMS ".",
        "." CLAIMS "." SIGNATURE,
        HEADER ".." SIGNATURE,
        HEADER "." CLAIMS "." SIGNATURE "=",
        HEADER "." CLAIMS "." SIGNATURE "A",
        HEADER "." CLAIMS "." SIGNATURE ".",
        HEADER "." CLAIMS "." SIGNATURE " ",
        /* {"alg":"none"} */
        "eyJhbGciOiJub25lIn0." CLAIMS ".",
        "eyJhbGciOiJub25lIn0." CLAIMS "." SIGNATURE,
        /* {"alg":["RS256"]}, "RS256" */
        "eyJhbGciOlsiUlMyNTYiXX0." CLAIMS "." SIGNATURE,
        "IlJTMjU2Ig." CLAIMS "." SIGNATURE,
    };

    (void) state;

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_int_equal(reads(none[i], &wanted), -EACCES);
    }
}

static void
one_that_is_too_long_is_none(void **state)
{
    static char token[16384];

    (void) state;
    memset(token, 'A', sizeof(token) - 1);
    token[100] = '.';
    token[200] = '.';
    assert_int_equal(reads(token, &wanted), -EACCES);
}

static void
an_unknown_key_may_be_a_new_one(void **state)
{
    (void) state;
    assert_int_equal(
        google_keys_read(&keys, SET("test-key-2", "RSA", "sig", MODULUS)), 0);
    assert_int_equal(keys.n, 1);
    assert_int_equal(reads(TOKEN, &wanted), -ENOENT);
}

static void
what_are_no_keys_changes_none(void **state)
{
    size_t i;

    static const char *const none[] = {
        "",
        "{}",
        "[]",
        "{\"keys\":{}}",
        "{\"keys\":[]}",
        "{\"keys\":[1,null,\"x\",{}]}",
        SET("", "RSA", "sig", MODULUS),
        SET("test-key-1", "EC", "sig", MODULUS),
        SET("test-key-1", "RSA", "enc", MODULUS),
        SET("test-key-1", "RSA", "sig", ""),
        SET("test-key-1", "RSA", "sig", "AQAB"), /* too small */
        SET("test-key-1", "RSA", "sig", MODULUS "=="),
        SET("test-key-1", "RSA", "sig", MODULUS "!"),
    };

    (void) state;

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_int_equal(google_keys_read(&keys, none[i]), -EINVAL);
        assert_int_equal(reads(TOKEN, &wanted), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_says_who_it_is, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(it_is_good_for_its_time_and_a_minute,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(it_is_for_one_client_and_one_question,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(no_letter_can_be_changed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_no_token_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(one_that_is_too_long_is_none, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_unknown_key_may_be_a_new_one, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_are_no_keys_changes_none, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
