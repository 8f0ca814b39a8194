/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "provider/access.h"

#define NOWHERE SIZE_MAX

/* Where the settings have what is needed. */
typedef struct {
    const char *provider;
    size_t      keys;
    size_t      url;
    unsigned    keyless:1;   /* it may want none */
    unsigned    placeless:1; /* it has no address of its own */
} access_row_t;

#define AT(field) offsetof(desk_conf_t, field)

/* clang-format off */
static const access_row_t access_rows[] = {
    { "pocketsphinx",      NOWHERE,             NOWHERE,            1, 0 },
    { "builtin",           NOWHERE,             NOWHERE,            1, 0 },
    { "flite",             NOWHERE,             NOWHERE,            1, 0 },
    { "deepgram",          AT(deepgram_keys),   AT(deepgram_url),   0, 0 },
    { "deepgram_flux",     AT(deepgram_keys),   AT(deepgram_url),   0, 0 },
    { "google",            AT(google_keys),     AT(google_url),     0, 0 },
    { "openai",            AT(openai_keys),     AT(openai_url),     0, 0 },
    { "openai_realtime",   AT(openai_keys),     AT(openai_url),     0, 0 },
    { "openrouter",        AT(openrouter_keys), AT(openrouter_url), 0, 0 },
    { "groq",              AT(groq_keys),       AT(groq_url),       0, 0 },
    { "anthropic",         AT(anthropic_keys),  AT(anthropic_url),  0, 0 },
    { "cartesia",          AT(cartesia_keys),   AT(cartesia_url),   0, 0 },
    { "elevenlabs",        AT(elevenlabs_keys), AT(elevenlabs_url), 0, 0 },
    { "bhashini",          AT(bhashini_keys),   AT(bhashini_url),   0, 0 },
    { "ollama",            NOWHERE,             AT(ollama_url),     1, 1 },
    { "openai_compatible", AT(compatible_keys), AT(compatible_url), 1, 1 },
};
/* clang-format on */

#define ACCESS_ROWS (sizeof(access_rows) / sizeof(access_rows[0]))

struct access_keys_s {
    keys_t *rings[ACCESS_ROWS]; /* NULL: no key, or a row before has them */
};

static keys_t *access_ring(const access_keys_t *keys, size_t offset);
static const access_row_t *access_find(const char *provider);
static const char *access_setting(const desk_conf_t *conf, size_t offset);

int
access_keys_create(access_keys_t **kp, net_host_t *host,
                   const desk_conf_t *conf, const char **setting)
{
    int            rc;
    size_t         i;
    const char    *list;
    access_keys_t *keys;

    keys = calloc(1, sizeof(access_keys_t));
    if (keys == NULL) {
        return -ENOMEM;
    }

    for (i = 0; i < ACCESS_ROWS; i++) {
        list = access_setting(conf, access_rows[i].keys);

        if (list[0] == '\0'
            || access_ring(keys, access_rows[i].keys) != NULL)
        {
            continue;
        }

        rc = keys_create(&keys->rings[i], host, access_rows[i].provider,
                         list);
        if (rc < 0) {
            *setting = access_rows[i].provider;
            access_keys_destroy(keys);
            return rc;
        }
    }

    *kp = keys;
    return 0;
}

void
access_keys_destroy(access_keys_t *keys)
{
    size_t i;

    if (keys == NULL) {
        return;
    }

    for (i = 0; i < ACCESS_ROWS; i++) {
        if (keys->rings[i] != NULL) {
            keys_destroy(keys->rings[i]);
        }
    }

    free(keys);
}

int
provider_is_inside(const char *provider)
{
    const access_row_t *row = access_find(provider);

    return row != NULL && row->url == NOWHERE;
}

int
provider_access(provider_access_t *access, const desk_conf_t *conf,
                access_keys_t *keys, const char *provider,
                const char *own_key)
{
    keys_t             *ring;
    const access_row_t *row = access_find(provider);

    if (row == NULL) {
        return -ENOENT;
    }

    access->base_url = access_setting(conf, row->url);
    access->trusted = access->base_url[0] != '\0';
    access->key = own_key != NULL ? own_key : "";
    access->lender = NULL;

    if (row->placeless && access->base_url[0] == '\0') {
        return -EACCES;
    }

    if (own_key != NULL) {
        return 0;
    }

    ring = access_ring(keys, row->keys);
    if (ring == NULL) {
        return row->keyless ? 0 : -EACCES;
    }

    access->key = keys_take(ring, &access->loan);
    if (access->key == NULL) {
        access->key = "";
        return -EBUSY;
    }

    access->lender = ring;

    return 0;
}

void
provider_access_end(provider_access_t *access, const fault_t *fault)
{
    if (access->lender != NULL) {
        keys_give(access->lender, access->loan, fault);
        access->lender = NULL;
    }
}

/* Of the setting at that place. */
static keys_t *
access_ring(const access_keys_t *keys, size_t offset)
{
    size_t i;

    for (i = 0; i < ACCESS_ROWS && keys != NULL && offset != NOWHERE; i++) {
        if (access_rows[i].keys == offset && keys->rings[i] != NULL) {
            return keys->rings[i];
        }
    }

    return NULL;
}

static const access_row_t *
access_find(const char *provider)
{
    size_t i;

    for (i = 0; i < sizeof(access_rows) / sizeof(access_rows[0]); i++) {
        if (strcmp(access_rows[i].provider, provider) == 0) {
            return &access_rows[i];
        }
    }

    return NULL;
}

static const char *
access_setting(const desk_conf_t *conf, size_t offset)
{
    const char *value;

    if (offset == NOWHERE) {
        return "";
    }

    value = *(const char *const *) ((const char *) conf + offset);

    return value != NULL ? value : "";
}
