/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "mail/mail.h"
#include "mail/mail_code.h"
#include "mail/mail_file.h"
#include "mail/mail_template.h"

#define ID "0b5e7c1e-0000-4000-8000-0123456789ab"

static char reason[MAIL_REASON_BYTES];

static int
make(mail_t *m, const char *from, const char *payload)
{
    int          rc;
    mail_order_t order = { .id = ID,
                           .date = 1763633730, /* 2025-11-20 10:15:30 */
                           .from = from,
                           .base_url = "https://desk.example.com",
                           .payload = cJSON_Parse(payload) };

    assert_non_null(order.payload);
    reason[0] = '\0';
    rc = mail_make(m, &order, reason);
    cJSON_Delete((cJSON *) (uintptr_t) order.payload);

    return rc;
}

static void
make_good(mail_t *m, const char *payload)
{
    assert_int_equal(make(m, "FrontDesk <desk@mail.example.com>", payload), 0);
}

static void
refused(const char *payload, const char *why)
{
    mail_t m;

    assert_int_equal(make(&m, "desk@mail.example.com", payload), -EINVAL);
    assert_string_equal(reason, why);
    assert_null(m.text);
}

/* What every mail must be, whatever is in it: RFC 5322 section 2. */
static void
check_form(const mail_t *m)
{
    size_t      length;
    const char *p, *end;

    assert_int_equal(strlen(m->text), m->bytes);

    for (p = m->text; *p != '\0'; p = end + 2) {
        end = strstr(p, "\r\n");
        assert_non_null(end);
        length = (size_t) (end - p);
        assert_true(length <= 78);

        for (; p < end; p++) {
            assert_true((*p >= ' ' && *p < 0x7f) || *p == '\t');
        }
    }
}

/* A header's own line, with what is folded below it. */
static char *
header(const mail_t *m, const char *name)
{
    char        begin[64];
    const char *p, *end;

    snprintf(begin, sizeof(begin), "\r\n%s: ", name);
    p = strstr(m->text, begin);
    assert_non_null(p);
    assert_true(p < strstr(m->text, "\r\n\r\n"));
    p += strlen(begin);

    end = strstr(p, "\r\n");
    while (end[2] == ' ') {
        end = strstr(end + 2, "\r\n");
    }

    return strndup(p, (size_t) (end - p));
}

static void
check_header(const mail_t *m, const char *name, const char *text)
{
    char *had = header(m, name);

    assert_string_equal(had, text);
    free(had);
}

/* How often it stands among the headers, at a line's beginning. */
static unsigned
count_headers(const mail_t *m, const char *name)
{
    char        begin[64];
    unsigned    count = 0;
    const char *p = m->text, *end = strstr(m->text, "\r\n\r\n");

    snprintf(begin, sizeof(begin), "\r\n%s:", name);
    while ((p = strcasestr(p, begin)) != NULL && p < end) {
        count++;
        p += 2;
    }

    return count;
}

/* The text of part 1 or 2. */
static char *
part(const mail_t *m, int number)
{
    int         i;
    char       *text, *out;
    unsigned    c;
    const char *p = m->text, *end;

    for (i = 0; i < number; i++) {
        p = strstr(p, "\r\n--=_" ID "\r\n");
        assert_non_null(p);
        p += 2;
    }

    p = strstr(p, "\r\n\r\n") + 4;
    end = strstr(p, "--=_" ID);
    assert_non_null(end);
    text = out = calloc(1, (size_t) (end - p) + 1);

    while (p < end) {
        if (strncmp(p, "=\r\n", 3) == 0) {
            p += 3;
        } else if (*p == '=') {
            assert_int_equal(sscanf(p + 1, "%2X", &c), 1);
            *out++ = (char) c;
            p += 3;
        } else if (*p == '\r') {
            p++;
        } else {
            *out++ = *p++;
        }
    }

    return text;
}

static void
check_part(const mail_t *m, int number, const char *wanted, int there)
{
    char *text = part(m, number);

    if ((strstr(text, wanted) != NULL) != there) {
        fail_msg("%s: %s", wanted, text);
    }
    free(text);
}

static void
a_mail_has_what_mails_have(void **state)
{
    mail_t m;

    (void) state;
    make_good(&m, "{\"to\":\"a@b.example\",\"template\":\"verify_email\","
                  "\"data\":{\"name\":\"Ann\",\"token\":\"t0k\","
                  "\"minutes\":60}}");
    check_form(&m);
    assert_string_equal(m.from, "desk@mail.example.com");
    assert_string_equal(m.to, "a@b.example");
    assert_int_equal(strncmp(m.text,
                             "Date: Thu, 20 Nov 2025 10:15:30 +0000\r\n", 39),
                     0);
    check_header(&m, "From", "\"FrontDesk\"\r\n <desk@mail.example.com>");
    check_header(&m, "To", "<a@b.example>");
    check_header(&m, "Subject", "Confirm your e-mail address");
    check_header(&m, "Message-ID", "<" ID "@mail.example.com>");
    check_header(&m, "Auto-Submitted", "auto-generated");
    check_header(&m, "MIME-Version", "1.0");
    check_header(&m, "Content-Type",
                 "multipart/alternative;\r\n boundary=\"=_" ID "\"");
    check_part(&m, 1, "Hello Ann,\n\n", 1);
    check_part(&m, 1, "https://desk.example.com/verify-email#token=t0k\n", 1);
    check_part(&m, 1, "good for 60 minutes", 1);
    check_part(&m, 2,
               "href=\"https://desk.example.com/verify-email#token=t0k\"", 1);
    mail_free(&m);
}

static void
the_same_order_is_the_same_mail(void **state)
{
    mail_t      first, second;
    const char *payload = "{\"to\":\"a@b.example\",\"template\":"
                          "\"password_changed\",\"data\":{\"name\":\"Zoë\"}}";

    (void) state;
    make_good(&first, payload);
    make_good(&second, payload);
    assert_string_equal(first.text, second.text);
    mail_free(&first);
    mail_free(&second);
}

static void
every_template_makes_a_mail_with_all_its_values_and_with_none(void **state)
{
    static const char *const names[] = {
        "verify_email", "reset_password", "password_changed",
        "register_existing", "new_device", "invitation", "lead_captured",
        "low_balance"
    };
    static const char all[] =
        "\"name\":\"Ann\",\"client_name\":\"Alpha\",\"inviter_name\":\"Bob\","
        "\"role\":\"manager\",\"minutes\":30,\"address\":\"192.0.2.1\","
        "\"device\":\"Firefox\",\"contact_name\":\"Cy\",\"phone\":\"+15550\","
        "\"reason\":\"a crown\",\"balance_minutes\":9,";
    char   payload[1024];
    size_t i, j;
    mail_t m;

    (void) state;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (j = 0; j < 2; j++) {
            snprintf(payload, sizeof(payload),
                     "{\"to\":\"a@b.example\",\"template\":\"%s\","
                     "\"data\":{%s\"token\":\"t\"}}",
                     names[i], j == 0 ? all : "");
            make_good(&m, payload);
            check_form(&m);
            check_part(&m, 1, "{", 0);
            check_part(&m, 1, "|", 0);
            check_part(&m, 1, "https://desk.example.com/", 1);
            assert_null(strstr(m.text, "Subject: \r\n"));
            mail_free(&m);
        }
    }
}

static void
a_recipient_is_one_address_and_nothing_else(void **state)
{
    static const char *const bad[] = {
        "", "a", "a@", "@b", "a@b@c", "a b@c", "<a@b>", "A <a@b>", "a@b,c@d",
        "a@b\\r\\nBcc: c@d", "a@b\\n", "\\na@b", "a@b;", "\\\"a\\\"@b", "a@.b",
        "a@b.", "a@b..c", "\\u00e4@b.example", "a@b.example%0abcc:x"
    };
    char   payload[256];
    size_t i;

    (void) state;
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(payload, sizeof(payload),
                 "{\"to\":\"%s\",\"template\":\"verify_email\","
                 "\"data\":{\"token\":\"t\"}}",
                 bad[i]);
        refused(payload, "the recipient is no address");
    }

    refused("{}", "the recipient is no address");
    refused("{\"to\":7}", "the recipient is no address");
}

static void
what_makes_no_mail_is_refused(void **state)
{
    (void) state;
    refused("{\"to\":\"a@b.example\"}", "there is no such template");
    refused("{\"to\":\"a@b.example\",\"template\":\"love_letter\"}",
            "there is no such template");
    refused("{\"to\":\"a@b.example\",\"template\":\"reset_password\"}",
            "the link has no token");
    refused("{\"to\":\"a@b.example\",\"template\":\"reset_password\","
            "\"data\":{\"token\":\"\"}}",
            "the link has no token");
    refused("{\"to\":\"a@b.example\",\"template\":\"reset_password\","
            "\"data\":{\"token\":{}}}",
            "the link has no token");
}

static void
a_link_leads_to_the_dashboard_and_nowhere_else(void **state)
{
    static const char *const bad[] = {
        "//evil.example/", "calls", "https://evil.example/", "/a b",
        "/a\\\"b", "/<a", "/a\\nb", "/\\\\evil"
    };
    char   payload[256];
    size_t i;
    mail_t m;

    (void) state;
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(payload, sizeof(payload),
                 "{\"to\":\"a@b.example\",\"template\":\"lead_captured\","
                 "\"data\":{\"link\":\"%s\"}}",
                 bad[i]);
        refused(payload, "the link is no path of the dashboard");
    }

    make_good(&m, "{\"to\":\"a@b.example\",\"template\":\"lead_captured\","
                  "\"data\":{\"link\":\"/calls/7?a=1&b=2\"}}");
    check_part(&m, 1, "https://desk.example.com/calls/7?a=1&b=2\n", 1);
    check_part(&m, 2, "href=\"https://desk.example.com/calls/7?a=1&amp;b=2\"",
               1);
    mail_free(&m);

    make_good(&m, "{\"to\":\"a@b.example\",\"template\":\"reset_password\","
                  "\"data\":{\"token\":\"a+/=\\\"&\"}}");
    check_part(&m, 1, "/reset-password#token=a%2B%2F%3D%22%26\n", 1);
    mail_free(&m);
}

static void
values_end_no_header_and_begin_none(void **state)
{
    mail_t m;

    (void) state;
    make_good(&m, "{\"to\":\"a@b.example\",\"template\":\"invitation\","
                  "\"data\":{\"token\":\"t\",\"client_name\":"
                  "\"Alpha\\r\\nBcc: c@d.example\\r\\n\\r\\nbody\"}}");
    check_form(&m);
    assert_int_equal(count_headers(&m, "Bcc"), 0);
    assert_int_equal(count_headers(&m, "Subject"), 1);
    check_header(&m, "Subject",
                 "Your invitation to Alpha  Bcc: c@d.example    body");
    check_part(&m, 1, "\nBcc", 0);
    mail_free(&m);

    /* Nor can a value be an encoded word that a reader decodes to one. */
    make_good(&m, "{\"to\":\"a@b.example\",\"template\":\"invitation\","
                  "\"data\":{\"token\":\"t\",\"client_name\":"
                  "\"=?UTF-8?Q?=0D=0ABcc:_c@d?=\"}}");
    assert_null(strstr(m.text, "=?UTF-8?Q?"));
    mail_free(&m);
}

static void
values_are_text_in_the_page(void **state)
{
    mail_t m;

    (void) state;
    make_good(&m, "{\"to\":\"a@b.example\",\"template\":\"lead_captured\","
                  "\"data\":{\"contact_name\":"
                  "\"<script>alert('x')</script> & \\\"Co\\\"\"}}");
    check_part(&m, 2, "<script", 0);
    check_part(&m, 2,
               "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; "
               "&quot;Co&quot;",
               1);
    check_part(&m, 1, "<script>alert('x')</script> & \"Co\"", 1);
    mail_free(&m);
}

static void
no_value_is_a_boundary_or_ends_the_message(void **state)
{
    mail_t m;

    (void) state;
    make_good(&m, "{\"to\":\"a@b.example\",\"template\":\"lead_captured\","
                  "\"data\":{\"contact_name\":\".\\n.\\n\","
                  "\"reason\":\"--=_" ID "--\"}}");
    check_form(&m);
    assert_null(strstr(m.text, "\n.\r"));
    check_part(&m, 1, "About: --=_" ID "--", 1);
    check_part(&m, 2, "About: --=_" ID "--", 1);
    mail_free(&m);
}

static void
long_and_foreign_values_fit_the_lines(void **state)
{
    char   payload[9000], name[4096] = "", *text;
    size_t i;
    mail_t m;

    (void) state;
    for (i = 0; i < 400; i++) {
        strcat(name, "漢é");
    }

    snprintf(payload, sizeof(payload),
             "{\"to\":\"a@b.example\",\"template\":\"lead_captured\","
             "\"data\":{\"client_name\":\"%s\",\"reason\":\"%s\"}}",
             name, name);
    make_good(&m, payload);
    check_form(&m);

    /* Cut between characters. */
    text = part(&m, 1);
    assert_non_null(strstr(text, "漢é..."));
    free(text);

    mail_free(&m);

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    snprintf(payload, sizeof(payload),
             "{\"to\":\"a@b.example\",\"template\":\"lead_captured\","
             "\"data\":{\"client_name\":\"%s\"}}",
             name);
    make_good(&m, payload);
    check_form(&m);
    mail_free(&m);
}

static void
encoded(const char *text, const char *wanted)
{
    char  *had;
    FILE  *out;
    size_t bytes;

    out = open_memstream(&had, &bytes);
    mail_write_header(out, "Subject", text);
    fclose(out);
    assert_string_equal(had, wanted);
    free(had);
}

static void
headers_are_ascii(void **state)
{
    (void) state;
    encoded("New call", "Subject: New call\r\n");
    encoded("New call from Zoë",
            "Subject: =?UTF-8?B?TmV3IGNhbGwgZnJvbSBab8Or?=\r\n");
    encoded("a\rb\nc\x7f", "Subject: =?UTF-8?B?YSBiIGMg?=\r\n");
    encoded("ééééééééééééééééééééé",
            "Subject: =?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nD"
            "qcOpw6k=?=\r\n =?UTF-8?B?w6nDqQ==?=\r\n");
}

static void
quoted(const char *text, const char *wanted)
{
    char  *had;
    FILE  *out;
    size_t bytes;

    out = open_memstream(&had, &bytes);
    mail_write_quoted(out, text, strlen(text));
    fclose(out);
    assert_string_equal(had, wanted);
    free(had);
}

static void
bodies_are_quoted_printable(void **state)
{
    (void) state;
    quoted("a = b\n", "a =3D b\r\n");
    quoted("é\t", "=C3=A9=09");
    quoted("end \nlast ", "end=20\r\nlast=20");
    quoted(".\n..a\nFrom me\nFriday", "=2E\r\n=2E.a\r\n=46rom me\r\nFriday");
    quoted("0123456789012345678901234567890123456789012345678901234567890123456"
           "789012345",
           "0123456789012345678901234567890123456789012345678901234567890123456"
           "78901234=\r\n5");
    quoted("0123456789012345678901234567890123456789012345678901234567890123456"
           "789012é",
           "0123456789012345678901234567890123456789012345678901234567890123456"
           "789012=\r\n=C3=A9");
}

static void
a_sender_is_named_as_the_settings_say(void **state)
{
    mail_t      m;
    const char *payload = "{\"to\":\"a@b.example\",\"template\":"
                          "\"password_changed\"}";

    (void) state;
    assert_int_equal(make(&m, "desk@localhost", payload), 0);
    check_header(&m, "From", "<desk@localhost>");
    mail_free(&m);

    assert_int_equal(make(&m, "Zo\xc3\xab \"Z\" <z@localhost>", payload), 0);
    check_header(&m, "From", "=?UTF-8?B?Wm/DqyAiWiI=?=\r\n <z@localhost>");
    mail_free(&m);

    assert_int_equal(make(&m, "A \"B\" \\ <z@localhost>", payload), 0);
    check_header(&m, "From", "\"A \\\"B\\\" \\\\\"\r\n <z@localhost>");
    mail_free(&m);

    assert_int_equal(make(&m, "nobody", payload), -EINVAL);
    assert_string_equal(reason, "mail_from is no address");
}

static void
alternatives_are_taken_by_what_is_known(void **state)
{
    char       *text;
    cJSON      *data = cJSON_Parse("{\"a\":\"A\",\"n\":1.5,\"e\":\"\"}");
    const char *const cases[][2] = {
        { "{a}", "A" },
        { "{n}", "1.5" },
        { "{e}|none", "none" },
        { "{b}|{a}", "A" },
        { "{b}", "" },
        { "x{a}y", "xAy" },
        { "", "" },
        { "{a", "" },
        { "{0123456789012345678901234567890123456789}", "" }
    };

    (void) state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = mail_template_fill(cases[i][0], data);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }

    cJSON_Delete(data);
}

static void
a_file_is_its_owners_and_whole(void **state)
{
    char        folder[] = "/tmp/mail.XXXXXX", path[64], text[16] = "";
    FILE       *in;
    struct stat st;

    (void) state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(rmdir(folder), 0);

    assert_int_equal(mail_file_write(folder, "a.eml", "first", 5), 0);
    assert_int_equal(mail_file_write(folder, "a.eml", "again", 5), 0);
    snprintf(path, sizeof(path), "%s/a.eml", folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);

    in = fopen(path, "r");
    assert_non_null(in);
    assert_non_null(fgets(text, sizeof(text), in));
    fclose(in);
    assert_string_equal(text, "again");

    /* Nothing else is left there. */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);

    assert_int_equal(mail_file_write("/nowhere/mail", "a.eml", "", 0),
                     -ENOENT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_has_what_mails_have),
        cmocka_unit_test(the_same_order_is_the_same_mail),
        cmocka_unit_test(
            every_template_makes_a_mail_with_all_its_values_and_with_none),
        cmocka_unit_test(a_recipient_is_one_address_and_nothing_else),
        cmocka_unit_test(what_makes_no_mail_is_refused),
        cmocka_unit_test(a_link_leads_to_the_dashboard_and_nowhere_else),
        cmocka_unit_test(values_end_no_header_and_begin_none),
        cmocka_unit_test(values_are_text_in_the_page),
        cmocka_unit_test(no_value_is_a_boundary_or_ends_the_message),
        cmocka_unit_test(long_and_foreign_values_fit_the_lines),
        cmocka_unit_test(headers_are_ascii),
        cmocka_unit_test(bodies_are_quoted_printable),
        cmocka_unit_test(a_sender_is_named_as_the_settings_say),
        cmocka_unit_test(alternatives_are_taken_by_what_is_known),
        cmocka_unit_test(a_file_is_its_owners_and_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
