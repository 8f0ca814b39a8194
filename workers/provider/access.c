/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stddef.h>
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

static const access_row_t *access_find(const char *provider);
static const char *access_setting(const desk_conf_t *conf, size_t offset);

int
provider_is_inside(const char *provider)
{
    const access_row_t *row = access_find(provider);

    return row != NULL && row->url == NOWHERE;
}

int
provider_access(provider_access_t *access, const desk_conf_t *conf,
                const char *provider, const char *own_key)
{
    const access_row_t *row = access_find(provider);

    if (row == NULL) {
        return -ENOENT;
    }

    access->base_url = access_setting(conf, row->url);
    access->trusted = access->base_url[0] != '\0';
    access->key = own_key != NULL ? own_key : access_setting(conf, row->keys);

    if ((row->placeless && access->base_url[0] == '\0')
        || (!row->keyless && access->key[0] == '\0'))
    {
        return -EACCES;
    }

    return 0;
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
