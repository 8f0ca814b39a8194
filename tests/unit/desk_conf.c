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

#include "shm/desk_conf.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static const char complete[] =
    "api_database_url = postgresql://a@/x\n"
    "worker_database_url = postgresql://w@/x\n"
    "public_base_url = https://desk.example.com/\n"
    "twilio_account_sid = AC00000000000000000000000000000001\n"
    "twilio_auth_token = 3f1c9d2a7b6e48f0\n"
    "jwt_secret = " SECRET "\n"
    "call_token_secret = \"" SECRET "\"\n";

static char        path[] = "/tmp/desk_conf.XXXXXX";
static char        error[DESK_CONF_ERROR_BYTES];
static desk_conf_t conf;

static void
write_file(const char *text, const char *more, mode_t mode)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    fputs(text, out);
    fputs(more, out);
    fclose(out);
    assert_int_equal(chmod(path, mode), 0);
}

static int
load(const char *more, unsigned side)
{
    write_file(complete, more, 0640);
    return desk_conf_load(&conf, path, side, error);
}

/* The settings are refused in line 8, behind the complete ones. */
static void
refused(const char *line, const char *reason)
{
    char expected[DESK_CONF_ERROR_BYTES];

    assert_true(load(line, DESK_CONF_BOTH) < 0);
    snprintf(expected, sizeof(expected), "%s:8: %s", path, reason);
    assert_string_equal(error, expected);
}

static void
a_complete_file_loads_with_defaults(void **state)
{
    (void) state;

    assert_int_equal(load("", DESK_CONF_BOTH), 0);
    assert_string_equal(conf.public_base_url, "https://desk.example.com");
    assert_string_equal(conf.call_token_secret, SECRET);
    assert_string_equal(conf.segment_name, "/frontdesk");
    assert_int_equal(conf.slots, 256);
    assert_int_equal(conf.up_ring_bytes, 73728);
    assert_true(strlen(conf.node_name) > 0);
    desk_conf_free(&conf);
}

static void
units_and_comments_are_understood(void **state)
{
    (void) state;

    assert_int_equal(load("# a comment\n\n"
                          "  access_token_seconds =  5m  # not long\n"
                          "refresh_token_days = 48h\n"
                          "up_ring_bytes = 64k\n"
                          "node_name = \"a # b\"\n"
                          "slots=7\n",
                          DESK_CONF_BOTH),
                     0);
    assert_int_equal(conf.access_token_seconds, 300);
    assert_int_equal(conf.refresh_token_days, 2);
    assert_int_equal(conf.up_ring_bytes, 65536);
    assert_int_equal(conf.slots, 7);
    assert_string_equal(conf.node_name, "a # b");
    desk_conf_free(&conf);
}

static void
mistakes_are_named_with_file_and_line(void **state)
{
    (void) state;

    refused("slotz = 1\n", "unknown key \"slotz\"");
    refused("slots\n", "no \"=\": key = value");
    refused("slots = 0\n", "slots must be 1 to 16384");
    refused("slots = 18446744073709551616\n", "slots must be 1 to 16384");
    refused("slots = -1\n", "slots must be a number");
    refused("slots = 4k\n", "slots: \"4k\" is not a number");
    refused("slots = \n", "slots must be a number");
    refused("pg_timeout_ms = 1y\n",
            "pg_timeout_ms: \"1y\" is not a number with ms, s, m, h or d");
    refused("access_token_seconds = 60500ms\n",
            "access_token_seconds must be 60 to 3600");
    refused("up_ring_bytes = 9999999999g\n",
            "up_ring_bytes must be 8192 to 16777216");
    refused("node_name = \"x\n", "node_name: the quote is not closed");
    refused("node_name = \"x\" y\n", "node_name: the quote is not closed");
    refused("state_dir = here\n", "state_dir must be an absolute path");
    refused("segment_name = a/b\n", "segment_name must be a slash and a name");
    refused("log_level = loud\n", "log_level is one of error|warn|info|debug");
    refused("log_level = inf\n", "log_level is one of error|warn|info|debug");
    refused("jwt_secret = " SECRET "\n", "jwt_secret is set in line 6 already");
    refused("up_ring_bytes = 8193\n",
            "up_ring_bytes must be a multiple of 4096");
    refused("a\x1b[31m = 1\n", "unknown key \"a?[31m\"");
}

static void
what_is_refused_leaves_the_settings_alone(void **state)
{
    desk_conf_t before;

    (void) state;
    memset(&conf, 0x5a, sizeof(conf));
    before = conf;
    assert_true(load("slots = no\n", DESK_CONF_BOTH) < 0);
    assert_memory_equal(&before, &conf, sizeof(conf));
}

static void
missing_and_bad_required_values_are_named(void **state)
{
    char expected[DESK_CONF_ERROR_BYTES];

    (void) state;

    write_file("slots = 1\n", "", 0644);
    assert_true(desk_conf_load(&conf, path, DESK_CONF_NGINX, error) < 0);
    snprintf(expected, sizeof(expected), "%s: api_database_url is not set",
             path);
    assert_string_equal(error, expected);

    write_file("jwt_secret = short\n", "", 0600);
    assert_true(desk_conf_load(&conf, path, DESK_CONF_NGINX, error) < 0);
    snprintf(expected, sizeof(expected),
             "%s:1: jwt_secret has 5 bytes, it must have 32 to 512", path);
    assert_string_equal(error, expected);

    write_file("public_base_url = ftp://example\n", "", 0600);
    assert_true(desk_conf_load(&conf, path, DESK_CONF_NGINX, error) < 0);
    assert_non_null(strstr(error, ":1: public_base_url must be http"));
}

static void
a_secret_that_all_may_read_is_refused(void **state)
{
    (void) state;

    write_file("slots = 1\njwt_secret = " SECRET "\n", "", 0644);
    assert_true(desk_conf_load(&conf, path, DESK_CONF_NGINX, error) < 0);
    assert_non_null(strstr(error, ":2: jwt_secret is a secret, but others"));
    assert_null(strstr(error, SECRET));
}

static void
a_side_keeps_only_its_own(void **state)
{
    (void) state;

    assert_int_equal(load("", DESK_CONF_WORKER), 0);
    assert_string_equal(conf.jwt_secret, "");
    assert_string_equal(conf.api_database_url, "");
    assert_string_equal(conf.worker_database_url, "postgresql://w@/x");
    desk_conf_free(&conf);

    assert_int_equal(load("", DESK_CONF_NGINX), 0);
    assert_string_equal(conf.worker_database_url, "");
    desk_conf_free(&conf);
}

static void
where_mail_goes_is_checked(void **state)
{
    (void) state;

    assert_int_equal(load("smtp_url = smtps://mail.example.com:465\n"
                          "mail_from = Front Desk <desk@mail.example.com>\n"
                          "smtp_starttls = off\n",
                          DESK_CONF_WORKER),
                     0);
    assert_string_equal(conf.smtp_url, "smtps://mail.example.com:465");
    assert_string_equal(conf.mail_from, "Front Desk <desk@mail.example.com>");
    assert_int_equal(conf.smtp_starttls, 0);
    desk_conf_free(&conf);

    assert_int_equal(load("mail_from = desk@localhost\n", DESK_CONF_WORKER),
                     0);
    assert_string_equal(conf.smtp_url, "");
    assert_int_equal(conf.smtp_starttls, 1);
    desk_conf_free(&conf);

#define NO_SMTP "smtp_url must be smtp:// or smtps://, a host and perhaps " \
                "a port"
    refused("smtp_url = http://mail.example.com\n", NO_SMTP);
    refused("smtp_url = mail.example.com\n", NO_SMTP);
    refused("smtp_url = smtp://\n", NO_SMTP);
    refused("smtp_url = smtp://host/path\n", NO_SMTP);
    refused("smtp_url = smtp://user@host\n", NO_SMTP);
    refused("smtp_starttls = maybe\n", "smtp_starttls is on or off");

#define NO_MAILBOX "mail_from must be an address or Name <address>"
    refused("mail_from = nobody\n", NO_MAILBOX);
    refused("mail_from = a@b@c\n", NO_MAILBOX);
    refused("mail_from = Desk <a@b\n", NO_MAILBOX);
    refused("mail_from = Desk <a@b> or so\n", NO_MAILBOX);
    refused("mail_from = a@b>\n", NO_MAILBOX);
    refused("mail_from = a@b.\n", NO_MAILBOX);
    refused("mail_from = <@b>\n", NO_MAILBOX);
    refused("mail_from = a b@c\n", NO_MAILBOX);
}

static void
the_environment_wins_and_is_checked(void **state)
{
    (void) state;

    setenv("FRONTDESK_SLOTS", "9", 1);
    assert_int_equal(load("slots = 3\n", DESK_CONF_BOTH), 0);
    assert_int_equal(conf.slots, 9);
    desk_conf_free(&conf);

    setenv("FRONTDESK_SLOTS", "many", 1);
    assert_true(load("", DESK_CONF_BOTH) < 0);
    assert_string_equal(error, "FRONTDESK_SLOTS: slots must be a number");
    unsetenv("FRONTDESK_SLOTS");
}

static void
a_file_that_is_not_there_is_named(void **state)
{
    (void) state;

    assert_true(desk_conf_load(&conf, "/nowhere/x.conf", DESK_CONF_BOTH, error)
                < 0);
    assert_string_equal(error, "/nowhere/x.conf: No such file or directory");
}

static void
the_longest_line_is_bounded(void **state)
{
    static char line[6000];

    (void) state;
    memset(line, 'x', sizeof(line) - 2);
    refused(line, "longer than 4096 bytes");
}

/* Appends a comment's words, with single blanks. */
static void
append(char *doc, size_t size, const char *line)
{
    size_t len = strlen(doc);

    line += strspn(line, "# ");
    snprintf(doc + len, size - len, "%s%.*s", len > 0 ? " " : "",
             (int) strcspn(line, "\n"), line);
}

/* conf/frontdesk.conf: each key once, in order, its default and its words. */
static void
the_sample_file_says_what_the_table_says(void **state)
{
    char        line[256], doc[1024] = "", expected[512];
    FILE       *in;
    size_t      n = 0;
    const char *file = getenv("FRONTDESK_ROOT");

    (void) state;

    snprintf(expected, sizeof(expected), "%s/conf/frontdesk.conf",
             file != NULL ? file : ".");
    in = fopen(expected, "r");
    assert_non_null(in);

    while (fgets(line, sizeof(line), in) != NULL) {
        const desk_conf_key_t *key = &desk_conf_keys[n];

        if (line[0] == '\n') {
            doc[0] = '\0';
            continue;
        }

        assert_int_equal(line[0], '#');
        if (line[1] == ' ' || line[1] == '\n') {
            append(doc, sizeof(doc), line);
            continue;
        }

        assert_true(n < desk_conf_nkeys);
        snprintf(expected, sizeof(expected), "#%s =%s%s\n", key->name,
                 key->initial != NULL && key->initial[0] != '\0' ? " " : "",
                 key->initial != NULL ? key->initial : "");
        assert_string_equal(line, expected);
        assert_string_equal(doc, key->doc);
        n++;
    }

    assert_int_equal(n, desk_conf_nkeys);
    fclose(in);
}

static int
make_file(void **state)
{
    (void) state;
    return mkstemp(path) < 0;
}

static int
remove_file(void **state)
{
    (void) state;
    return unlink(path);
}

static void
what_stands_behind_a_nul_byte_is_not_overlooked(void **state)
{
    FILE      *out;
    char       expected[DESK_CONF_ERROR_BYTES];
    const char line[] = "node_name = a\0b\n";

    (void) state;

    write_file(complete, "", 0640);
    out = fopen(path, "a");
    assert_non_null(out);
    assert_int_equal(fwrite(line, sizeof(line) - 1, 1, out), 1);
    fclose(out);

    assert_int_equal(desk_conf_load(&conf, path, DESK_CONF_BOTH, error),
                     -EINVAL);
    snprintf(expected, sizeof(expected), "%s:8: holds a NUL byte", path);
    assert_string_equal(error, expected);
}

static void
a_url_ends_without_a_slash_however_many_there_were(void **state)
{
    (void) state;

    assert_int_equal(setenv("FRONTDESK_PUBLIC_BASE_URL",
                            "https://desk.example.com//", 1),
                     0);
    assert_int_equal(load("", DESK_CONF_BOTH), 0);
    assert_string_equal(conf.public_base_url, "https://desk.example.com");
    desk_conf_free(&conf);
    unsetenv("FRONTDESK_PUBLIC_BASE_URL");
}

static void
a_long_path_leaves_room_for_the_reason(void **state)
{
    char name[600];

    (void) state;

    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    assert_true(desk_conf_load(&conf, name, DESK_CONF_BOTH, error) < 0);
    assert_non_null(strstr(error, "x: File name too long"));
}

static void
google_s_secret_is_the_workers_and_goes_nowhere_in_clear(void **state)
{
    static const char set[] = "google_client_id = 1.apps.example\n"
                              "google_client_secret = hidden\n"
                              "google_base_url = http://127.0.0.1:9/\n";

    (void) state;
    assert_int_equal(load(set, DESK_CONF_WORKER), 0);
    assert_string_equal(conf.google_client_secret, "hidden");
    assert_string_equal(conf.google_base_url, "http://127.0.0.1:9");
    desk_conf_free(&conf);

    assert_int_equal(load(set, DESK_CONF_NGINX), 0);
    assert_string_equal(conf.google_client_id, "1.apps.example");
    assert_string_equal(conf.google_client_secret, "");
    desk_conf_free(&conf);

    assert_true(load("google_client_id = 1\n", DESK_CONF_WORKER) < 0);
    assert_non_null(strstr(error, ": google_client_secret is not set"));
    assert_int_equal(load("google_client_id = 1\n", DESK_CONF_NGINX), 0);
    desk_conf_free(&conf);

#define NO_SERVICE                                                            \
    "google_base_url must be https://; http:// is for this machine alone"
    refused("google_base_url = http://google.example\n", NO_SERVICE);
    refused("google_base_url = http://127.0.0.1.evil.example\n", NO_SERVICE);
    refused("google_base_url = http://localhost.evil.example\n", NO_SERVICE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complete_file_loads_with_defaults),
        cmocka_unit_test(units_and_comments_are_understood),
        cmocka_unit_test(mistakes_are_named_with_file_and_line),
        cmocka_unit_test(what_is_refused_leaves_the_settings_alone),
        cmocka_unit_test(missing_and_bad_required_values_are_named),
        cmocka_unit_test(a_secret_that_all_may_read_is_refused),
        cmocka_unit_test(a_side_keeps_only_its_own),
        cmocka_unit_test(where_mail_goes_is_checked),
        cmocka_unit_test(the_environment_wins_and_is_checked),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(the_longest_line_is_bounded),
        cmocka_unit_test(what_stands_behind_a_nul_byte_is_not_overlooked),
        cmocka_unit_test(a_url_ends_without_a_slash_however_many_there_were),
        cmocka_unit_test(a_long_path_leaves_room_for_the_reason),
        cmocka_unit_test(
            google_s_secret_is_the_workers_and_goes_nowhere_in_clear),
        cmocka_unit_test(the_sample_file_says_what_the_table_says),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
