/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_signature.h"

#define TOKEN "3f1c9d2a7b6e48f09a51c2d3e4f50617"

static const char *const tokens[] = { TOKEN, NULL };

/* 1 when the form, as sent to the URL, is what was signed. */
static int
form_fits(const char *url, const char *body, const char *signature,
          const char *const *keys)
{
    int                   n;
    char                  decoded[1024];
    ngx_frontdesk_param_t params[NGX_FRONTDESK_PARAMS_MAX];

    n = ngx_frontdesk_form_parse(params, NGX_FRONTDESK_PARAMS_MAX, decoded,
                                 body, strlen(body));
    assert_true(n >= 0);

    return ngx_frontdesk_signature_check(signature, strlen(signature), url, 0,
                                         params, (size_t) n, keys)
           == 0;
}

static int
socket_fits(const char *url, const char *signature)
{
    return ngx_frontdesk_signature_check(signature, strlen(signature), url, 1,
                                         NULL, 0, tokens)
           == 0;
}

static void
the_worked_example_fits(void **state)
{
    static const char *const key[] = { "12345", NULL };

    (void) state;
    assert_true(form_fits("https://mycompany.com/myapp.php?foo=1&bar=2",
                          "To=%2B18005551212&From=%2B14158675309&Digits=1234"
                          "&Caller=%2B14158675309&CallSid=CA1234567890ABCDE",
                          "RSOYDt4T1cUTdK1PDd93/VVr8B8=", key));
}

static const char form_url[] = "https://recept.example.com/twilio/voice"
                               "?tenant=7";
static const char form_signature[] = "ihqFF11VvPXwaevbR/YGA683Uh4=";

#define FORM                                                     \
    "CallSid=CA00000000000000000000000000000a01"                 \
    "&AccountSid=AC00000000000000000000000000000001"             \
    "&From=%2B14155550123&To=%2B442071838750&CallStatus=ringing" \
    "&ApiVersion=2010-04-01&Direction=inbound&ForwardedFrom="

static void
a_form_fits_whatever_its_order_and_escapes(void **state)
{
    (void) state;

    assert_true(form_fits(form_url,
                          FORM "&CallerName=Zo%C3%AB+O%27Neil+%26+Sons",
                          form_signature, tokens));
    assert_true(form_fits(form_url,
                          "CallerName=Zo%c3%ab%20O'Neil%20%26%20Sons&" FORM,
                          form_signature, tokens));
}

static void
a_form_that_was_changed_does_not_fit(void **state)
{
    (void) state;

    /* a value, an empty one left out, a blank trimmed, one more */
    assert_false(form_fits(form_url, FORM "&CallerName=Zo%C3%AB+O%27Neil",
                           form_signature, tokens));
    assert_false(form_fits(form_url,
                           FORM "&CallerName=Zo%C3%AB+O%27Neil+%26+Sons+",
                           form_signature, tokens));
    assert_false(form_fits(form_url,
                           FORM "&CallerName=Zo%C3%AB+O%27Neil+%26+Sons&x=",
                           form_signature, tokens));
    /* the scheme, the path, the query */
    assert_false(form_fits("http://recept.example.com/twilio/voice?tenant=7",
                           FORM "&CallerName=Zo%C3%AB+O%27Neil+%26+Sons",
                           form_signature, tokens));
    assert_false(form_fits("https://recept.example.com/twilio/voice/?tenant=7",
                           FORM "&CallerName=Zo%C3%AB+O%27Neil+%26+Sons",
                           form_signature, tokens));
    assert_false(form_fits("https://recept.example.com/twilio/voice?tenant=8",
                           FORM "&CallerName=Zo%C3%AB+O%27Neil+%26+Sons",
                           form_signature, tokens));
}

static void
a_value_sent_twice_is_signed_once(void **state)
{
    (void) state;

    assert_true(form_fits("https://recept.example.com/twilio/gather",
                          "Digits=5678&Digits=1234&Digits=1234"
                          "&CallSid=CA00000000000000000000000000000a01"
                          "&callsid=lower",
                          "0Dlp+T/yk1T4p0xnkcfDHQ6HfzI=", tokens));
}

static void
a_query_is_signed_as_it_was_sent(void **state)
{
    (void) state;

    assert_true(form_fits("https://recept.example.com/twilio/voice?tenant=7"
                          "&CallSid=CA00000000000000000000000000000a01"
                          "&From=%2B14155550123&To=%2B442071838750"
                          "&CallStatus=ringing",
                          "", "ESkPbGnczpI06KoyBe88FuDGeO0=", tokens));
    assert_false(form_fits("https://recept.example.com/twilio/voice?tenant=7"
                           "&CallSid=CA00000000000000000000000000000a01"
                           "&From=%2b14155550123&To=%2B442071838750"
                           "&CallStatus=ringing",
                           "", "ESkPbGnczpI06KoyBe88FuDGeO0=", tokens));
}

static void
a_json_body_is_signed_by_its_digest(void **state)
{
    static const char url[] =
        "https://recept.example.com/twilio/json?tenant=7&bodySHA256="
        "8a1ddda0cde0a8febb7d38af2ff07cbdb1368892c99d1a126009d1131e010171";
    static const char body[] = "{\"event\":\"call.ended\",\"n\":1}";

    (void) state;

    assert_true(form_fits(url, "", "uFzUNne0jizmVK/B93D1M11V3ZA=", tokens));
    assert_int_equal(
        ngx_frontdesk_signature_check_body(url, body, sizeof(body) - 1), 0);
    assert_int_equal(
        ngx_frontdesk_signature_check_body(url, body, sizeof(body) - 2), -1);
    assert_int_equal(
        ngx_frontdesk_signature_check_body("https://x/?a=1", body, 0), -1);
    assert_int_equal(ngx_frontdesk_signature_check_body(
                         "https://x/?xbodySHA256=00", body, 0),
                     -1);
    assert_int_equal(ngx_frontdesk_signature_check_body(
                         "https://x/?bodySHA256=8a1d", body, sizeof(body) - 1),
                     -1);
}

static void
a_socket_fits_with_its_own_scheme_alone(void **state)
{
    static const char e1[] = "JT2Vs8NllYSir+g5iXZ7bBnFODU=";
    static const char e2[] = "OB0vHdnUpEwMSt5MvMlV8Bnl33k=";
    static const char e3[] = "0MlUdxI9D05jV9KA3GMwkVAoJ4U=";
    static const char e4[] = "Cu/Wc28cRkiOSWyOAAm+3Fvwvr0=";
    static const char e5[] = "5jT7yL4CKFaf4DzVx0lBVntrCYU=";
    static const char e6[] = "qhtEtBSKYDp0y5Ua9mlsIQmQ5zU=";

    (void) state;

    assert_true(socket_fits("wss://recept.example.com/media", e1));
    assert_true(socket_fits("wss://recept.example.com/media", e2));
    assert_true(socket_fits("wss://recept.example.com/media/", e2));
    assert_false(socket_fits("wss://recept.example.com/media/", e1));
    assert_false(socket_fits("wss://recept.example.com/media", e3));
    assert_false(socket_fits("wss://recept.example.com/media", e4));
    assert_true(socket_fits("wss://recept.example.com:443/media", e4));
    assert_true(socket_fits("wss://recept.example.com:443/media", e1));
    assert_true(socket_fits("wss://recept.example.com", e5));
    assert_true(socket_fits("wss://recept.example.com", e6));
}

static void
a_port_may_be_signed_or_not(void **state)
{
    static const char without[] = "2PPEgcsY6iwh/lrqDb8qTWBWNqs=";
    static const char with[] = "176DDmDg7+XWbGeaBXQjaJjS6Iw=";

    (void) state;

    assert_true(form_fits("https://recept.example.com:8443/twilio/voice",
                          "CallSid=CA1", without, tokens));
    assert_true(form_fits("https://recept.example.com:8443/twilio/voice",
                          "CallSid=CA1", with, tokens));
    assert_true(form_fits("https://me:pw@recept.example.com:8443/twilio/voice",
                          "CallSid=CA1", with, tokens));
    assert_true(form_fits("https://recept.example.com/twilio/voice",
                          "CallSid=CA1", without, tokens));
    assert_false(form_fits("https://recept.example.com/twilio/voice",
                           "CallSid=CA1", with, tokens));
}

static void
either_token_fits_and_an_empty_one_never(void **state)
{
    static const char *const both[] = { "newer", TOKEN, NULL };
    static const char *const none[] = { "newer", "", NULL };
    char                     empty[NGX_FRONTDESK_SIGNATURE_BYTES];

    (void) state;

    assert_true(form_fits("https://recept.example.com/twilio/voice",
                          "CallSid=CA1", "2PPEgcsY6iwh/lrqDb8qTWBWNqs=",
                          both));
    assert_false(form_fits("https://recept.example.com/twilio/voice",
                           "CallSid=CA1", "2PPEgcsY6iwh/lrqDb8qTWBWNqs=",
                           none));

    assert_int_equal(ngx_frontdesk_signature_make(empty, "https://x/", NULL, 0,
                                                  ""),
                     0);
    assert_false(form_fits("https://x/", "", empty, none));
}

static void
a_signature_of_another_length_does_not_fit(void **state)
{
    (void) state;

    assert_false(form_fits("https://x/", "", "", tokens));
    assert_false(form_fits("https://recept.example.com/twilio/voice",
                           "CallSid=CA1", "2PPEgcsY6iwh/lrqDb8qTWBWNqs",
                           tokens));
    assert_false(form_fits("https://recept.example.com/twilio/voice",
                           "CallSid=CA1", "2PPEgcsY6iwh/lrqDb8qTWBWNqs= ",
                           tokens));
    assert_false(form_fits("no url", "", "2PPEgcsY6iwh/lrqDb8qTWBWNqs=",
                           tokens));
}

static int
parse(ngx_frontdesk_param_t *params, size_t max, const char *text, size_t len)
{
    static char decoded[256];

    memset(decoded, 0xee, sizeof(decoded));
    return ngx_frontdesk_form_parse(params, max, decoded, text, len);
}

static void
a_form_is_taken_apart(void **state)
{
    ngx_frontdesk_param_t params[4];

    (void) state;

    assert_int_equal(parse(params, 4, "a=1&&b+c=%2B%41&d&=e", 20), 4);
    assert_string_equal(ngx_frontdesk_form_find(params, 4, "a"), "1");
    assert_string_equal(ngx_frontdesk_form_find(params, 4, "b c"), "+A");
    assert_string_equal(ngx_frontdesk_form_find(params, 4, "d"), "");
    assert_string_equal(ngx_frontdesk_form_find(params, 4, ""), "e");
    assert_string_equal(ngx_frontdesk_form_find(params, 4, "x"), "");
    assert_int_equal(parse(params, 4, "", 0), 0);
    assert_int_equal(parse(params, 4, "a=b=c", 5), 1);
    assert_string_equal(params[0].value, "b=c");
}

static void
a_bad_form_is_refused(void **state)
{
    static const char *const bad[] = { "a=%", "a=%4", "a=%g0", "a=%0g",
                                       "%00=1", "a=%00", "a=1&b=2&c=3" };
    ngx_frontdesk_param_t    params[2];

    (void) state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(parse(params, 2, bad[i], strlen(bad[i])), -1);
    }

    assert_int_equal(parse(params, 2, "a\0=1", 4), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_example_fits),
        cmocka_unit_test(a_form_fits_whatever_its_order_and_escapes),
        cmocka_unit_test(a_form_that_was_changed_does_not_fit),
        cmocka_unit_test(a_value_sent_twice_is_signed_once),
        cmocka_unit_test(a_query_is_signed_as_it_was_sent),
        cmocka_unit_test(a_json_body_is_signed_by_its_digest),
        cmocka_unit_test(a_socket_fits_with_its_own_scheme_alone),
        cmocka_unit_test(a_port_may_be_signed_or_not),
        cmocka_unit_test(either_token_fits_and_an_empty_one_never),
        cmocka_unit_test(a_signature_of_another_length_does_not_fit),
        cmocka_unit_test(a_form_is_taken_apart),
        cmocka_unit_test(a_bad_form_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
