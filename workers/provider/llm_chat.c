/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/llm_chat.h"
#include "provider/llm_prompt.h"

#define KEY_MAX   512
#define URL_MAX   512
#define MODEL_MAX 512

static int   access_check(const provider_access_t *access,
                          const llm_service_t     *service);
static char *chat_url(const llm_chat_t *chat);
static void  chat_free(llm_chat_t *chat);

/* Takes `tools`, which may be NULL, whatever it returns. */
int
llm_chat_open(llm_t *llm, const llm_service_t *service, char *tools)
{
    int         rc;
    net_peer_t  peer;
    llm_chat_t *chat;

    const provider_access_t *access = &llm->config->access;

    chat = calloc(1, sizeof(llm_chat_t));
    if (chat == NULL) {
        cJSON_free(tools);
        return -ENOMEM;
    }

    TAILQ_INIT(&chat->exchanges);
    chat->llm = llm;
    chat->service = service;
    chat->tools = tools;

    rc = access_check(access, service);
    if (rc < 0) {
        goto failed;
    }

    rc = llm_prompt_canary(chat->canary);
    if (rc < 0) {
        goto failed;
    }

    rc = -ENOMEM;
    chat->url = chat_url(chat);
    chat->prompt = llm_prompt_make(llm->config, chat->canary);
    if (chat->url == NULL || chat->prompt == NULL
        || (tools == NULL && llm->config->tool_spec_count > 0))
    {
        goto failed;
    }

    llm->impl = chat;

    /* The first question shall not wait for a handshake. */
    peer.service = service->name;
    peer.credential = access->key[0] != '\0' ? access->key : NULL;
    peer.url = chat->url;
    peer.trusted = access->base_url[0] != '\0' ? access->trusted
                                               : service->local;
    (void) net_host_warm(access->net, &peer);

    return 0;

failed:
    chat_free(chat);
    return rc;
}

int
llm_chat_request(llm_t *llm, uint32_t request, const llm_request_t *what)
{
    llm_chat_t     *chat = llm->impl;
    llm_exchange_t *x, *next;

    /* Streams that are over but do not end make room. */
    for (x = TAILQ_FIRST(&chat->exchanges);
         x != NULL && chat->exchange_count >= LLM_EXCHANGE_MAX; x = next)
    {
        next = TAILQ_NEXT(x, next);
        if (x->over) {
            llm_exchange_close(x);
        }
    }

    if (chat->exchange_count >= LLM_EXCHANGE_MAX) {
        return -EBUSY;
    }

    return llm_exchange_start(chat, request, what);
}

void
llm_chat_cancel(llm_t *llm, uint32_t request)
{
    llm_chat_t     *chat = llm->impl;
    llm_exchange_t *x;

    TAILQ_FOREACH(x, &chat->exchanges, next)
    {
        if (x->number == request && !x->over) {
            llm_exchange_close(x);
            return;
        }
    }
}

/* The conversation is all there is to know, and the call has it. */
char *
llm_chat_save(llm_t *llm)
{
    (void) llm;
    return NULL;
}

void
llm_chat_close(llm_t *llm)
{
    llm_chat_t     *chat = llm->impl;
    llm_exchange_t *x;

    while ((x = TAILQ_FIRST(&chat->exchanges)) != NULL) {
        llm_exchange_close(x);
    }

    chat_free(chat);
    llm->impl = NULL;
}

size_t
llm_chat_model(const llm_chat_t *chat, char *model, size_t room)
{
    size_t      len, used;
    const char *from = chat->llm->config->access.model;

    from += strspn(from, " ,");
    used = strcspn(from, ",");
    len = used;
    while (len > 0 && from[len - 1] == ' ') {
        len--;
    }

    if (len == 0 || len >= room) {
        (void) snprintf(model, room, "%s", chat->service->model);
        return 0;
    }

    memcpy(model, from, len);
    model[len] = '\0';

    return (size_t) (from + used - chat->llm->config->access.model);
}

static int
access_check(const provider_access_t *access, const llm_service_t *service)
{
    size_t i;

    if (access->net == NULL || access->key == NULL
        || access->base_url == NULL || access->model == NULL
        || strlen(access->key) > KEY_MAX || strlen(access->base_url) > URL_MAX
        || strlen(access->model) > MODEL_MAX)
    {
        return -EINVAL;
    }

    if ((service->needs_key && access->key[0] == '\0')
        || (service->base_url[0] == '\0' && access->base_url[0] == '\0')
        || (service->model[0] == '\0' && access->model[0] == '\0'))
    {
        return -ENOKEY;
    }

    /* It becomes a line of a header. */
    for (i = 0; access->key[i] != '\0'; i++) {
        if (!isgraph((unsigned char) access->key[i])) {
            return -EINVAL;
        }
    }

    return 0;
}

static char *
chat_url(const llm_chat_t *chat)
{
    int         length;
    char       *url;
    size_t      len;
    const char *base = chat->llm->config->access.base_url;

    base = base[0] != '\0' ? base : chat->service->base_url;
    len = strlen(base);
    while (len > 0 && base[len - 1] == '/') {
        len--;
    }

    length = asprintf(&url, "%.*s%s", (int) len, base, chat->service->path);

    return length < 0 ? NULL : url;
}

static void
chat_free(llm_chat_t *chat)
{
    free(chat->url);
    free(chat->prompt);
    cJSON_free(chat->tools);
    explicit_bzero(chat->canary, sizeof(chat->canary));
    free(chat);
}
