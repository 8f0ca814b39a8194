/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <openssl/crypto.h>

#include "rpc_seal.h"

#define KEY_MAX 4000
#define SHOWN 4     /* letters of its end, */
#define SHOW_FROM 12 /* but not of a shorter key */

static int         seal_key(uint8_t *sealed, const cJSON *asked,
                            const desk_keyring_t *ring);
static const char *seal_text(const cJSON *object, const char *name);
static const char *seal_end(const char *key);

int
rpc_seal(rpc_t *rpc, const desk_rpc_t *request, uint8_t *data,
         uint32_t *bytes)
{
    int     length, rc = -EINVAL;
    char   *p = (char *) data;
    char   *key = NULL;
    cJSON  *asked;
    uint8_t sealed[KEY_MAX + DESK_SEAL_MORE];

    (void) request;

    if (rpc->ring.n == 0) {
        rc = -ENOTSUP;
        goto done;
    }

    asked = cJSON_ParseWithLength(p, *bytes);
    key = (char *) seal_text(asked, "key");
    length = seal_key(sealed, asked, &rpc->ring);

    if (length > 0) {
        p += sprintf(p, "{\"end\":\"%s\",\"sealed\":\"", seal_end(key));
        for (int i = 0; i < length; i++) {
            p += sprintf(p, "%02x", sealed[i]);
        }
        p += sprintf(p, "\"}");
        *bytes = (uint32_t) ((uint8_t *) p - data);
        rc = 0;
    }

    if (key != NULL) {
        OPENSSL_cleanse(key, strlen(key));
    }
    cJSON_Delete(asked);

done:
    if (rc < 0) {
        OPENSSL_cleanse(data, *bytes);
    }

    return rc;
}

/* How many bytes it has then; 0: it was none that can be. */
static int
seal_key(uint8_t *sealed, const cJSON *asked, const desk_keyring_t *ring)
{
    char         row[DESK_SEAL_PLACE];
    size_t       length;
    const char  *key = seal_text(asked, "key");
    const char  *kind = seal_text(asked, "kind");
    const char  *client = seal_text(asked, "client");
    desk_place_t place;

    if (key == NULL || kind == NULL || client == NULL) {
        return 0;
    }

    length = strlen(key);

    if (length > KEY_MAX
        || (size_t) snprintf(row, sizeof(row), "%s/%s", client, kind)
               >= sizeof(row)
        || desk_place(&place, "provider_credentials", row, "ciphertext") < 0
        || desk_seal(sealed, key, length, &place, ring) < 0)
    {
        return 0;
    }

    return (int) (length + DESK_SEAL_MORE);
}

static const char *
seal_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(object, name));
}

/* Of plain letters alone, so that it can stand in any text. */
static const char *
seal_end(const char *key)
{
    size_t      length = strlen(key);
    const char *end = key + length - SHOWN;

    if (length < SHOW_FROM
        || end[strspn(end, "abcdefghijklmnopqrstuvwxyz"
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")]
               != '\0')
    {
        return "";
    }

    return end;
}
