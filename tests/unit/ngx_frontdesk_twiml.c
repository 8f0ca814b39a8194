/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_twiml.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>"
#define TAIL "</Response>\n"

static ngx_frontdesk_twiml_t twiml;

static void
said(const char *text, const char *expected)
{
    char whole[1024];

    ngx_frontdesk_twiml_open(&twiml);
    ngx_frontdesk_twiml_say(&twiml, text, "");
    ngx_frontdesk_twiml_close(&twiml);

    snprintf(whole, sizeof(whole), HEAD "<Say>%s</Say>" TAIL, expected);
    assert_string_equal(twiml.text, whole);
    assert_int_equal(twiml.len, strlen(whole));
}

static void
markup_is_escaped(void **state)
{
    (void) state;

    said("a < b & c > d \"e\" 'f' ]]>",
         "a &lt; b &amp; c &gt; d &quot;e&quot; &apos;f&apos; ]]&gt;");
    said("</Say><Dial>1</Dial>", "&lt;/Say&gt;&lt;Dial&gt;1&lt;/Dial&gt;");
}

static void
what_xml_cannot_hold_is_replaced(void **state)
{
    (void) state;

    said("a\x01\x1f\n\tb\x7f", "a    b ");
    said("Zo\xc3\xab \xf0\x9f\x98\x80", "Zo\xc3\xab \xf0\x9f\x98\x80");
    said("\xc3", "\xef\xbf\xbd");
    said("a\xff\xc0\xaf", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    said("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    said("\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void
a_long_text_is_cut_between_characters(void **state)
{
    char  *text;
    size_t i, n = 100 * 1024;

    (void) state;

    text = malloc(2 * n + 1);
    assert_non_null(text);

    for (i = 0; i < n; i++) {
        memcpy(text + 2 * i, "\xc3\xab", 2);
    }
    text[2 * n] = '\0';

    ngx_frontdesk_twiml_open(&twiml);
    ngx_frontdesk_twiml_say(&twiml, text, "en-US");
    ngx_frontdesk_twiml_hangup(&twiml);
    ngx_frontdesk_twiml_close(&twiml);
    assert_true(twiml.len < 2000);
    assert_non_null(strstr(twiml.text, "\xc3\xab</Say><Hangup/>" TAIL));

    memset(text, '\'', 2 * n);
    ngx_frontdesk_twiml_open(&twiml);
    ngx_frontdesk_twiml_say(&twiml, text, "en-US");
    ngx_frontdesk_twiml_hangup(&twiml);
    ngx_frontdesk_twiml_close(&twiml);
    assert_non_null(strstr(twiml.text, "&apos;</Say><Hangup/>" TAIL));
    free(text);
}

static void
a_language_is_one_or_none(void **state)
{
    (void) state;

    ngx_frontdesk_twiml_open(&twiml);
    ngx_frontdesk_twiml_say(&twiml, "a", "de-DE");
    ngx_frontdesk_twiml_say(&twiml, "b", "de-D");
    ngx_frontdesk_twiml_say(&twiml, "c", "de-DEU");
    ngx_frontdesk_twiml_say(&twiml, "d", "d\"><!");
    ngx_frontdesk_twiml_close(&twiml);
    assert_string_equal(twiml.text,
                        HEAD "<Say language=\"de-DE\">a</Say><Say>b</Say>"
                             "<Say>c</Say><Say>d</Say>" TAIL);
}

static void
a_stream_goes_over_a_socket(void **state)
{
    (void) state;

    ngx_frontdesk_twiml_open(&twiml);
    ngx_frontdesk_twiml_stream(&twiml, "https://desk.example.com", "c1",
                               "15550100123", "t\"o");
    ngx_frontdesk_twiml_redirect(&twiml, "https://desk.example.com",
                                 "/twilio/resume?a=1&b=2");
    ngx_frontdesk_twiml_close(&twiml);
    assert_string_equal(
        twiml.text,
        HEAD "<Connect><Stream "
             "url=\"wss://desk.example.com/ws/c1/15550100123\">"
             "<Parameter name=\"token\" value=\"t&quot;o\"/></Stream>"
             "</Connect><Redirect method=\"POST\">"
             "https://desk.example.com/twilio/resume?a=1&amp;b=2"
             "</Redirect>" TAIL);
}

static void
a_dial_rings_a_number(void **state)
{
    (void) state;

    ngx_frontdesk_twiml_open(&twiml);
    ngx_frontdesk_twiml_dial(&twiml, "+1<5>", 20, "http://h:1", "/x");
    ngx_frontdesk_twiml_close(&twiml);
    assert_string_equal(twiml.text,
                        HEAD "<Dial answerOnBridge=\"true\" timeout=\"20\" "
                             "method=\"POST\" action=\"http://h:1/x\">"
                             "<Number>+1&lt;5&gt;</Number></Dial>" TAIL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(what_xml_cannot_hold_is_replaced),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(a_language_is_one_or_none),
        cmocka_unit_test(a_stream_goes_over_a_socket),
        cmocka_unit_test(a_dial_rings_a_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
