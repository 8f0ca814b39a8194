/* SPDX-License-Identifier: BSD-2-Clause */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/smtp.h"

/*
 * Against a mail server on the same loop: whoever waited for it anywhere but
 * in the loop would wait for ever.
 */

typedef struct {
    const char *at;     /* the beginning of a command; "": the greeting */
    const char *answer; /* NULL: none, "-": it hangs up */
} script_t;

static uv_loop_t       loop;
static uv_tcp_t        listener, peer;
static char            url[64];
static const script_t *script; /* to a NULL; what differs from yes */
static char            heard[8192], line[2048];
static size_t          line_bytes;
static int             in_data, peers;

static int        told;
static smtp_end_e how;
static char       reason[128];

static const char text[] = "Subject: x\r\n\r\n.a line\r\n";

static const smtp_mail_t mail = { .from = "desk@here.example",
                                  .to = "a@b.example",
                                  .text = text,
                                  .bytes = sizeof(text) - 1 };

static void
on_written(uv_write_t *request, int status)
{
    (void) status;
    free(request);
}

static void
say(const char *answer)
{
    uv_buf_t    buffer = uv_buf_init((char *) (uintptr_t) answer,
                                     (unsigned) strlen(answer));
    uv_write_t *request = calloc(1, sizeof(uv_write_t));

    assert_int_equal(uv_write(request, (uv_stream_t *) &peer, &buffer, 1,
                              on_written),
                     0);
}

/* What the script has for it, or what servers say. */
static void
answer(const char *command)
{
    const script_t *s;
    const char     *words = strcmp(command, "DATA") == 0 ? "354 go on\r\n"
                            : command[0] == '\0'         ? "220 here\r\n"
                                                         : "250 yes\r\n";

    for (s = script; s != NULL && s->at != NULL; s++) {
        if (strncmp(command, s->at, strlen(s->at)) == 0
            && (s->at[0] != '\0' || command[0] == '\0'))
        {
            words = s->answer;
            break;
        }
    }

    in_data = strcmp(command, "DATA") == 0 && words != NULL
              && words[0] == '3';

    if (words == NULL) {
        return;
    }

    if (words[0] == '-') {
        uv_close((uv_handle_t *) &peer, NULL);
        peers--;
    } else {
        say(words);
    }
}

static void
on_line(void)
{
    line[line_bytes] = '\0';
    line_bytes = 0;
    (void) snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard),
                    "%s|", line);

    if (!in_data) {
        answer(line);
    } else if (strcmp(line, ".") == 0) {
        in_data = 0;
        answer(line);
    }
}

static void
on_alloc(uv_handle_t *handle, size_t bytes, uv_buf_t *buffer)
{
    static char room[4096];

    (void) handle;
    (void) bytes;
    *buffer = uv_buf_init(room, sizeof(room));
}

static void
on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer)
{
    ssize_t i;

    if (bytes < 0) {
        uv_close((uv_handle_t *) stream, NULL);
        peers--;
        return;
    }

    for (i = 0; i < bytes && !uv_is_closing((uv_handle_t *) stream); i++) {
        if (buffer->base[i] == '\n') {
            on_line();
        } else if (buffer->base[i] != '\r') {
            assert_true(line_bytes < sizeof(line) - 1);
            line[line_bytes++] = buffer->base[i];
        }
    }
}

static void
on_peer(uv_stream_t *stream, int status)
{
    assert_int_equal(status, 0);
    assert_int_equal(uv_tcp_init(&loop, &peer), 0);
    assert_int_equal(uv_accept(stream, (uv_stream_t *) &peer), 0);
    peers++;
    line_bytes = 0;
    assert_int_equal(uv_read_start((uv_stream_t *) &peer, on_alloc, on_read),
                     0);
    answer("");
}

static void
on_sent(void *data, smtp_end_e end, const char *why)
{
    assert_ptr_equal(data, &told);
    told++;
    how = end;
    (void) snprintf(reason, sizeof(reason), "%s", why);
}

static int
setup(void **state)
{
    int                length = sizeof(struct sockaddr_in);
    struct sockaddr_in at;

    (void) state;
    heard[0] = '\0';
    told = 0;
    peers = 0;
    in_data = 0;
    script = NULL;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(uv_ip4_addr("127.0.0.1", 0, &at), 0);
    assert_int_equal(uv_tcp_init(&loop, &listener), 0);
    assert_int_equal(uv_tcp_bind(&listener, (struct sockaddr *) &at, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *) &listener, 8, on_peer), 0);
    assert_int_equal(uv_tcp_getsockname(&listener, (struct sockaddr *) &at,
                                        &length),
                     0);
    (void) snprintf(url, sizeof(url), "smtp://127.0.0.1:%d",
                    ntohs(at.sin_port));

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    if (!uv_is_closing((uv_handle_t *) &listener)) {
        uv_close((uv_handle_t *) &listener, NULL);
    }

    if (peers > 0 && !uv_is_closing((uv_handle_t *) &peer)) {
        uv_close((uv_handle_t *) &peer, NULL);
    }

    (void) uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);

    return 0;
}

static smtp_t *
begin(const char *user, int starttls)
{
    smtp_t              *s;
    static smtp_server_t server;

    server = (smtp_server_t){ .url = url,
                              .user = user,
                              .password = "secret",
                              .ca_file = "",
                              .starttls = starttls };
    assert_int_equal(smtp_send(&s, &loop, &server, &mail, on_sent, &told), 0);

    return s;
}

static void
send_mail(const script_t *differs)
{
    int before = told;

    script = differs;
    (void) begin("", 0);

    while (told == before || peers > 0) {
        (void) uv_run(&loop, UV_RUN_ONCE);
    }

    assert_int_equal(told, before + 1);
}

static void
a_mail_is_taken_byte_by_byte(void **state)
{
    (void) state;
    send_mail(NULL);
    assert_int_equal(how, SMTP_TAKEN);
    assert_string_equal(heard, "EHLO here.example|"
                               "MAIL FROM:<desk@here.example>|"
                               "RCPT TO:<a@b.example>|"
                               "DATA|"
                               "Subject: x||..a line|.|QUIT|");
}

static void
what_is_refused_for_now_is_for_later(void **state)
{
    static const char *const places[] = { "MAIL", "RCPT", "DATA", "." };
    script_t                 differs[2] = { { NULL, NULL } };
    size_t                   i;

    (void) state;
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        differs[0] = (script_t){ places[i], "450 a@b.example: later\r\n" };
        send_mail(differs);
        assert_int_equal(how, SMTP_LATER);
        assert_string_equal(reason, "the mail server takes no mail now (450)");
    }
}

static void
what_is_refused_for_ever_is_refused(void **state)
{
    static const char *const places[] = { "MAIL", "RCPT", "DATA", "." };
    script_t                 differs[2] = { { NULL, NULL } };
    size_t                   i;

    (void) state;
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        differs[0] = (script_t){ places[i], "550 a@b.example: never\r\n" };
        send_mail(differs);
        assert_int_equal(how, SMTP_REFUSED);
        assert_string_equal(reason, "the mail server refuses the mail (550)");
    }
}

static void
a_server_that_talks_to_nobody_refuses_no_mail(void **state)
{
    (void) state;
    send_mail((script_t[]){ { "", "554 not today\r\n" }, { NULL, NULL } });
    assert_int_equal(how, SMTP_LATER);
    assert_string_equal(reason, "the mail server takes no mail now (554)");

    send_mail((script_t[]){ { "", "421 busy\r\n" }, { NULL, NULL } });
    assert_int_equal(how, SMTP_LATER);
}

static void
a_connection_that_breaks_is_for_later(void **state)
{
    static const char *const places[] = { "", "EHLO", "MAIL", "RCPT", "DATA",
                                          "." };
    script_t                 differs[2] = { { NULL, NULL } };
    size_t                   i;

    (void) state;
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        differs[0] = (script_t){ places[i], "-" };
        send_mail(differs);
        assert_int_equal(how, SMTP_LATER);
    }
}

static void
a_server_that_is_not_there_is_for_later(void **state)
{
    (void) state;
    uv_close((uv_handle_t *) &listener, NULL);
    (void) uv_run(&loop, UV_RUN_NOWAIT);
    send_mail(NULL);
    assert_int_equal(how, SMTP_LATER);
    assert_non_null(strstr(reason, "cannot be talked to"));
}

static void
a_server_that_does_not_say_goodbye_keeps_nobody(void **state)
{
    (void) state;
    send_mail((script_t[]){ { "QUIT", NULL }, { NULL, NULL } });
    assert_int_equal(how, SMTP_TAKEN);
}

static void
without_tls_nothing_is_said_where_it_must_be(void **state)
{
    (void) state;
    (void) begin("user", 1);

    while (told == 0) {
        (void) uv_run(&loop, UV_RUN_ONCE);
    }

    assert_int_equal(how, SMTP_WRONG);
    assert_string_equal(reason, "the mail server offers no STARTTLS");
    assert_null(strstr(heard, "AUTH"));
    assert_null(strstr(heard, "MAIL"));
}

static void
a_login_that_is_refused_is_the_settings_fault(void **state)
{
    (void) state;
    script = (script_t[]){ { "EHLO", "250-here\r\n250 AUTH PLAIN\r\n" },
                           { "AUTH", "535 no\r\n" },
                           { NULL, NULL } };
    (void) begin("user", 0);

    while (told == 0) {
        (void) uv_run(&loop, UV_RUN_ONCE);
    }

    assert_int_equal(how, SMTP_WRONG);
    assert_string_equal(reason, "the mail server refuses the login (535)");
    assert_non_null(strstr(heard, "AUTH PLAIN AHVzZXIAc2VjcmV0|"));
    assert_null(strstr(heard, "MAIL"));
}

static void
who_is_cancelled_is_told_nothing(void **state)
{
    static const char *const places[] = { "", "EHLO", "MAIL", "DATA",
                                          "|." };
    script_t                 differs[2] = { { NULL, NULL } };
    size_t                   i;
    smtp_t                  *s;

    (void) state;
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        differs[0] = (script_t){ places[i] + (places[i][0] == '|'), NULL };
        script = differs;
        heard[0] = '\0';
        s = begin("", 0);

        /* Until the server keeps silent. */
        while (peers == 0 || strstr(heard, places[i]) == NULL) {
            (void) uv_run(&loop, UV_RUN_ONCE);
        }

        smtp_cancel(s);
        while (peers > 0) {
            (void) uv_run(&loop, UV_RUN_ONCE);
        }
    }

    assert_int_equal(told, 0);
}

static void
who_ends_waits_for_the_threads(void **state)
{
    smtp_t *s;

    (void) state;
    script = (script_t[]){ { "MAIL", NULL }, { NULL, NULL } };
    s = begin("", 0);

    while (strstr(heard, "MAIL") == NULL) {
        (void) uv_run(&loop, UV_RUN_ONCE);
    }

    smtp_cancel(s);
    smtp_settle(5000);
}

#define SMTP_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SMTP_TEST(a_mail_is_taken_byte_by_byte),
        SMTP_TEST(what_is_refused_for_now_is_for_later),
        SMTP_TEST(what_is_refused_for_ever_is_refused),
        SMTP_TEST(a_server_that_talks_to_nobody_refuses_no_mail),
        SMTP_TEST(a_connection_that_breaks_is_for_later),
        SMTP_TEST(a_server_that_is_not_there_is_for_later),
        SMTP_TEST(a_server_that_does_not_say_goodbye_keeps_nobody),
        SMTP_TEST(without_tls_nothing_is_said_where_it_must_be),
        SMTP_TEST(a_login_that_is_refused_is_the_settings_fault),
        SMTP_TEST(who_is_cancelled_is_told_nothing),
        SMTP_TEST(who_ends_waits_for_the_threads),
    };

    /* As workers do. */
    (void) signal(SIGPIPE, SIG_IGN);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
