/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include <stddef.h>
#include <time.h>

#include <cjson/cJSON.h>

#define MAIL_REASON_BYTES 128

/* What a mail is made of. The same order makes the same mail, byte by byte. */
typedef struct {
    const char  *id;       /* of the job: the mail's name for ever */
    time_t       date;     /* when it was ordered */
    const char  *from;     /* mail_from of the settings */
    const char  *base_url; /* of the dashboard, without a slash at its end */
    const cJSON *payload;  /* {"to", "template", "data": {...}} */
} mail_order_t;

typedef struct {
    char  *from; /* addresses alone, for the envelope */
    char  *to;
    char  *text; /* RFC 5322, lines ended by CRLF */
    size_t bytes;
} mail_t;

/*
 * Returns 0, -ENOMEM, or -EINVAL: such a mail cannot be, and `reason` says
 * why without quoting anything of it.
 */
int  mail_make(mail_t *m, const mail_order_t *order,
               char reason[MAIL_REASON_BYTES]);
void mail_free(mail_t *m);

/*
 * One mailbox, `name@host` in ASCII, and nothing that could end a line or
 * begin another address.
 */
int mail_is_address(const char *text);

/* "Name <address>" or an address: where the address is, or NULL. */
const char *mail_find_address(const char *mailbox, size_t *length);

#endif /* MAIL_MAIL_H */
