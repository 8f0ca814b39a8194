/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/mail.h"
#include "mail/mail_code.h"
#include "mail/mail_template.h"

/* RFC 5321 section 4.5.3.1. */
#define LOCAL_MAX 64
#define ADDRESS_MAX 254

#define STYLE "font-family:sans-serif;font-size:16px;line-height:1.5;" \
              "color:#1f2933"

/* What is known of a mail while it is written. */
typedef struct {
    const mail_order_t    *order;
    const mail_template_t *template;
    const cJSON           *data;
    char                  *subject;
    char                  *link; /* NULL: it has none */
    char                  *paragraphs[MAIL_PARAGRAPHS_MAX];
} draft_t;

static int  draft_open(draft_t *d, const mail_order_t *order, char *reason);
static int  draft_make_link(draft_t *d, char *reason);
static void draft_free(draft_t *d);
static int  draft_write(const draft_t *d, mail_t *m);
static void write_headers(FILE *out, const draft_t *d, const mail_t *m);
static int  write_part(FILE *out, const draft_t *d, const char *type,
                       void (*write)(const draft_t *d, FILE *body));
static void write_plain(const draft_t *d, FILE *body);
static void write_page(const draft_t *d, FILE *body);
static void write_date(FILE *out, time_t date);
static int  is_path(const char *link);
static int  refuse(char *reason, const char *why);

int
mail_make(mail_t *m, const mail_order_t *order,
          char reason[MAIL_REASON_BYTES])
{
    int         rc;
    size_t      length;
    draft_t     draft;
    const char *address;

    memset(m, 0, sizeof(*m));
    memset(&draft, 0, sizeof(draft));

    rc = draft_open(&draft, order, reason);
    if (rc < 0) {
        goto failed;
    }

    address = mail_find_address(order->from, &length);
    if (address == NULL) {
        rc = refuse(reason, "mail_from is no address");
        goto failed;
    }

    m->from = strndup(address, length);
    m->to = strdup(cJSON_GetObjectItem(order->payload, "to")->valuestring);
    if (m->from == NULL || m->to == NULL) {
        rc = -ENOMEM;
        goto failed;
    }

    rc = draft_write(&draft, m);
    if (rc < 0) {
        goto failed;
    }

    draft_free(&draft);
    return 0;

failed:
    draft_free(&draft);
    mail_free(m);
    return rc;
}

void
mail_free(mail_t *m)
{
    free(m->from);
    free(m->to);
    free(m->text);
    memset(m, 0, sizeof(*m));
}

int
mail_is_address(const char *text)
{
    size_t      local, host;
    const char *p;

    local = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789.!#$%&'*+/=?^_`{|}~-");
    if (local == 0 || local > LOCAL_MAX || text[local] != '@') {
        return 0;
    }

    p = text + local + 1;
    host = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                     "0123456789.-");

    return host > 0 && p[host] == '\0' && p[0] != '.' && p[host - 1] != '.'
           && strstr(p, "..") == NULL && local + 1 + host <= ADDRESS_MAX;
}

const char *
mail_find_address(const char *mailbox, size_t *length)
{
    char        address[ADDRESS_MAX + 1];
    size_t      bytes;
    const char *open, *from;

    open = strrchr(mailbox, '<');
    from = open != NULL ? open + 1 : mailbox;
    bytes = strcspn(from, ">");

    if ((open != NULL) != (from[bytes] == '>')
        || (open != NULL && from[bytes + 1] != '\0')
        || bytes >= sizeof(address))
    {
        return NULL;
    }

    memcpy(address, from, bytes);
    address[bytes] = '\0';

    if (!mail_is_address(address)) {
        return NULL;
    }

    *length = bytes;
    return from;
}

static int
draft_open(draft_t *d, const mail_order_t *order, char *reason)
{
    int          rc;
    size_t       i;
    const cJSON *to, *template;

    to = cJSON_GetObjectItemCaseSensitive(order->payload, "to");
    template = cJSON_GetObjectItemCaseSensitive(order->payload, "template");
    d->data = cJSON_GetObjectItemCaseSensitive(order->payload, "data");
    d->order = order;

    if (!cJSON_IsString(to) || !mail_is_address(to->valuestring)) {
        return refuse(reason, "the recipient is no address");
    }

    d->template = cJSON_IsString(template)
                      ? mail_template_find(template->valuestring)
                      : NULL;
    if (d->template == NULL) {
        return refuse(reason, "there is no such template");
    }

    rc = draft_make_link(d, reason);
    if (rc < 0) {
        return rc;
    }

    d->subject = mail_template_fill(d->template->subject, d->data);
    if (d->subject == NULL) {
        return -ENOMEM;
    }

    for (i = 0; i < MAIL_PARAGRAPHS_MAX && d->template->paragraphs[i] != NULL;
         i++)
    {
        if (strcmp(d->template->paragraphs[i], "{link}") == 0) {
            continue;
        }

        d->paragraphs[i] = mail_template_fill(d->template->paragraphs[i],
                                              d->data);
        if (d->paragraphs[i] == NULL) {
            return -ENOMEM;
        }
    }

    return 0;
}

/*
 * A path of the dashboard, or the template's page. A token stands behind the
 * "#", which browsers keep for themselves: no server's log will have it.
 */
static int
draft_make_link(draft_t *d, char *reason)
{
    FILE        *out;
    size_t       bytes;
    const cJSON *link, *token;

    link = cJSON_GetObjectItemCaseSensitive(d->data, "link");
    token = cJSON_GetObjectItemCaseSensitive(d->data, "token");

    if (cJSON_IsString(link) && !is_path(link->valuestring)) {
        return refuse(reason, "the link is no path of the dashboard");
    }

    if (d->template->needs_token && !cJSON_IsString(link)
        && (!cJSON_IsString(token) || token->valuestring[0] == '\0'))
    {
        return refuse(reason, "the link has no token");
    }

    out = open_memstream(&d->link, &bytes);
    if (out == NULL) {
        return -ENOMEM;
    }

    (void) fprintf(out, "%s%s", d->order->base_url,
                   cJSON_IsString(link) ? link->valuestring
                                        : d->template->page);

    if (d->template->needs_token && !cJSON_IsString(link)) {
        (void) fputs("#token=", out);
        mail_write_url(out, token->valuestring);
    }

    return fclose(out) == 0 ? 0 : -ENOMEM;
}

static void
draft_free(draft_t *d)
{
    size_t i;

    for (i = 0; i < MAIL_PARAGRAPHS_MAX; i++) {
        free(d->paragraphs[i]);
    }

    free(d->subject);
    free(d->link);
}

static int
draft_write(const draft_t *d, mail_t *m)
{
    int   rc;
    FILE *out;

    out = open_memstream(&m->text, &m->bytes);
    if (out == NULL) {
        return -ENOMEM;
    }

    write_headers(out, d, m);
    rc = write_part(out, d, "text/plain", write_plain);
    if (rc == 0) {
        rc = write_part(out, d, "text/html", write_page);
    }
    (void) fprintf(out, "--=_%s--\r\n", d->order->id);

    return fclose(out) == 0 ? rc : -ENOMEM;
}

/* "=_" is in no quoted-printable text: the boundary cannot be in a part. */
static void
write_headers(FILE *out, const draft_t *d, const mail_t *m)
{
    size_t      name;
    const char *from = d->order->from;

    (void) fputs("Date: ", out);
    write_date(out, d->order->date);

    name = strcspn(from, "<");
    while (name > 0 && from[name - 1] == ' ') {
        name--;
    }

    (void) fputs("From: ", out);
    if (strchr(from, '<') != NULL && name > 0) {
        mail_write_phrase(out, from, name);
        (void) fprintf(out, "\r\n <%s>\r\n", m->from);
    } else {
        (void) fprintf(out, "<%s>\r\n", m->from);
    }

    (void) fprintf(out, "To: <%s>\r\n", m->to);
    mail_write_header(out, "Subject", d->subject);
    (void) fprintf(out,
                   "Message-ID: <%s@%s>\r\n"
                   "Auto-Submitted: auto-generated\r\n"
                   "MIME-Version: 1.0\r\n"
                   "Content-Type: multipart/alternative;\r\n"
                   " boundary=\"=_%s\"\r\n"
                   "\r\n",
                   d->order->id, strrchr(m->from, '@') + 1, d->order->id);
}

static int
write_part(FILE *out, const draft_t *d, const char *type,
           void (*write)(const draft_t *d, FILE *body))
{
    int    rc;
    char  *text = NULL;
    FILE  *body;
    size_t bytes;

    (void) fprintf(out,
                   "--=_%s\r\n"
                   "Content-Type: %s; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: quoted-printable\r\n"
                   "\r\n",
                   d->order->id, type);

    body = open_memstream(&text, &bytes);
    if (body == NULL) {
        return -ENOMEM;
    }

    write(d, body);

    rc = fclose(body) == 0 ? 0 : -ENOMEM;
    if (rc == 0) {
        mail_write_quoted(out, text, bytes);
    }

    free(text);

    return rc;
}

static void
write_plain(const draft_t *d, FILE *body)
{
    size_t i;

    for (i = 0; i < MAIL_PARAGRAPHS_MAX && d->template->paragraphs[i] != NULL;
         i++)
    {
        if (d->paragraphs[i] == NULL) {
            (void) fprintf(body, "%s\n\n", d->link);
        } else if (d->paragraphs[i][0] != '\0') {
            (void) fprintf(body, "%s\n\n", d->paragraphs[i]);
        }
    }

    (void) fprintf(body, "FrontDesk, %s\n", d->order->base_url);
}

static void
write_page(const draft_t *d, FILE *body)
{
    size_t i;

    (void) fputs("<!doctype html>\n<html lang=\"en\"><head>"
                 "<meta charset=\"utf-8\"><title>",
                 body);
    mail_write_html(body, d->subject, strlen(d->subject));
    (void) fputs("</title></head>\n<body style=\"" STYLE "\">\n", body);

    for (i = 0; i < MAIL_PARAGRAPHS_MAX && d->template->paragraphs[i] != NULL;
         i++)
    {
        if (d->paragraphs[i] == NULL) {
            (void) fputs("<p><a href=\"", body);
            mail_write_html(body, d->link, strlen(d->link));
            (void) fprintf(body, "\">%s</a></p>\n", d->template->button);
        } else if (d->paragraphs[i][0] != '\0') {
            (void) fputs("<p>", body);
            mail_write_html(body, d->paragraphs[i],
                            strlen(d->paragraphs[i]));
            (void) fputs("</p>\n", body);
        }
    }

    (void) fputs("<p style=\"color:#616e7c\">FrontDesk, ", body);
    mail_write_html(body, d->order->base_url, strlen(d->order->base_url));
    (void) fputs("</p>\n</body></html>\n", body);
}

/* RFC 5322 section 3.3: English whatever the locale. */
static void
write_date(FILE *out, time_t date)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm         tm;

    (void) gmtime_r(&date, &tm);
    (void) fprintf(out, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000\r\n",
                   days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
                   tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* "//host" would lead elsewhere. */
static int
is_path(const char *link)
{
    size_t i;

    if (link[0] != '/' || link[1] == '/' || strlen(link) > 1000) {
        return 0;
    }

    for (i = 0; link[i] != '\0'; i++) {
        if (!isgraph((unsigned char) link[i]) || strchr("\"<>\\", link[i])) {
            return 0;
        }
    }

    return 1;
}

static int
refuse(char *reason, const char *why)
{
    (void) snprintf(reason, MAIL_REASON_BYTES, "%s", why);
    return -EINVAL;
}
