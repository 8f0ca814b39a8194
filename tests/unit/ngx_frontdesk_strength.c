/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_strength.h"

static const char *
reason(const char *password)
{
    return ngx_frontdesk_password_reason(password, "olivia@brightsmile.example",
                                         "Olivia Bright-Meyer");
}

static void
a_password_has_ten_characters_at_least(void **state)
{
    char text[600];

    (void) state;

    assert_string_equal(reason(""), "This must have 10 to 128 characters.");
    assert_string_equal(reason("kR7#vQ2mX"),
                        "This must have 10 to 128 characters.");
    assert_null(reason("kR7#vQ2mXt"));

    /* characters, not bytes */
    assert_string_equal(reason("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9"),
                        "This must have 10 to 128 characters.");
    assert_null(reason("\xf0\x9f\x98\x80\xf0\x9f\x8d\x95\xf0\x9f\x8e\xb8"
                       "\xf0\x9f\x9a\x80\xf0\x9f\x90\xb6\xe2\x9c\x93"
                       "abcx"));

    /* nothing is cut: the longest differ in their last */
    memset(text, 0, sizeof(text));
    for (int i = 0; i < 128; i++) {
        text[i] = "kR7#vQ2mXtw9"[(i * i + i / 7) % 12];
    }
    assert_null(reason(text));
    strcat(text, "x");
    assert_non_null(reason(text));
}

static void
what_is_no_text_is_refused(void **state)
{
    (void) state;

    assert_non_null(reason("kR7#vQ\n2mXt"));
    assert_non_null(reason("kR7#vQ\x7f"
                           "2mXt"));
    assert_non_null(reason("kR7#vQ2mXt\xff"));
    assert_non_null(reason("kR7#vQ2mXt\xc3"));
    assert_non_null(reason("kR7#vQ2mXt\xc0\x80"));
}

static void
what_is_tried_first_is_refused(void **state)
{
    static const char *const passwords[] = {
        "passwordpassword",
        "Password123!",
        "P@ssw0rd123",
        "p4ssw0rd99",
        "passw0rd$$$",
        "$ecret12345",
        "Welcome2024!",
        "we1come2025",
        "1234567890",
        "0987654321",
        "12345678901234567890",
        "aaaaaaaaaa",
        "abababababab",
        "abcabcabcabc",
        "xk3xk3xk3xk3",
        "qwertyuiop",
        "QWERTYUIOP123",
        "asdfghjkl123",
        "zxcvbnm12345",
        "1qaz2wsx3edc",
        "1q2w3e4r5t6y",
        "q1w2e3r4t5y6",
        "abcdefghij",
        "abcdef123456",
        "iloveyou1234",
        "ILoveYou!!!!",
        "letmein12345",
        "admin123456",
        "administrator1",
        "superman2000",
        "dragon-monkey7",
        "frontdesk#42",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++) {
        const char *found = reason(passwords[i]);

        if (found == NULL
            || strcmp(found, "This password is too common.") != 0)
        {
            fail_msg("taken: %s", passwords[i]);
        }
    }
}

static void
what_is_known_of_the_person_is_refused(void **state)
{
    static const char *const passwords[] = {
        "olivia#9x7k",
        "xkOLIVIA77",
        "brightsmile1",
        "Brightsmile-9",
        "q-meyer-77",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++) {
        const char *found = reason(passwords[i]);

        if (found == NULL
            || strcmp(found, "This password is too much like your name or "
                             "address.")
                   != 0)
        {
            fail_msg("%s: %s", passwords[i], found != NULL ? found : "taken");
        }
    }

    /* but a name may be part of much more, and two letters are no name */
    assert_null(reason("olivia-k3-tuba-fjord"));
    assert_null(ngx_frontdesk_password_reason("al-kR7#vQ2", "al@x.example",
                                              "Al"));
}

static void
what_is_not_is_taken(void **state)
{
    static const char *const passwords[] = {
        "kR7#vQ2mXt",
        "tuba fjord wicket",
        "mulch-quartz-9",
        "Ihr Kaffee ist kalt",
        "correct horse tuba fjord",
        "gr\xc3\xbcnspan-elf",
        "9f3b1c77e0a2",
        "wheelbarrows in April",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++) {
        const char *found = reason(passwords[i]);

        if (found != NULL) {
            fail_msg("%s: %s", passwords[i], found);
        }
    }
}

static void
the_list_is_of_small_words(void **state)
{
    size_t      n = 0, len;
    const char *p;

    (void) state;

    for (p = ngx_frontdesk_common; *p != '\0'; p += len) {
        assert_int_equal(*p, ' ');
        p++;
        len = strspn(p, "abcdefghijklmnopqrstuvwxyz");
        n += len > 0;
    }

    assert_true(n >= 1500);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_has_ten_characters_at_least),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(what_is_tried_first_is_refused),
        cmocka_unit_test(what_is_known_of_the_person_is_refused),
        cmocka_unit_test(what_is_not_is_taken),
        cmocka_unit_test(the_list_is_of_small_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
