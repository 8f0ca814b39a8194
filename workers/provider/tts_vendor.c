/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "provider/tts_session.h"

/* What those who speak with a service need beside the session itself. */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

typedef struct {
    const char *code;
    fault_e     kind;
} code_t;

/* By their names, as several services have the same ones. */
static const code_t codes[] = {
    { "invalid_api_key", FAULT_REFUSED },
    { "missing_api_key", FAULT_REFUSED },
    { "unauthorized", FAULT_REFUSED },
    { "unauthenticated", FAULT_REFUSED },
    { "permission_denied", FAULT_REFUSED },
    { "quota_exceeded", FAULT_REFUSED },
    { "insufficient_quota", FAULT_REFUSED },
    { "voice_not_found", FAULT_REFUSED },
    { "model_not_found", FAULT_REFUSED },
    { "only_for_creator+", FAULT_REFUSED },
    { "max_character_limit_exceeded", FAULT_INVALID },
    { "rate_limit_exceeded", FAULT_BUSY },
    { "resource_exhausted", FAULT_BUSY },
    { "concurrency_limited", FAULT_BUSY },
    { "too_many_concurrent_requests", FAULT_BUSY },
    { "system_busy", FAULT_BUSY },
    { "max_active_conversations", FAULT_LOST },
};

void
tts_session_url(const tts_session_t *s, char *url, const char *scheme,
                const char *path)
{
    int         has_tls = 1;
    size_t      length;
    const char *base = s->config->access.base_url, *at;

    if (base == NULL || base[0] == '\0') {
        base = s->vendor->url;
    }

    at = strstr(base, "://");
    if (at != NULL) {
        has_tls = strncasecmp(base, "https:", 6) == 0
                  || strncasecmp(base, "wss:", 4) == 0;
        base = at + 3;
    }

    length = strlen(base);
    while (length > 0 && base[length - 1] == '/') {
        length--;
    }

    (void) snprintf(url, TTS_URL_MAX, "%s%s://%.*s%s", scheme,
                    has_tls ? "s" : "", (int) length, base, path);
}

/* What does not fit leaves an address that nobody answers. */
void
tts_url_put(char *url, const char *text, const char *value)
{
    size_t used = strlen(url);

    used += (size_t) snprintf(url + used, TTS_URL_MAX - used, "%s", text);

    for (; value != NULL && *value != '\0' && used + 4 < TTS_URL_MAX;
         value++)
    {
        if ((*value >= 'a' && *value <= 'z') || (*value >= 'A' && *value <= 'Z')
            || (*value >= '0' && *value <= '9') || *value == '-'
            || *value == '_' || *value == '.')
        {
            url[used++] = *value;
            url[used] = '\0';
        } else {
            used += (size_t) snprintf(url + used, TTS_URL_MAX - used, "%%%02X",
                                      (unsigned char) *value);
        }
    }
}

int
tts_session_peer(const tts_session_t *s, net_peer_t *peer, const char *url)
{
    const provider_access_t *a = &s->config->access;

    memset(peer, 0, sizeof(*peer));
    peer->service = s->vendor->service;
    peer->credential = a->key != NULL && a->key[0] != '\0' ? a->key : NULL;
    peer->url = url;
    peer->trusted = a->trusted && a->base_url != NULL
                    && a->base_url[0] != '\0';
    return 0;
}

fault_e
tts_fault_of(const char *code, fault_e otherwise)
{
    for (size_t i = 0; code != NULL && i < COUNT(codes); i++) {
        if (strcasecmp(codes[i].code, code) == 0) {
            return codes[i].kind;
        }
    }

    return otherwise;
}

const char *
tts_json_text(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}
