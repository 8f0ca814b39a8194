/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/smtp.h"

#define CONNECT_S 10L
#define ANSWER_S 30L
#define WHOLE_S 60L
#define REASON_BYTES 128

struct smtp_s {
    net_t             *net;
    const smtp_mail_t *mail;
    smtp_done_pt       done;
    void              *data;

    CURL              *easy;
    struct curl_slist *to;
    size_t             given; /* bytes of the text that libcurl has */
};

static int    smtp_set_up(smtp_t *s, const smtp_server_t *server);
static size_t smtp_on_read(char *buffer, size_t size, size_t count,
                           void *data);
static void   smtp_on_done(void *data, CURLcode rc);
static smtp_end_e smtp_judge(const smtp_t *s, CURLcode rc, char *reason);
static void   smtp_destroy(smtp_t *s);

int
smtp_send(smtp_t **sp, net_t *net, const smtp_server_t *server,
          const smtp_mail_t *mail, smtp_done_pt done, void *data)
{
    int     rc;
    smtp_t *s;

    s = calloc(1, sizeof(smtp_t));
    if (s == NULL) {
        return -ENOMEM;
    }

    s->net = net;
    s->mail = mail;
    s->done = done;
    s->data = data;

    rc = smtp_set_up(s, server);
    if (rc < 0) {
        goto failed;
    }

    rc = net_start(net, s->easy, NET_HANG_UP, smtp_on_done, s);
    if (rc < 0) {
        goto failed;
    }

    *sp = s;
    return 0;

failed:
    smtp_destroy(s);
    return rc;
}

void
smtp_cancel(smtp_t *s)
{
    net_cancel(s->net, s->easy);
    smtp_destroy(s);
}

static int
smtp_set_up(smtp_t *s, const smtp_server_t *server)
{
    int         rc = 0;
    char        url[512];
    long        tls;
    const char *at;

    s->easy = curl_easy_init();
    s->to = curl_slist_append(NULL, s->mail->to);
    if (s->easy == NULL || s->to == NULL) {
        return -ENOMEM;
    }

    /* The path is the name we greet with: that of who sends. */
    at = strrchr(s->mail->from, '@');
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
    SET(CURLOPT_MAIL_FROM, s->mail->from);
    SET(CURLOPT_MAIL_RCPT, s->to);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, smtp_on_read);
    SET(CURLOPT_READDATA, s);
    SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t) s->mail->bytes);

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

/* libcurl doubles the dots. */
static size_t
smtp_on_read(char *buffer, size_t size, size_t count, void *data)
{
    size_t  bytes;
    smtp_t *s = data;

    bytes = s->mail->bytes - s->given;
    if (bytes > size * count) {
        bytes = size * count;
    }

    memcpy(buffer, s->mail->text + s->given, bytes);
    s->given += bytes;

    return bytes;
}

static void
smtp_on_done(void *data, CURLcode rc)
{
    char         reason[REASON_BYTES] = "";
    void        *whose;
    smtp_t      *s = data;
    smtp_end_e   how;
    smtp_done_pt done = s->done;

    how = smtp_judge(s, rc, reason);
    whose = s->data;
    smtp_destroy(s);
    done(whose, how, reason);
}

/*
 * What a server says with 4 in front is for now, with 5 for ever; but only of
 * this mail once it has heard of it (RFC 5321 section 4.2.1). What it says of
 * us before that may be the settings' fault.
 */
static smtp_end_e
smtp_judge(const smtp_t *s, CURLcode rc, char *reason)
{
    int  of_mail;
    long code = 0;

    (void) curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &code);
    of_mail = rc == CURLE_SEND_ERROR || s->given > 0;

#define SAY(...) (void) snprintf(reason, REASON_BYTES, __VA_ARGS__)
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
smtp_destroy(smtp_t *s)
{
    if (s == NULL) {
        return;
    }

    curl_easy_cleanup(s->easy);
    curl_slist_free_all(s->to);
    free(s);
}
