/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shm/desk_conf.h"
#include "tests/fuzz/fuzz.h"

/*
 * Whatever stands in the settings file: it is taken, and then every value is
 * as the table of settings says and written down again reads the same; or it
 * is refused with file, line and reason.
 *
 * Input: a byte (bits 0-1: who reads it; 2: others may read the file; 3: the
 * settings that must be there stand before), then the file.
 */

#define SECRET "0123456789abcdef0123456789abcdef"

static const char complete[] =
    "api_database_url = postgresql://a@/x\n"
    "worker_database_url = postgresql://w@/x\n"
    "public_base_url = https://desk.example.com/\n"
    "twilio_account_sid = AC00000000000000000000000000000001\n"
    "twilio_auth_token = 3f1c9d2a7b6e48f0\n"
    "jwt_secret = " SECRET "\n"
    "call_token_secret = \"" SECRET "\"\n";

static int  file = -1;
static char path[64];

static int  is_number(const desk_conf_key_t *key);
static void write_file(const void *text, size_t bytes, unsigned whole,
                       unsigned exposed);
static void check_values(const desk_conf_t *conf, unsigned side);
static void check_refusal(const char *error, unsigned lines);
static void check_again(const desk_conf_t *conf, unsigned side);
static void write_down(FILE *out, const desk_conf_t *conf, unsigned side);

static const char *
text_of(const desk_conf_t *conf, const desk_conf_key_t *key)
{
    return *(const char *const *) ((const char *) conf + key->offset);
}

static int64_t
number_of(const desk_conf_t *conf, const desk_conf_key_t *key)
{
    return *(const int64_t *) ((const char *) conf + key->offset);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;

    (void) clearenv();
    file = memfd_create("settings", MFD_CLOEXEC);
    FUZZ_CHECK(file >= 0);
    (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", file);

    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    int          rc;
    char         error[DESK_CONF_ERROR_BYTES];
    size_t       i;
    unsigned     side, whole, choices, lines = 2;
    desk_conf_t  conf;
    fuzz_input_t in = { input, bytes };

    choices = (unsigned) fuzz_take(&in, 1);
    side = choices % 4 == 0 ? DESK_CONF_BOTH : choices % 4;
    whole = choices & 8;

    write_file(in.at, in.bytes, whole, choices & 4);
    memset(&conf, 0, sizeof(conf));
    memset(error, 'x', sizeof(error));
    rc = desk_conf_load(&conf, path, side, error);
    FUZZ_CHECK(memchr(error, '\0', sizeof(error)) != NULL);

    for (i = 0; i < in.bytes; i++) {
        lines += in.at[i] == '\n';
    }

    if (rc < 0) {
        check_refusal(error, whole ? lines + 7 : lines);
        return 0;
    }

    FUZZ_CHECK(rc == 0 && error[0] == '\0');
    FUZZ_CHECK(in.bytes == 0 || memchr(in.at, '\0', in.bytes) == NULL);
    check_values(&conf, side);
    check_again(&conf, side);
    desk_conf_free(&conf);

    return 0;
}

static int
is_number(const desk_conf_key_t *key)
{
    return key->type == DESK_CONF_INT || key->type == DESK_CONF_BOOL
           || key->type == DESK_CONF_DURATION || key->type == DESK_CONF_BYTES;
}

static void
write_file(const void *text, size_t bytes, unsigned whole, unsigned exposed)
{
    size_t at = whole ? sizeof(complete) - 1 : 0;

    FUZZ_CHECK(ftruncate(file, 0) == 0);
    FUZZ_CHECK(pwrite(file, complete, at, 0) == (ssize_t) at);
    FUZZ_CHECK(bytes == 0
               || pwrite(file, text, bytes, (off_t) at) == (ssize_t) bytes);
    FUZZ_CHECK(fchmod(file, exposed ? 0644 : 0640) == 0);
}

static void
check_values(const desk_conf_t *conf, unsigned side)
{
    size_t                 i, j, len;
    int64_t                number;
    const char            *text;
    const desk_conf_key_t *key;

    for (i = 0; i < desk_conf_nkeys; i++) {
        key = &desk_conf_keys[i];

        if (is_number(key)) {
            number = number_of(conf, key);
            FUZZ_CHECK(number >= key->min && number <= key->max);

            /* Bytes are those of rings: desk_segment_attach() wants pages. */
            FUZZ_CHECK(key->type != DESK_CONF_BYTES || number % 4096 == 0);
            continue;
        }

        text = text_of(conf, key);
        FUZZ_CHECK(text != NULL);
        len = strlen(text);
        FUZZ_CHECK(!key->required || (key->sides & side) == 0 || len > 0);

        if (len == 0 || key->type == DESK_CONF_CHOICE) {
            continue;
        }

        FUZZ_CHECK(len <= (size_t) key->max);
        for (j = 0; j < len; j++) {
            FUZZ_CHECK(!iscntrl((unsigned char) text[j]));
        }

        FUZZ_CHECK(key->type != DESK_CONF_PATH || text[0] == '/');
        FUZZ_CHECK(key->type != DESK_CONF_URL || text[len - 1] != '/');
        FUZZ_CHECK(key->type != DESK_CONF_SMTP
                   || strncmp(text, "smtp", 4) == 0);
        FUZZ_CHECK(key->type != DESK_CONF_MAILBOX || strchr(text, '@') != NULL);
        FUZZ_CHECK(key->type != DESK_CONF_SHM
                   || (text[0] == '/' && strchr(text + 1, '/') == NULL));
    }
}

static void
check_refusal(const char *error, unsigned lines)
{
    char         *end;
    size_t        len = strlen(path);
    unsigned long line;
    const char   *reason, *p;

    FUZZ_CHECK(strncmp(error, path, len) == 0 && error[len] == ':');
    reason = error + len + 1;

    if (isdigit((unsigned char) *reason)) {
        line = strtoul(reason, &end, 10);
        FUZZ_CHECK(line >= 1 && line <= lines && *end == ':');
        reason = end + 1;
    } else {
        /* Only what is missing has no line. */
        FUZZ_CHECK(strstr(reason, "is not set") != NULL);
    }

    FUZZ_CHECK(reason[0] == ' ' && reason[1] != '\0');

    /* It goes to a terminal and to logs. */
    for (p = error; *p != '\0'; p++) {
        FUZZ_CHECK(!iscntrl((unsigned char) *p));
    }
}

/* What was understood, written down, is understood the same way. */
static void
check_again(const desk_conf_t *conf, unsigned side)
{
    int                    rc;
    char                  *text = NULL, error[DESK_CONF_ERROR_BYTES];
    FILE                  *out;
    size_t                 i, bytes = 0;
    desk_conf_t            again;
    const desk_conf_key_t *key;

    for (i = 0; i < desk_conf_nkeys; i++) {
        key = &desk_conf_keys[i];
        if (!is_number(key) && strchr(text_of(conf, key), '"') != NULL) {
            return; /* there is no way to quote it */
        }
    }

    out = open_memstream(&text, &bytes);
    FUZZ_CHECK(out != NULL);
    write_down(out, conf, side);
    (void) fclose(out);

    write_file(text, bytes, 0, 0);
    rc = desk_conf_load(&again, path, side, error);
    if (rc < 0) {
        (void) fprintf(stderr, "%s\n%s\n", error, text);
    }

    FUZZ_CHECK(rc == 0);

    for (i = 0; i < desk_conf_nkeys; i++) {
        key = &desk_conf_keys[i];
        if (is_number(key)) {
            FUZZ_CHECK(number_of(conf, key) == number_of(&again, key));
        } else {
            FUZZ_CHECK(strcmp(text_of(conf, key), text_of(&again, key)) == 0);
        }
    }

    desk_conf_free(&again);
    free(text);
}

static void
write_down(FILE *out, const desk_conf_t *conf, unsigned side)
{
    size_t                 i;
    const desk_conf_key_t *key;

    for (i = 0; i < desk_conf_nkeys; i++) {
        key = &desk_conf_keys[i];

        if ((key->sides & side) == 0) {
            continue;
        }

        if (is_number(key)) {
            (void) fprintf(out, "%s = %lld\n", key->name,
                           (long long) number_of(conf, key));
        } else {
            (void) fprintf(out, "%s = \"%s\"\n", key->name,
                           text_of(conf, key));
        }
    }
}
