/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "service/smtp.h"

#define CONNECT_S 10L
#define ANSWER_S 30L
#define WHOLE_S 60L
#define REASON_BYTES 128

/* Of the loop's thread but for what is marked; and all while none runs. */
struct smtp_s {
    uv_async_t   async;
    pthread_t    thread;
    smtp_done_pt done;
    void        *data;
    atomic_int   cancelled;

    /* the thread's */
    CURL              *easy;
    struct curl_slist *to;
    char              *text;
    size_t             bytes;
    size_t             given; /* bytes of the text that libcurl has */
    smtp_end_e         how;
    char               reason[REASON_BYTES];
};

static atomic_uint threads;

static int    smtp_set_up(smtp_t *s, const smtp_server_t *server,
                          const smtp_mail_t *mail);
static void  *smtp_run(void *data);
static void   smtp_hang_up(smtp_t *s);
static int    smtp_on_progress(void *data, curl_off_t down_all, curl_off_t down,
                               curl_off_t up_all, curl_off_t up);
static size_t smtp_on_read(char *buffer, size_t size, size_t count,
                           void *data);
static void   smtp_on_done(uv_async_t *async);
static void   smtp_on_closed(uv_handle_t *handle);
static smtp_end_e smtp_judge(smtp_t *s, CURLcode rc);
static void   smtp_init(void);
static void   smtp_destroy(smtp_t *s);

int
smtp_send(smtp_t **sp, uv_loop_t *loop, const smtp_server_t *server,
          const smtp_mail_t *mail, smtp_done_pt done, void *data)
{
    int              rc;
    smtp_t          *s;
    static uv_once_t once = UV_ONCE_INIT;

    uv_once(&once, smtp_init);

    s = calloc(1, sizeof(smtp_t));
    if (s == NULL) {
        return -ENOMEM;
    }

    s->done = done;
    s->data = data;

    rc = smtp_set_up(s, server, mail);
    if (rc == 0) {
        rc = uv_async_init(loop, &s->async, smtp_on_done);
    }
    if (rc < 0) {
        smtp_destroy(s);
        return rc;
    }

    s->async.data = s;
    (void) atomic_fetch_add(&threads, 1);

    rc = pthread_create(&s->thread, NULL, smtp_run, s);
    if (rc != 0) {
        (void) atomic_fetch_sub(&threads, 1);
        uv_close((uv_handle_t *) &s->async, smtp_on_closed);
        return -rc;
    }

    *sp = s;
    return 0;
}

void
smtp_cancel(smtp_t *s)
{
    atomic_store(&s->cancelled, 1);
}

void
smtp_settle(unsigned ms)
{
    for (; ms > 0 && atomic_load(&threads) > 0; ms--) {
        (void) usleep(1000);
    }
}

static int
smtp_set_up(smtp_t *s, const smtp_server_t *server, const smtp_mail_t *mail)
{
    int         rc = 0;
    char        url[512];
    long        tls;
    const char *at;

    s->easy = curl_easy_init();
    s->to = curl_slist_append(NULL, mail->to);
    s->text = malloc(mail->bytes + 1);
    if (s->easy == NULL || s->to == NULL || s->text == NULL) {
        return -ENOMEM;
    }

    memcpy(s->text, mail->text, mail->bytes);
    s->bytes = mail->bytes;

    /* The path is the name we greet with: that of who sends. */
    at = strrchr(mail->from, '@');
    (void) snprintf(url, sizeof(url), "%s/%s", server->url,
                    at != NULL ? at + 1 : "localhost");

    tls = server->starttls && strncmp(url, "smtp:", 5) == 0 ? CURLUSESSL_ALL
                                                            : CURLUSESSL_NONE;

#define SET(option, value) rc |= (int) curl_easy_setopt(s->easy, option, value)
    SET(CURLOPT_URL, url);
    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_USE_SSL, tls);
    SET(CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    SET(CURLOPT_SERVER_RESPONSE_TIMEOUT, ANSWER_S);
    SET(CURLOPT_TIMEOUT, WHOLE_S);
    SET(CURLOPT_MAIL_FROM, mail->from);
    SET(CURLOPT_MAIL_RCPT, s->to);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, smtp_on_read);
    SET(CURLOPT_READDATA, s);
    SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t) mail->bytes);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, smtp_on_progress);
    SET(CURLOPT_XFERINFODATA, s);

    if (server->ca_file[0] != '\0') {
        SET(CURLOPT_CAINFO, server->ca_file);
        SET(CURLOPT_CAPATH, NULL);
    }

    if (server->user[0] != '\0') {
        SET(CURLOPT_USERNAME, server->user);
        SET(CURLOPT_PASSWORD, server->password);
        SET(CURLOPT_SASL_IR, 1L);
    }
#undef SET

    return rc == 0 ? 0 : -EINVAL;
}

static void *
smtp_run(void *data)
{
    smtp_t *s = data;

    s->how = smtp_judge(s, curl_easy_perform(s->easy));
    smtp_hang_up(s);

    /* From here on it is the loop's, which may free it at once. */
    (void) uv_async_send(&s->async);
    (void) atomic_fetch_sub(&threads, 1);

    return NULL;
}

/* Says goodbye and does not wait for the answer, which may never come. */
static void
smtp_hang_up(smtp_t *s)
{
    curl_socket_t fd;

    if (curl_easy_getinfo(s->easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK
        && fd != CURL_SOCKET_BAD)
    {
        (void) shutdown(fd, SHUT_RD);
    }

    curl_easy_cleanup(s->easy);
    s->easy = NULL;
}

/* At least once a second, whatever it waits for. */
static int
smtp_on_progress(void *data, curl_off_t down_all, curl_off_t down,
                 curl_off_t up_all, curl_off_t up)
{
    smtp_t *s = data;

    (void) down_all;
    (void) down;
    (void) up_all;
    (void) up;

    return atomic_load(&s->cancelled);
}

/* libcurl doubles the dots. */
static size_t
smtp_on_read(char *buffer, size_t size, size_t count, void *data)
{
    size_t  bytes;
    smtp_t *s = data;

    bytes = s->bytes - s->given;
    if (bytes > size * count) {
        bytes = size * count;
    }

    memcpy(buffer, s->text + s->given, bytes);
    s->given += bytes;

    return bytes;
}

static void
smtp_on_done(uv_async_t *async)
{
    smtp_t *s = async->data;

    (void) pthread_join(s->thread, NULL);

    if (!atomic_load(&s->cancelled)) {
        s->done(s->data, s->how, s->reason);
    }

    uv_close((uv_handle_t *) &s->async, smtp_on_closed);
}

static void
smtp_on_closed(uv_handle_t *handle)
{
    smtp_destroy(handle->data);
}

/*
 * What a server says with 4 in front is for now, with 5 for ever; but only of
 * this mail once it has heard of it (RFC 5321 section 4.2.1). What it says of
 * us before that may be the settings' fault.
 */
static smtp_end_e
smtp_judge(smtp_t *s, CURLcode rc)
{
    int  of_mail;
    long code = 0;

    (void) curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &code);
    of_mail = rc == CURLE_SEND_ERROR || s->given > 0;

#define SAY(...) (void) snprintf(s->reason, REASON_BYTES, __VA_ARGS__)
    switch (rc) {

    case CURLE_OK:
        return SMTP_TAKEN;

    case CURLE_LOGIN_DENIED:
        SAY("the mail server refuses the login (%ld)", code);
        return code >= 400 && code < 500 ? SMTP_LATER : SMTP_WRONG;

    case CURLE_USE_SSL_FAILED:
        SAY("the mail server offers no STARTTLS");
        return SMTP_WRONG;

    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        SAY("the mail server's certificate is not trusted");
        return SMTP_WRONG;

    default:
        break;
    }

    if (of_mail && code >= 500 && code < 600) {
        SAY("the mail server refuses the mail (%ld)", code);
        return SMTP_REFUSED;
    }

    if (code >= 400 && code < 600) {
        SAY("the mail server takes no mail now (%ld)", code);
    } else {
        SAY("the mail server cannot be talked to: %s",
            curl_easy_strerror(rc));
    }
#undef SAY

    return SMTP_LATER;
}

static void
smtp_init(void)
{
    (void) curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void
smtp_destroy(smtp_t *s)
{
    curl_easy_cleanup(s->easy);
    curl_slist_free_all(s->to);
    free(s->text);
    free(s);
}
