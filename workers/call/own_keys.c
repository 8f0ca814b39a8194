/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "call/own_keys.h"

#define SEALED_MAX 8192 /* bytes; a key has 4,000 at most */

static int own_key_read(own_key_t *key, const cJSON *row,
                        const char *client_id, const desk_keyring_t *ring);
static int own_key_name(char *name, size_t room, const cJSON *row,
                        const char *member);

unsigned
own_keys_read(own_keys_t *own, const cJSON *credentials,
              const char *client_id, const desk_keyring_t *ring)
{
    unsigned     closed = 0;
    const cJSON *row;

    memset(own, 0, sizeof(*own));

    cJSON_ArrayForEach(row, credentials)
    {
        if (own->count < OWN_KEYS_MAX
            && own_key_read(&own->keys[own->count], row, client_id, ring) == 0)
        {
            own->count++;
        } else {
            closed++;
        }
    }

    return closed;
}

const char *
own_keys_find(const own_keys_t *own, const char *kind, const char *provider)
{
    size_t i;

    for (i = 0; i < own->count; i++) {
        if (strcmp(own->keys[i].kind, kind) == 0
            && strcmp(own->keys[i].provider, provider) == 0)
        {
            return own->keys[i].key;
        }
    }

    return NULL;
}

void
own_keys_clear(own_keys_t *own)
{
    size_t i;

    for (i = 0; i < own->count; i++) {
        OPENSSL_cleanse(own->keys[i].key, strlen(own->keys[i].key));
        free(own->keys[i].key);
    }

    memset(own, 0, sizeof(*own));
}

static int
own_key_read(own_key_t *key, const cJSON *row, const char *client_id,
             const desk_keyring_t *ring)
{
    char         place_row[DESK_SEAL_PLACE];
    size_t       sealed, length = 0;
    uint8_t      bytes[SEALED_MAX];
    const cJSON *hex = cJSON_GetObjectItemCaseSensitive(row, "sealed");
    desk_place_t place;

    if (!cJSON_IsString(hex)
        || own_key_name(key->kind, sizeof(key->kind), row, "kind") < 0
        || own_key_name(key->provider, sizeof(key->provider), row, "provider")
               < 0)
    {
        return -1;
    }

    sealed = desk_seal_read(bytes, sizeof(bytes), hex->valuestring);
    if (sealed <= DESK_SEAL_MORE
        || (size_t) snprintf(place_row, sizeof(place_row), "%s/%s", client_id,
                             key->kind)
               >= sizeof(place_row)
        || desk_place(&place, "provider_credentials", place_row, "ciphertext")
               < 0)
    {
        return -1;
    }

    key->key = calloc(1, sealed - DESK_SEAL_MORE + 1);
    if (key->key == NULL) {
        return -1;
    }

    if (desk_unseal((uint8_t *) key->key, &length, bytes, sealed, &place, ring)
            < 0
        || strlen(key->key) != length)
    {
        OPENSSL_cleanse(key->key, sealed - DESK_SEAL_MORE);
        free(key->key);
        key->key = NULL;
        return -1;
    }

    return 0;
}

static int
own_key_name(char *name, size_t room, const cJSON *row, const char *member)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, member);

    if (!cJSON_IsString(item) || strlen(item->valuestring) >= room) {
        return -1;
    }

    strcpy(name, item->valuestring);

    return 0;
}
