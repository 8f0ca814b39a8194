/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shm/desk_conf.h"

#define DESK_CONF_LINE_BYTES 4096
#define DESK_CONF_KEYS_MAX   128
#define DESK_CONF_PAGE_BYTES 4096
#define DESK_CONF_ENV_PREFIX "FRONTDESK_"

/* Where a value came from, for the error text. */
typedef struct {
    const char *file;
    unsigned    line;      /* 0: the environment */
    unsigned    exposed:1; /* others may read the file */
    char       *error;
} desk_conf_source_t;

static int desk_conf_fail(const desk_conf_source_t *source, int rc,
                          const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int desk_conf_defaults(desk_conf_t *conf);
static int desk_conf_read(desk_conf_t *conf, unsigned side, unsigned *lines,
                          desk_conf_source_t *source);
static size_t desk_conf_next_line(FILE *in, char *text, size_t room);
static int desk_conf_line(desk_conf_t *conf, unsigned side, unsigned *lines,
                          desk_conf_source_t *source, char *text);
static int desk_conf_environment(desk_conf_t *conf, unsigned side,
                                 desk_conf_source_t *source);
static int desk_conf_finish(desk_conf_t *conf, unsigned side,
                            desk_conf_source_t *source);
static int desk_conf_value(char **value, char *text);
static const char *const *desk_conf_schemes(const desk_conf_key_t *key);
static int desk_conf_set(desk_conf_t *conf, const desk_conf_key_t *key,
                         const desk_conf_source_t *source, const char *value);
static int desk_conf_text(const desk_conf_key_t    *key,
                          const desk_conf_source_t *source, const char *value);
static int desk_conf_number(int64_t *out, const desk_conf_key_t *key,
                            const desk_conf_source_t *source,
                            const char               *value);

/* clang-format off */
#define KEY(name_, type_, sides_, required_, initial_, min_, max_, unit_,     \
    choices_, doc_)                                                           \
    { #name_, DESK_CONF_##type_, DESK_CONF_##sides_, required_,               \
      offsetof(desk_conf_t, name_), initial_, min_, max_, unit_, choices_,    \
      doc_ }
/* clang-format on */

const desk_conf_key_t desk_conf_keys[] = {
    KEY(api_database_url, SECRET, NGINX, 1, NULL, 1, 1024, 0, NULL,
        "Postgres for nginx, as a postgresql:// URL of the role frontdesk_api. "
        "A host name is looked up when nginx starts or reloads."),
    KEY(worker_database_url, SECRET, WORKER, 1, NULL, 1, 1024, 0, NULL,
        "Postgres for the AI workers: the role frontdesk_worker."),
    KEY(pg_connections, INT, BOTH, 0, "4", 1, 64, 0, NULL,
        "Connections to Postgres a process."),
    KEY(pg_timeout_ms, DURATION, BOTH, 0, "2000", 100, 60000, 1, NULL,
        "How long a query may wait and run, in milliseconds."),
    KEY(pg_queue, INT, BOTH, 0, "1024", 1, 65536, 0, NULL,
        "Queries of a process that may wait for a connection; more get 503."),

    KEY(segment_name, SHM, BOTH, 0, "/frontdesk", 2, 64, 0, NULL,
        "The shared memory between nginx and the workers, as under /dev/shm."),
    KEY(slots, INT, BOTH, 0, "256", 1, 16384, 0, NULL,
        "Calls this node can hold at once."),
    KEY(up_ring_bytes, BYTES, BOTH, 0, "73728", 8192, 16777216, 0, NULL,
        "A call's audio from the caller: 8 bytes a millisecond."),
    KEY(down_ring_bytes, BYTES, BOTH, 0, "8192", 4096, 16777216, 0, NULL,
        "A call's audio to the caller."),

    KEY(public_base_url, URL, BOTH, 1, NULL, 8, 256, 0, NULL,
        "How the carrier and browsers reach this server: scheme, host, port. "
        "Webhook signatures are checked against it."),
    KEY(cors_origins, STRING, NGINX, 0, "", 0, 2048, 0, NULL,
        "Origins besides our own whose pages may use the API, separated by "
        "blanks: https://desk.example.com."),
    KEY(node_name, STRING, BOTH, 0, "", 0, 64, 0, NULL,
        "This machine's name in call records; empty is the host name."),
    KEY(state_dir, PATH, BOTH, 0, "", 0, 256, 0, NULL,
        "Where what must outlive a process is kept: spool, mail."),
    KEY(log_level, CHOICE, WORKER, 0, "info", 0, 0, 0,
        "error|warn|info|debug",
        "What the workers log."),
    KEY(workers, INT, WORKER, 0, "0", 0, 128, 0, NULL,
        "AI worker processes; 0 is one a core."),

    KEY(mail_from, MAILBOX, WORKER, 0, "FrontDesk <frontdesk@localhost>", 3,
        256, 0, NULL,
        "Whose mails ours are, as \"Name <address>\"."),
    KEY(mail_dir, PATH, WORKER, 0, "", 0, 256, 0, NULL,
        "Where mails are put, a file each, while smtp_url is empty; empty is "
        "mail/ in state_dir."),
    KEY(smtp_url, SMTP, WORKER, 0, "", 0, 256, 0, NULL,
        "The server that takes our mails: smtp://host:587, or smtps://host:465 "
        "for TLS from the first byte."),
    KEY(smtp_starttls, BOOL, WORKER, 0, "on", 0, 1, 0, NULL,
        "Whether smtp:// must become TLS before anything is said. Without, "
        "mails and password can be read on the way."),
    KEY(smtp_user, STRING, WORKER, 0, "", 0, 256, 0, NULL,
        "The login there; empty is none."),
    KEY(smtp_password, SECRET, WORKER, 0, "", 0, 256, 0, NULL,
        "Its password."),
    KEY(smtp_ca_file, PATH, WORKER, 0, "", 0, 256, 0, NULL,
        "Certificates (PEM) of those who may vouch for that server; empty is "
        "whom the system trusts."),

    KEY(twilio_account_sid, STRING, BOTH, 1, NULL, 34, 34, 0, NULL,
        "The Twilio account whose calls are taken: AC and 32 hex digits."),
    KEY(twilio_auth_token, SECRET, BOTH, 1, NULL, 8, 128, 0, NULL,
        "Its auth token, the key of webhook signatures."),
    KEY(twilio_auth_token_previous, SECRET, NGINX, 0, "", 0, 128, 0, NULL,
        "The token before, accepted too while it is being changed."),

    KEY(jwt_secret, SECRET, NGINX, 1, NULL, 32, 512, 0, NULL,
        "Signs access tokens: at least 32 bytes."),
    KEY(call_token_secret, SECRET, NGINX, 1, NULL, 32, 512, 0, NULL,
        "Signs the tokens that admit a media stream: at least 32 bytes."),
    KEY(totp_keys, SECRET, NGINX, 0, "", 0, 512, 0, NULL,
        "Seal the secrets of second factors: a number, a colon and 32 bytes in "
        "base64, more keys behind commas. The first seals, all open. Empty: "
        "nobody can set up a second factor."),
    KEY(credential_keys, SECRET, WORKER, 0, "", 0, 512, 0, NULL,
        "Seal the keys that clients have of providers; written as totp_keys. "
        "Empty: no client can have any."),
    KEY(access_token_seconds, DURATION, NGINX, 0, "600", 60, 3600, 1000, NULL,
        "Life of an access token, in seconds."),
    KEY(refresh_token_days, DURATION, NGINX, 0, "14", 1, 90, 86400000, NULL,
        "Life of an unused login, in days."),
    KEY(call_token_seconds, DURATION, NGINX, 0, "30", 5, 300, 1000, NULL,
        "How long the carrier may take to open a call's stream, in seconds."),
    KEY(argon2_memory_kib, INT, NGINX, 0, "19456", 8192, 1048576, 0, NULL,
        "Memory of one password check, in KiB."),
    KEY(argon2_passes, INT, NGINX, 0, "2", 1, 16, 0, NULL,
        "Passes of one password check."),
    KEY(password_queue, INT, NGINX, 0, "32", 1, 1024, 0, NULL,
        "Password checks of a process under way; more get 429."),

    KEY(deepgram_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at Deepgram, separated by commas; "
        "requests are spread over them. Empty: only clients with a key of "
        "their own can use it."),
    KEY(deepgram_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(google_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at Google (speech), separated by "
        "commas; requests are spread over them. Empty: only clients with a "
        "key of their own can use it."),
    KEY(google_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(openai_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at OpenAI, separated by commas; "
        "requests are spread over them. Empty: only clients with a key of "
        "their own can use it."),
    KEY(openai_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(openrouter_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at OpenRouter, separated by commas;"
        " requests are spread over them. Empty: only clients with a key of "
        "their own can use it."),
    KEY(openrouter_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(groq_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at Groq, separated by commas; "
        "requests are spread over them. Empty: only clients with a key of "
        "their own can use it."),
    KEY(groq_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(anthropic_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at Anthropic, separated by commas; "
        "requests are spread over them. Empty: only clients with a key of "
        "their own can use it."),
    KEY(anthropic_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(cartesia_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at Cartesia, separated by commas; "
        "requests are spread over them. Empty: only clients with a key of "
        "their own can use it."),
    KEY(cartesia_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(elevenlabs_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at ElevenLabs, separated by commas;"
        " requests are spread over them. Empty: only clients with a key of "
        "their own can use it."),
    KEY(elevenlabs_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(bhashini_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the platform's account at Bhashini, separated by commas; "
        "requests are spread over them. Empty: only clients with a key of "
        "their own can use it."),
    KEY(bhashini_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where it is reached instead of its own address, as "
        "https://host/v1."),
    KEY(ollama_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where Ollama is reached, as http://localhost:11434/v1."),
    KEY(compatible_keys, SECRET, WORKER, 0, "", 0, 4096, 0, NULL,
        "Keys of the server below, if it wants any."),
    KEY(compatible_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "A server that speaks as OpenAI does: llama.cpp, vLLM, whisper.cpp,"
        " speaches. Agents name it openai_compatible."),
    KEY(provider_ca_file, PATH, WORKER, 0, "", 0, 256, 0, NULL,
        "Certificates (PEM) of those who may vouch for services outside, "
        "besides whom the system trusts."),

    KEY(otlp_url, URL, WORKER, 0, "", 0, 256, 0, NULL,
        "Where calls are told as traces of OpenTelemetry, as "
        "http://collector:4318/v1/traces; empty: nowhere."),
    KEY(otlp_header, SECRET, WORKER, 0, "", 0, 1024, 0, NULL,
        "What lets us in there, as \"Authorization: Bearer key\"."),

    KEY(acoustic_model, PATH, WORKER, 0,
        "/usr/share/pocketsphinx/model/en-us/en-us", 0, 256, 0, NULL,
        "Embedded recognition: the acoustic model's directory."),
    KEY(dictionary, PATH, WORKER, 0,
        "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict", 0, 256, 0,
        NULL,
        "Embedded recognition: the pronunciation dictionary."),
    KEY(language_model, PATH, WORKER, 0, "", 0, 256, 0, NULL,
        "Embedded recognition: the language model."),
    KEY(tts_voice, STRING, WORKER, 0, "slt", 1, 64, 0, NULL,
        "Embedded speech: the voice of agents that name none."),

    KEY(google_client_id, STRING, BOTH, 0, "", 0, 256, 0, NULL,
        "Sign-in with Google: the OAuth client, as in the console there. Its "
        "redirect URI is /api/auth/google/callback behind public_base_url. "
        "Empty: nobody signs in so."),
    KEY(google_client_secret, SECRET, WORKER, 0, "", 0, 256, 0, NULL,
        "Its secret, which nginx never has."),
    KEY(google_base_url, SERVICE, BOTH, 0, "", 0, 256, 0, NULL,
        "Another server in place of Google's, for tests; empty is Google."),
};

const size_t desk_conf_nkeys = sizeof(desk_conf_keys)
                               / sizeof(desk_conf_keys[0]);

_Static_assert(sizeof(desk_conf_keys) / sizeof(desk_conf_keys[0])
                   <= DESK_CONF_KEYS_MAX,
               "more settings than a load keeps lines of");

int
desk_conf_load(desk_conf_t *conf, const char *file, unsigned side,
               char error[DESK_CONF_ERROR_BYTES])
{
    int                rc;
    unsigned           lines[DESK_CONF_KEYS_MAX] = { 0 };
    desk_conf_t        fresh = { 0 };
    desk_conf_source_t source = { .file = file, .error = error };

    error[0] = '\0';

    rc = desk_conf_defaults(&fresh);
    if (rc < 0) {
        desk_conf_fail(&source, rc, "out of memory");
        goto failed;
    }

    if (file != NULL) {
        rc = desk_conf_read(&fresh, side, lines, &source);
        if (rc < 0) {
            goto failed;
        }
    }

    rc = desk_conf_environment(&fresh, side, &source);
    if (rc < 0) {
        goto failed;
    }

    rc = desk_conf_finish(&fresh, side, &source);
    if (rc < 0) {
        goto failed;
    }

    *conf = fresh;
    return 0;

failed:
    desk_conf_free(&fresh);
    return rc;
}

static int
desk_conf_is_number(const desk_conf_key_t *key)
{
    return key->type == DESK_CONF_INT || key->type == DESK_CONF_BOOL
           || key->type == DESK_CONF_DURATION || key->type == DESK_CONF_BYTES;
}

static char **
desk_conf_string_at(desk_conf_t *conf, const desk_conf_key_t *key)
{
    return (char **) ((char *) conf + key->offset);
}

static int64_t *
desk_conf_number_at(desk_conf_t *conf, const desk_conf_key_t *key)
{
    return (int64_t *) ((char *) conf + key->offset);
}

void
desk_conf_free(desk_conf_t *conf)
{
    for (size_t i = 0; i < desk_conf_nkeys; i++) {
        const desk_conf_key_t *key = &desk_conf_keys[i];
        char                 **text;

        if (desk_conf_is_number(key)) {
            continue;
        }

        text = desk_conf_string_at(conf, key);
        if (*text != NULL && key->type == DESK_CONF_SECRET) {
            explicit_bzero(*text, strlen(*text));
        }

        free(*text);
        *text = NULL;
    }
}

static int
desk_conf_fail(const desk_conf_source_t *source, int rc, const char *format,
               ...)
{
    int     n;
    char   *p;
    va_list args;

    /* However long the path is, there is room for the reason. */
    if (source->line != 0) {
        n = snprintf(source->error, DESK_CONF_ERROR_BYTES, "%.300s:%u: ",
                     source->file, source->line);
    } else {
        n = snprintf(source->error, DESK_CONF_ERROR_BYTES, "%.300s: ",
                     source->file != NULL ? source->file : "environment");
    }

    va_start(args, format);
    vsnprintf(source->error + n, DESK_CONF_ERROR_BYTES - (size_t) n, format,
              args);
    va_end(args);

    /* What it quotes of the file goes to a terminal and to logs. */
    for (p = source->error; *p != '\0'; p++) {
        if (iscntrl((unsigned char) *p)) {
            *p = '?';
        }
    }

    return rc;
}

static int
desk_conf_defaults(desk_conf_t *conf)
{
    char               error[DESK_CONF_ERROR_BYTES];
    desk_conf_source_t source = { .file = "defaults", .error = error };

    for (size_t i = 0; i < desk_conf_nkeys; i++) {
        const desk_conf_key_t *key = &desk_conf_keys[i];

        if (!desk_conf_is_number(key)) {
            *desk_conf_string_at(conf, key) = strdup(
                key->initial != NULL ? key->initial : "");
            if (*desk_conf_string_at(conf, key) == NULL) {
                return -ENOMEM;
            }
            continue;
        }

        if (desk_conf_number(desk_conf_number_at(conf, key), key, &source,
                             key->initial)
            < 0)
        {
            return -EINVAL;
        }
    }

    return 0;
}

static int
desk_conf_read(desk_conf_t *conf, unsigned side, unsigned *lines,
               desk_conf_source_t *source)
{
    int         rc = 0;
    FILE       *in;
    char        text[DESK_CONF_LINE_BYTES + 2];
    size_t      len;
    struct stat st;

    in = fopen(source->file, "re");
    if (in == NULL) {
        return desk_conf_fail(source, -errno, "%s", strerror(errno));
    }

    if (fstat(fileno(in), &st) == 0) {
        source->exposed = (st.st_mode & (S_IROTH | S_IWOTH)) != 0;
    }

    while (rc == 0
           && (len = desk_conf_next_line(in, text, sizeof(text))) > 0)
    {
        source->line++;
        rc = strlen(text) < len
                 ? desk_conf_fail(source, -EINVAL, "holds a NUL byte")
                 : desk_conf_line(conf, side, lines, source, text);
    }

    if (rc == 0 && ferror(in)) {
        rc = desk_conf_fail(source, -EIO, "cannot be read");
    }

    explicit_bzero(text, sizeof(text));
    fclose(in);
    source->line = 0;

    return rc;
}

/* As fgets() does, but what comes behind a NUL byte is not overlooked. */
static size_t
desk_conf_next_line(FILE *in, char *text, size_t room)
{
    int    c = 0;
    size_t len = 0;

    while (len < room - 1 && c != '\n' && (c = getc(in)) != EOF) {
        text[len++] = (char) c;
    }

    text[len] = '\0';

    return len;
}

static char *
desk_conf_trim(char *text)
{
    size_t n;

    text += strspn(text, " \t");

    n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL) {
        text[--n] = '\0';
    }

    return text;
}

static const desk_conf_key_t *
desk_conf_find(const char *name)
{
    for (size_t i = 0; i < desk_conf_nkeys; i++) {
        if (strcmp(desk_conf_keys[i].name, name) == 0) {
            return &desk_conf_keys[i];
        }
    }

    return NULL;
}

static int
desk_conf_line(desk_conf_t *conf, unsigned side, unsigned *lines,
               desk_conf_source_t *source, char *text)
{
    char                  *name, *value, *equals;
    size_t                 len, index;
    const desk_conf_key_t *key;

    len = strlen(text);
    if (len > DESK_CONF_LINE_BYTES) {
        return desk_conf_fail(source, -EINVAL, "longer than %d bytes",
                              DESK_CONF_LINE_BYTES);
    }

    name = desk_conf_trim(text);
    if (name[0] == '\0' || name[0] == '#') {
        return 0;
    }

    equals = strchr(name, '=');
    if (equals == NULL) {
        return desk_conf_fail(source, -EINVAL, "no \"=\": key = value");
    }

    *equals = '\0';
    name = desk_conf_trim(name);

    key = desk_conf_find(name);
    if (key == NULL) {
        return desk_conf_fail(source, -EINVAL, "unknown key \"%.64s\"", name);
    }

    index = (size_t) (key - desk_conf_keys);
    if (lines[index] != 0) {
        return desk_conf_fail(source, -EINVAL, "%s is set in line %u already",
                              name, lines[index]);
    }

    lines[index] = source->line;

    if (desk_conf_value(&value, equals + 1) < 0) {
        return desk_conf_fail(source, -EINVAL, "%s: the quote is not closed",
                              name);
    }

    if (key->type == DESK_CONF_SECRET && value[0] != '\0' && source->exposed) {
        return desk_conf_fail(source, -EPERM,
                              "%s is a secret, but others may read this file; "
                              "chmod o-rwx it",
                              name);
    }

    if ((key->sides & side) == 0) {
        return 0;
    }

    return desk_conf_set(conf, key, source, value);
}

/* Up to a comment; in quotes for what holds one, or blanks at its ends. */
static int
desk_conf_value(char **value, char *text)
{
    char *end;

    text = desk_conf_trim(text);

    if (text[0] == '"') {
        end = strchr(text + 1, '"');
        if (end == NULL) {
            return -EINVAL;
        }

        *end++ = '\0';
        end += strspn(end, " \t");
        if (*end != '\0' && *end != '#') {
            return -EINVAL;
        }

        *value = text + 1;
        return 0;
    }

    if (text[0] == '#') {
        text[0] = '\0';
    }

    for (end = text; *end != '\0'; end++) {
        if (*end == '#' && end > text && strchr(" \t", end[-1]) != NULL) {
            *end = '\0';
            break;
        }
    }

    *value = desk_conf_trim(text);
    return 0;
}

static int
desk_conf_environment(desk_conf_t *conf, unsigned side,
                      desk_conf_source_t *source)
{
    int                rc;
    desk_conf_source_t here = { .file = NULL, .error = source->error };

    for (size_t i = 0; i < desk_conf_nkeys; i++) {
        char                   name[64];
        const char            *value;
        const desk_conf_key_t *key = &desk_conf_keys[i];

        snprintf(name, sizeof(name), DESK_CONF_ENV_PREFIX "%s", key->name);
        for (char *p = name; *p != '\0'; p++) {
            *p = (char) toupper((unsigned char) *p);
        }

        value = getenv(name);
        if (value == NULL || (key->sides & side) == 0) {
            continue;
        }

        here.file = name;
        rc = desk_conf_set(conf, key, &here, value);
        if (rc < 0) {
            return rc;
        }
    }

    return 0;
}

static int
desk_conf_finish(desk_conf_t *conf, unsigned side, desk_conf_source_t *source)
{
    char name[65] = "";

    for (size_t i = 0; i < desk_conf_nkeys; i++) {
        const desk_conf_key_t *key = &desk_conf_keys[i];

        if (key->required && (key->sides & side) != 0
            && (*desk_conf_string_at(conf, key))[0] == '\0')
        {
            return desk_conf_fail(source, -EINVAL, "%s is not set", key->name);
        }
    }

    if ((side & DESK_CONF_WORKER) != 0 && conf->google_client_id[0] != '\0'
        && conf->google_client_secret[0] == '\0')
    {
        return desk_conf_fail(source, -EINVAL,
                              "google_client_secret is not set");
    }

    if (conf->node_name[0] != '\0') {
        return 0;
    }

    if (gethostname(name, sizeof(name) - 1) < 0 || name[0] == '\0') {
        strcpy(name, "localhost");
    }

    return desk_conf_set(conf, desk_conf_find("node_name"), source, name);
}

static int
desk_conf_set(desk_conf_t *conf, const desk_conf_key_t *key,
              const desk_conf_source_t *source, const char *value)
{
    int    rc;
    char  *copy, **text;
    size_t len;

    if (desk_conf_is_number(key)) {
        return desk_conf_number(desk_conf_number_at(conf, key), key, source,
                                value);
    }

    rc = desk_conf_text(key, source, value);
    if (rc < 0) {
        return rc;
    }

    copy = strdup(value);
    if (copy == NULL) {
        return desk_conf_fail(source, -ENOMEM, "out of memory");
    }

    len = strlen(copy);
    while ((key->type == DESK_CONF_URL || key->type == DESK_CONF_SERVICE)
           && len > 0 && copy[len - 1] == '/')
    {
        copy[--len] = '\0';
    }

    text = desk_conf_string_at(conf, key);
    free(*text);
    *text = copy;

    return 0;
}

/* What an address of that type begins with; NULL: it is none. */
static const char *const *
desk_conf_schemes(const desk_conf_key_t *key)
{
    static const char *const web[] = { "http://", "https://" };
    static const char *const mail[] = { "smtp://", "smtps://" };

    return key->type == DESK_CONF_URL       ? web
           : key->type == DESK_CONF_SERVICE ? web
           : key->type == DESK_CONF_SMTP    ? mail
                                            : NULL;
}

static int
desk_conf_is_url(const char *const schemes[2], const char *value)
{
    const char *p, *signs;

    if (strncmp(value, schemes[1], strlen(schemes[1])) == 0) {
        p = value + strlen(schemes[1]);
    } else if (strncmp(value, schemes[0], strlen(schemes[0])) == 0) {
        p = value + strlen(schemes[0]);
    } else {
        return 0;
    }

    if (!isalnum((unsigned char) p[0]) && p[0] != '[') {
        return 0;
    }

    /* Mail has no paths. */
    signs = "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            ".-_:[]";
    signs += schemes[0][0] == 's';

    return p[strspn(p, signs)] == '\0';
}

/* What goes there can be read on the way, unless there is no way. */
static int
desk_conf_is_private(const char *url)
{
    static const char *const here[] = { "http://127.0.0.1", "http://localhost",
                                        "http://[::1]" };

    for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
        size_t len = strlen(here[i]);

        if (strncmp(url, here[i], len) == 0
            && strchr(":/", url[len]) != NULL) /* or its end */
        {
            return 1;
        }
    }

    return strncmp(url, "https://", strlen("https://")) == 0;
}

/* name@host in ASCII, alone or behind a name as <name@host>. */
static int
desk_conf_is_mailbox(const char *value)
{
    size_t      local, host;
    const char *open = strchr(value, '<');
    const char *p = open != NULL ? open + 1 : value;

    local = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                      "0123456789.!#$%&'*+/=?^_`{|}~-");
    if (local == 0 || local > 64 || p[local] != '@') {
        return 0;
    }

    p += local + 1;
    host = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     "0123456789.-");

    return isalnum((unsigned char) p[0])
           && isalnum((unsigned char) p[host - 1])
           && strcmp(p + host, open != NULL ? ">" : "") == 0;
}

static int
desk_conf_is_choice(const char *choices, const char *value)
{
    size_t len = strlen(value);

    while (len > 0) {
        if (strncmp(choices, value, len) == 0
            && (choices[len] == '|' || choices[len] == '\0'))
        {
            return 1;
        }

        choices = strchr(choices, '|');
        if (choices == NULL) {
            break;
        }
        choices++;
    }

    return 0;
}

static int
desk_conf_text(const desk_conf_key_t *key, const desk_conf_source_t *source,
               const char *value)
{
    size_t             len = strlen(value);
    const char *const *schemes;

    if (key->type == DESK_CONF_CHOICE) {
        return desk_conf_is_choice(key->choices, value)
                   ? 0
                   : desk_conf_fail(source, -EINVAL, "%s is one of %s",
                                    key->name, key->choices);
    }

    if (len < (size_t) key->min || len > (size_t) key->max) {
        return desk_conf_fail(source, -EINVAL,
                              "%s has %zu bytes, it must have %lld to %lld",
                              key->name, len, (long long) key->min,
                              (long long) key->max);
    }

    for (size_t i = 0; i < len; i++) {
        if (iscntrl((unsigned char) value[i])) {
            return desk_conf_fail(source, -EINVAL,
                                  "%s holds a control character", key->name);
        }
    }

    schemes = desk_conf_schemes(key);
    if (schemes != NULL && len > 0 && !desk_conf_is_url(schemes, value)) {
        return desk_conf_fail(source, -EINVAL,
                              "%s must be %s or %s, a host and perhaps a port",
                              key->name, schemes[0], schemes[1]);
    }

    if (key->type == DESK_CONF_SERVICE && len > 0
        && !desk_conf_is_private(value))
    {
        return desk_conf_fail(source, -EINVAL,
                              "%s must be https://; http:// is for this "
                              "machine alone",
                              key->name);
    }

    if (key->type == DESK_CONF_MAILBOX && !desk_conf_is_mailbox(value)) {
        return desk_conf_fail(source, -EINVAL,
                              "%s must be an address or Name <address>",
                              key->name);
    }

    if (key->type == DESK_CONF_PATH && len > 0 && value[0] != '/') {
        return desk_conf_fail(source, -EINVAL, "%s must be an absolute path",
                              key->name);
    }

    if (key->type == DESK_CONF_SHM
        && (value[0] != '/' || strchr(value + 1, '/') != NULL))
    {
        return desk_conf_fail(source, -EINVAL,
                              "%s must be a slash and a name", key->name);
    }

    return 0;
}

/* What a suffix multiplies by; 0: there is no such suffix. */
static int64_t
desk_conf_suffix(const desk_conf_key_t *key, const char *suffix)
{
    static const struct {
        const char      *name;
        desk_conf_type_e type;
        int64_t          factor;
    } suffixes[] = {
        { "ms", DESK_CONF_DURATION, 1 },
        { "s", DESK_CONF_DURATION, 1000 },
        { "m", DESK_CONF_DURATION, 60000 },
        { "h", DESK_CONF_DURATION, 3600000 },
        { "d", DESK_CONF_DURATION, 86400000 },
        { "k", DESK_CONF_BYTES, 1024 },
        { "m", DESK_CONF_BYTES, 1048576 },
        { "g", DESK_CONF_BYTES, 1073741824 },
    };

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (suffixes[i].type == key->type
            && strcasecmp(suffixes[i].name, suffix) == 0)
        {
            return suffixes[i].factor;
        }
    }

    return 0;
}

static int
desk_conf_bool(int64_t *out, const char *value)
{
    static const char *const on[] = { "on", "true", "yes", "1" };
    static const char *const off[] = { "off", "false", "no", "0" };

    for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
        if (strcmp(value, on[i]) == 0) {
            *out = 1;
            return 0;
        }

        if (strcmp(value, off[i]) == 0) {
            *out = 0;
            return 0;
        }
    }

    return -EINVAL;
}

static int
desk_conf_number(int64_t *out, const desk_conf_key_t *key,
                 const desk_conf_source_t *source, const char *value)
{
    char     *end;
    int64_t   factor;
    long long number;

    if (key->type == DESK_CONF_BOOL) {
        return desk_conf_bool(out, value) == 0
                   ? 0
                   : desk_conf_fail(source, -EINVAL, "%s is on or off",
                                    key->name);
    }

    if (!isdigit((unsigned char) value[0])) {
        return desk_conf_fail(source, -EINVAL, "%s must be a number",
                              key->name);
    }

    errno = 0;
    number = strtoll(value, &end, 10);
    if (errno != 0) {
        goto out_of_bounds;
    }

    if (*end != '\0') {
        factor = desk_conf_suffix(key, end);
        if (factor == 0) {
            return desk_conf_fail(source, -EINVAL,
                                  "%s: \"%.16s\" is not a number%s", key->name,
                                  value,
                                  key->type == DESK_CONF_DURATION
                                      ? " with ms, s, m, h or d"
                                  : key->type == DESK_CONF_BYTES
                                      ? " with k, m or g"
                                      : "");
        }

        if (__builtin_mul_overflow(number, factor, &number)) {
            goto out_of_bounds;
        }

        if (key->type == DESK_CONF_DURATION) {
            if (number % key->unit_ms != 0) {
                goto out_of_bounds;
            }
            number /= key->unit_ms;
        }
    }

    if (number < key->min || number > key->max) {
        goto out_of_bounds;
    }

    if (key->type == DESK_CONF_BYTES && number % DESK_CONF_PAGE_BYTES != 0) {
        return desk_conf_fail(source, -EINVAL, "%s must be a multiple of %d",
                              key->name, DESK_CONF_PAGE_BYTES);
    }

    *out = number;
    return 0;

out_of_bounds:
    return desk_conf_fail(source, -ERANGE, "%s must be %lld to %lld",
                          key->name, (long long) key->min,
                          (long long) key->max);
}
