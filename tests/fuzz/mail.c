/* SPDX-License-Identifier: BSD-2-Clause */

#include <cjson/cJSON.h>

#include "mail/mail.h"
#include "tests/fuzz/fuzz.h"

/*
 * Whatever the values of a mail are: it has the headers it should have and no
 * other, two parts, lines of ASCII that any server takes, and no tag in its
 * page but the template's.
 *
 * Input: a byte (bits 0-2: the template; 3: the recipient is of the input; 4:
 * the link, too), then the text of all values.
 */

#define ID "0b5e7c1e-0000-4000-8000-0123456789ab"

static const char *const templates[] = {
    "verify_email", "reset_password", "password_changed", "register_existing",
    "new_device", "invitation", "lead_captured", "low_balance"
};

static const char *const keys[] = { "name", "client_name", "inviter_name",
                                    "role", "minutes", "address", "device",
                                    "contact_name", "phone", "reason",
                                    "balance_minutes", "token" };

/* In their order; nothing else begins a line before the empty one. */
static const char *const headers[] = {
    "Date: ", "From: ", "To: ", "Subject: ", "Message-ID: ",
    "Auto-Submitted: ", "MIME-Version: ", "Content-Type: "
};

/* What may stand behind a "<". */
static const char *const tags[] = { "!doctype html>", "html ", "head>",
                                    "meta ", "title>", "body ", "p>", "p ",
                                    "a href=\"https://desk.example.com/", "/" };

static cJSON *make_payload(unsigned choices, const char *text);
static void   check_lines(const mail_t *m);
static void   check_headers(const mail_t *m);
static void   check_parts(const mail_t *m);
static char  *decode(const char *from, const char *end);
static void   check_page(const char *page);

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    int          rc;
    char        *text, reason[MAIL_REASON_BYTES] = "";
    mail_t       m;
    unsigned     choices;
    fuzz_input_t in = { input, bytes };
    mail_order_t order = { .id = ID,
                           .date = 1763633730,
                           .from = "FrontDesk <desk@mail.example.com>",
                           .base_url = "https://desk.example.com" };

    choices = (unsigned) fuzz_take(&in, 1);
    text = strndup((const char *) in.at, in.bytes);
    FUZZ_CHECK(text != NULL);
    order.payload = make_payload(choices, text);

    rc = mail_make(&m, &order, reason);

    if (rc < 0) {
        FUZZ_CHECK(rc == -22 && reason[0] != '\0' && m.text == NULL);
    } else {
        FUZZ_CHECK(strlen(m.text) == m.bytes && mail_is_address(m.to));
        check_lines(&m);
        check_headers(&m);
        check_parts(&m);
        mail_free(&m);
    }

    cJSON_Delete((cJSON *) (uintptr_t) order.payload);
    free(text);

    return 0;
}

static cJSON *
make_payload(unsigned choices, const char *text)
{
    size_t i;
    cJSON *payload = cJSON_CreateObject(), *data;

    (void) cJSON_AddStringToObject(payload, "to",
                                   choices & 8 ? text : "a@b.example");
    (void) cJSON_AddStringToObject(payload, "template",
                                   templates[choices % 8]);
    data = cJSON_AddObjectToObject(payload, "data");

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        (void) cJSON_AddStringToObject(data, keys[i], text);
    }

    if (choices & 16) {
        (void) cJSON_AddStringToObject(data, "link", text);
    }

    return payload;
}

static void
check_lines(const mail_t *m)
{
    const char *p, *end;

    for (p = m->text; *p != '\0'; p = end + 2) {
        end = strstr(p, "\r\n");
        FUZZ_CHECK(end != NULL && end - p <= 78);

        for (; p < end; p++) {
            FUZZ_CHECK(*p >= ' ' && *p < 0x7f);
        }
    }
}

static void
check_headers(const mail_t *m)
{
    size_t      n = 0;
    const char *p, *end = strstr(m->text, "\r\n\r\n");

    FUZZ_CHECK(end != NULL);

    for (p = m->text; p < end; p = strstr(p, "\r\n") + 2) {
        if (*p == ' ') {
            continue;
        }

        FUZZ_CHECK(n < sizeof(headers) / sizeof(headers[0])
                   && strncmp(p, headers[n], strlen(headers[n])) == 0);
        n++;
    }

    FUZZ_CHECK(n == sizeof(headers) / sizeof(headers[0]));
}

static void
check_parts(const mail_t *m)
{
    int         i;
    char       *text;
    const char *p = m->text, *begin, *end;

    for (i = 0; i < 2; i++) {
        p = strstr(p, "\r\n--=_" ID "\r\n");
        FUZZ_CHECK(p != NULL);
        begin = strstr(p, "\r\n\r\n") + 4;
        end = strstr(begin, "--=_" ID);
        FUZZ_CHECK(end != NULL && end[-1] == '\n');

        text = decode(begin, end);
        if (i == 1) {
            check_page(text);
        }
        free(text);

        p = end - 2;
    }

    FUZZ_CHECK(strcmp(p, "\r\n--=_" ID "--\r\n") == 0);
}

/* RFC 2045 section 6.7, strictly. */
static char *
decode(const char *from, const char *end)
{
    char    *text, *out;
    unsigned c;

    text = out = calloc(1, (size_t) (end - from) + 1);
    FUZZ_CHECK(text != NULL);

    while (from < end) {
        if (*from == '=' && from[1] == '\r') {
            from += 3;
        } else if (*from == '=') {
            FUZZ_CHECK(sscanf(from + 1, "%2X", &c) == 1 && c >= 0x20
                       && c != 0x7f);
            *out++ = (char) c;
            from += 3;
        } else if (*from == '\r') {
            from++;
        } else {
            *out++ = *from++;
        }
    }

    return text;
}

static void
check_page(const char *page)
{
    size_t      i;
    const char *p = page;

    while ((p = strchr(p, '<')) != NULL) {
        p++;

        for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
            if (strncmp(p, tags[i], strlen(tags[i])) == 0) {
                break;
            }
        }

        FUZZ_CHECK(i < sizeof(tags) / sizeof(tags[0]));
    }
}
