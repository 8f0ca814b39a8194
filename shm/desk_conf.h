/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * frontdesk.conf: what nginx and the workers must agree on, one `key = value`
 * a line.  FRONTDESK_<KEY> in the environment wins over the file.
 */

#ifndef DESK_CONF_H
#define DESK_CONF_H

#include <stddef.h>
#include <stdint.h>

#define DESK_CONF_ERROR_BYTES 512

/* Who reads a key.  A side neither needs nor keeps what is not its own. */
#define DESK_CONF_NGINX  0x1
#define DESK_CONF_WORKER 0x2
#define DESK_CONF_BOTH   (DESK_CONF_NGINX | DESK_CONF_WORKER)

typedef enum {
    DESK_CONF_STRING,   /* const char *, never NULL */
    DESK_CONF_SECRET,   /* the same, never shown; the file must be private */
    DESK_CONF_URL,      /* the same, http:// or https://, no trailing slash */
    DESK_CONF_SERVICE,  /* the same, http:// to this machine alone */
    DESK_CONF_SMTP,     /* the same, smtp:// or smtps:// */
    DESK_CONF_MAILBOX,  /* the same, an e-mail address or Name <address> */
    DESK_CONF_PATH,     /* the same, absolute */
    DESK_CONF_SHM,      /* the same, a slash and a name */
    DESK_CONF_CHOICE,   /* the same, one of the words in choices */
    DESK_CONF_INT,      /* int64_t */
    DESK_CONF_BOOL,     /* int64_t, 0 or 1: on, off, true, false, yes, no */
    DESK_CONF_DURATION, /* int64_t in the unit of the key's name; 10m, 14d */
    DESK_CONF_BYTES,    /* int64_t; 64k, 1m; whole pages of 4096 */
} desk_conf_type_e;

/* Strings belong to the settings and go with desk_conf_free(). */
typedef struct {
    const char *api_database_url;
    const char *worker_database_url;
    int64_t     pg_connections;
    int64_t     pg_timeout_ms;
    int64_t     pg_queue;

    const char *segment_name;
    int64_t     slots;
    int64_t     up_ring_bytes;
    int64_t     down_ring_bytes;

    const char *public_base_url;
    const char *cors_origins;
    const char *node_name;
    const char *state_dir;
    const char *log_level;
    int64_t     workers;

    const char *mail_from;
    const char *mail_dir;
    const char *smtp_url;
    int64_t     smtp_starttls;
    const char *smtp_user;
    const char *smtp_password;
    const char *smtp_ca_file;

    const char *twilio_account_sid;
    const char *twilio_auth_token;
    const char *twilio_auth_token_previous;

    const char *jwt_secret;
    const char *call_token_secret;
    const char *totp_keys;
    const char *credential_keys;
    int64_t     access_token_seconds;
    int64_t     refresh_token_days;
    int64_t     call_token_seconds;
    int64_t     argon2_memory_kib;
    int64_t     argon2_passes;
    int64_t     password_queue;

    const char *deepgram_keys;
    const char *deepgram_url;
    const char *google_keys;
    const char *google_url;
    const char *openai_keys;
    const char *openai_url;
    const char *openrouter_keys;
    const char *openrouter_url;
    const char *groq_keys;
    const char *groq_url;
    const char *anthropic_keys;
    const char *anthropic_url;
    const char *cartesia_keys;
    const char *cartesia_url;
    const char *elevenlabs_keys;
    const char *elevenlabs_url;
    const char *bhashini_keys;
    const char *bhashini_url;
    const char *ollama_url;
    const char *compatible_keys;
    const char *compatible_url;
    const char *provider_ca_file;

    const char *otlp_url;
    const char *otlp_header;

    const char *acoustic_model;
    const char *dictionary;
    const char *language_model;
    const char *tts_voice;

    const char *google_client_id;
    const char *google_client_secret;
    const char *google_base_url;
} desk_conf_t;

typedef struct {
    const char      *name;
    desk_conf_type_e type;
    unsigned         sides;
    unsigned         required;
    size_t           offset;  /* in desk_conf_t */
    const char      *initial; /* as it would stand in the file; NULL: none */
    int64_t          min;     /* of a number; of a text, its length */
    int64_t          max;
    int64_t          unit_ms; /* of a duration */
    const char      *choices; /* a|b|c */
    const char      *doc;
} desk_conf_key_t;

extern const desk_conf_key_t desk_conf_keys[];
extern const size_t          desk_conf_nkeys;

/*
 * Reads the file (NULL: the environment alone) for one side.  Returns 0, or
 * -errno with `file:line: reason` in error; then nothing needs freeing.
 */
int desk_conf_load(desk_conf_t *conf, const char *file, unsigned side,
    char error[DESK_CONF_ERROR_BYTES]);

/* Wipes the secrets.  A zeroed struct may be passed. */
void desk_conf_free(desk_conf_t *conf);

#endif
