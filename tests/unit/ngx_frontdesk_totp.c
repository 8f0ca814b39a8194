/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_totp.h"

/* The secret of the RFCs. */
static const uint8_t secret[] = "12345678901234567890";

#define LEN (sizeof(secret) - 1)

static void
codes_are_those_of_rfc_4226(void **state)
{
    char                     code[10];
    static const char *const codes[] = {
        "755224",
        "287082",
        "359152",
        "969429",
        "338314",
        "254676",
        "287922",
        "162583",
        "399871",
        "520489",
    };

    (void) state;

    for (int64_t n = 0; n < 10; n++) {
        assert_int_equal(ngx_frontdesk_totp_code(code, 6, n, secret, LEN), 0);
        assert_string_equal(code, codes[n]);
    }
}

static void
codes_are_those_of_rfc_6238(void **state)
{
    char code[10];
    static const struct {
        int64_t     at;
        const char *code;
    } rows[] = {
        { 59, "94287082" },
        { 1111111109, "07081804" },
        { 1111111111, "14050471" },
        { 1234567890, "89005924" },
        { 2000000000, "69279037" },
        { 20000000000, "65353130" },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t step = 0;

        assert_int_equal(ngx_frontdesk_totp_code(code, 8, rows[i].at / 30,
                                                 secret, LEN),
                         0);
        assert_string_equal(code, rows[i].code);

        /* what people type is its end */
        assert_int_equal(ngx_frontdesk_totp_verify(&step, rows[i].code + 2,
                                                   rows[i].at, secret, LEN),
                         0);
        assert_int_equal(step, rows[i].at / 30);
    }
}

static void
a_clock_may_be_one_step_off(void **state)
{
    char    code[10];
    int64_t step, now = 1234567890, at = now / 30;

    (void) state;

    for (int64_t off = -3; off <= 3; off++) {
        step = 0;
        ngx_frontdesk_totp_code(code, 6, at + off, secret, LEN);
        assert_int_equal(ngx_frontdesk_totp_verify(&step, code, now, secret,
                                                   LEN),
                         off >= -1 && off <= 1 ? 0 : -1);
        assert_int_equal(step, off >= -1 && off <= 1 ? at + off : 0);
    }
}

static void
what_is_no_code_is_refused(void **state)
{
    int64_t                  step;
    static const char *const codes[] = {
        "",
        "0",
        "28708",
        "2870822",
        "94287082",
        "28708a",
        "287 082",
        "-87082",
        "287083",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        assert_int_equal(ngx_frontdesk_totp_verify(&step, codes[i], 59, secret,
                                                   LEN),
                         -1);
    }

    assert_int_equal(ngx_frontdesk_totp_verify(&step, "287082", -1, secret,
                                               LEN),
                     -1);
    assert_int_equal(ngx_frontdesk_totp_verify(&step, "287082", 59,
                                               (const uint8_t *) "other", 5),
                     -1);
}

static void
a_secret_is_thirty_two_letters(void **state)
{
    char    text[NGX_FRONTDESK_TOTP_TEXT];
    uint8_t one[NGX_FRONTDESK_TOTP_BYTES], other[NGX_FRONTDESK_TOTP_BYTES];

    (void) state;

    ngx_frontdesk_totp_text(text, secret);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

    assert_int_equal(ngx_frontdesk_totp_make(one), 0);
    assert_int_equal(ngx_frontdesk_totp_make(other), 0);
    assert_memory_not_equal(one, other, sizeof(one));
    ngx_frontdesk_totp_text(text, one);
    assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_rfc_4226),
        cmocka_unit_test(codes_are_those_of_rfc_6238),
        cmocka_unit_test(a_clock_may_be_one_step_off),
        cmocka_unit_test(what_is_no_code_is_refused),
        cmocka_unit_test(a_secret_is_thirty_two_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
