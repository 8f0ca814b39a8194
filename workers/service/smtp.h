/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SERVICE_SMTP_H
#define SERVICE_SMTP_H

#include <stddef.h>

#include <uv.h>

/*
 * Mail out of the house. Each has a thread of its own: libcurl waits for what
 * a server says to a whole mail and to goodbye, and some take their time.
 */

/* Where mail is submitted. */
typedef struct {
    const char *url;      /* smtp:// or smtps://, a host and perhaps a port */
    const char *user;     /* "": no login */
    const char *password; /* with a user */
    const char *ca_file;  /* whom TLS trusts; "": as the system does */
    int         starttls; /* smtp:// says nothing before TLS; never asked */
} smtp_server_t;

typedef enum {
    SMTP_TAKEN,   /* the server has it now */
    SMTP_LATER,   /* not this time */
    SMTP_REFUSED, /* this mail never */
    SMTP_WRONG    /* not before somebody corrects the settings */
} smtp_end_e;

/* A mail on its way. */
typedef struct smtp_s smtp_t;

/* `reason` has no address and no word of the server's: it can be logged. */
typedef void (*smtp_done_pt)(void *data, smtp_end_e how, const char *reason);

typedef struct {
    const char *from; /* addresses alone */
    const char *to;
    const char *text; /* a message of RFC 5322, lines ended by CRLF */
    size_t      bytes;
} smtp_mail_t;

/* Nothing is borrowed. `done` is called by the loop. Returns 0 or -errno. */
int smtp_send(smtp_t **sp, uv_loop_t *loop, const smtp_server_t *server,
              const smtp_mail_t *mail, smtp_done_pt done, void *data);

/* Nobody is told. The server may have it all the same. */
void smtp_cancel(smtp_t *s);

/* Before the process ends: waits for threads that were cancelled. */
void smtp_settle(unsigned ms);

#endif /* SERVICE_SMTP_H */
