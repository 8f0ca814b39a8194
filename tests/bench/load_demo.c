/* SPDX-License-Identifier: BSD-2-Clause */

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "load_demo.h"

static cJSON *json_read(const char *path);
static const char *number_of(const cJSON *json, const char *purpose);

int
load_demo_read(load_demo_t *demo, load_carrier_t *carrier, const char *path,
               const char *purpose, const char *to, const char *url)
{
    demo->json = json_read(path);

    carrier->to = to != NULL ? to : number_of(demo->json, purpose);
    carrier->account_sid = cJSON_GetStringValue(
        cJSON_GetObjectItem(demo->json, "twilio_account_sid"));
    carrier->auth_token = cJSON_GetStringValue(
        cJSON_GetObjectItem(demo->json, "twilio_auth_token"));

    if (url == NULL) {
        url = cJSON_GetStringValue(cJSON_GetObjectItem(demo->json, "base_url"));
    }

    if (carrier->to == NULL || carrier->account_sid == NULL
        || carrier->auth_token == NULL || url == NULL)
    {
        fprintf(stderr, "%s: not what the start script writes\n", path);
        return -1;
    }

    (void) snprintf(demo->base_url, sizeof(demo->base_url), "%s", url);
    carrier->base_url = demo->base_url;
    carrier->host = demo->authority;

    return 0;
}

int
load_demo_resolve(load_demo_t *demo, struct sockaddr_in *server,
                  const char *url)
{
    int              rc;
    char             name[256], *port;
    const char      *from = strstr(url, "://");
    struct addrinfo *found, hints = { .ai_family = AF_INET,
                                      .ai_socktype = SOCK_STREAM };

    if (from == NULL) {
        fprintf(stderr, "%s is no URL\n", url);
        return -1;
    }

    from += 3;
    (void) snprintf(demo->authority, sizeof(demo->authority), "%.*s",
                    (int) strcspn(from, "/"), from);
    strcpy(name, demo->authority);

    port = strchr(name, ':');
    if (port != NULL) {
        *port++ = '\0';
    }

    rc = getaddrinfo(name, port != NULL ? port : "80", &hints, &found);
    if (rc != 0) {
        fprintf(stderr, "%s: %s\n", demo->authority, gai_strerror(rc));
        return -1;
    }

    memcpy(server, found->ai_addr, sizeof(*server));
    freeaddrinfo(found);

    return 0;
}

static cJSON *
json_read(const char *path)
{
    FILE  *f;
    char   text[65536];
    size_t len;

    f = fopen(path, "r");
    if (f == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return NULL;
    }

    len = fread(text, 1, sizeof(text) - 1, f);
    text[len] = '\0';
    (void) fclose(f);

    return cJSON_Parse(text);
}

static const char *
number_of(const cJSON *json, const char *purpose)
{
    const char  *is;
    const cJSON *client;

    cJSON_ArrayForEach(client, cJSON_GetObjectItem(json, "clients"))
    {
        is = cJSON_GetStringValue(cJSON_GetObjectItem(client, "purpose"));
        if (is != NULL && strcmp(is, purpose) == 0) {
            return cJSON_GetStringValue(cJSON_GetObjectItem(client, "number"));
        }
    }

    return NULL;
}
