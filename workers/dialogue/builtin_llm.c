/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue/builtin.h"
#include "dialogue/builtin_llm.h"

/*
 * The dialogue engine behind the interface of language models. It answers
 * before request() returns, and needs of the history only its end: what was
 * said last, what of the reply before was heard, and results of tools.
 */

typedef struct {
    builtin_t *engine;
    /* Of the last turn answered, to know it again when it grew longer. */
    size_t count;
    char  *user;
    char  *before; /* what the assistant had said before it */
} impl_t;

static int
llm_builtin_open(llm_t *llm)
{
    int                 rc;
    impl_t             *impl;
    builtin_config_t    config;
    const llm_config_t *c = llm->config;

    impl = calloc(1, sizeof(*impl));
    if (impl == NULL) {
        return -ENOMEM;
    }

    memset(&config, 0, sizeof(config));
    config.client_name = c->client_name != NULL ? c->client_name : "";
    config.timezone = c->timezone != NULL ? c->timezone : "UTC";
    config.caller_phone = c->caller_phone != NULL ? c->caller_phone : "";
    config.contact_name = c->contact_name != NULL ? c->contact_name : "";
    config.services = c->services;
    config.service_count = c->service_count;
    config.tools = c->tools;
    config.tool_count = c->tool_count;
    config.state = c->state;

    rc = builtin_create(&impl->engine, &config);
    if (rc < 0) {
        free(impl);
        return rc;
    }
    llm->impl = impl;
    return 0;
}

static void
llm_builtin_close(llm_t *llm)
{
    impl_t *impl = llm->impl;

    if (impl == NULL) {
        return;
    }
    builtin_destroy(impl->engine);
    free(impl->user);
    free(impl->before);
    free(impl);
    llm->impl = NULL;
}

/* The last message of this role before `end`, or NULL. */
static const llm_message_t *
message_before(const llm_request_t *what, size_t end, llm_role_e role)
{
    while (end-- > 0) {
        if (what->messages[end].role == role) {
            return &what->messages[end];
        }
    }
    return NULL;
}

static int
same(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/*
 * The turn that was answered last, with more words: the caller had only
 * paused, and nothing of the answer was heard.
 */
static int
is_continued(const impl_t *impl, const llm_request_t *what,
             const char *user, const char *before)
{
    return impl->user != NULL && what->count <= impl->count
           && same(impl->before, before)
           && strncmp(user, impl->user, strlen(impl->user)) == 0;
}

static void
remember(impl_t *impl, const llm_request_t *what, const char *user,
         const char *before)
{
    free(impl->user);
    free(impl->before);
    impl->user = strdup(user);
    impl->before = before != NULL ? strdup(before) : NULL;
    impl->count = what->count;
}

/* What the caller heard of the last reply. */
static void
tell_heard(impl_t *impl, const llm_request_t *what)
{
    const llm_message_t *m;

    for (size_t i = what->count - 1; i-- > 0;) {
        m = &what->messages[i];
        if (m->role == LLM_ASSISTANT) {
            if (m->interrupted) {
                builtin_interrupted(impl->engine,
                                    m->text != NULL ? m->text : "");
            }
            return;
        }
        if (m->role == LLM_USER) {
            /* Two turns in a row: nothing came through between them. */
            builtin_interrupted(impl->engine, "");
            return;
        }
    }
}

/* A result that came while the caller was already speaking again. */
static const char *
settle_result(impl_t *impl, const llm_request_t *what, char *text,
              size_t size)
{
    const builtin_reply_t *reply;
    const char            *pending = builtin_pending(impl->engine);

    if (pending[0] == '\0') {
        return "";
    }
    for (size_t i = what->count - 1; i-- > 0;) {
        const llm_message_t *m = &what->messages[i];

        if (m->role == LLM_TOOL_RESULT && same(m->id, pending)) {
            reply = builtin_tool_result(impl->engine, m->id, m->name,
                                        m->text, what->now_ms);
            /* What was done is told; a mere offer has been overtaken. */
            if (reply->tool == NULL
                && strcmp(builtin_state(impl->engine), "WRAP_UP") == 0)
            {
                snprintf(text, size, "%s", reply->say);
                return text;
            }
            return "";
        }
    }
    return "";
}

static void
emit(llm_t *llm, uint32_t request, const char *text)
{
    if (text[0] != '\0') {
        llm->events->on_text(llm->data, request, text, strlen(text));
    }
}

static void
emit_reply(llm_t *llm, uint32_t request, const builtin_reply_t *reply)
{
    char id[32], name[32], *args = NULL;

    /* The handler may already ask the next: nothing of the reply is kept. */
    id[0] = name[0] = '\0';
    if (reply->tool != NULL) {
        snprintf(id, sizeof(id), "%s", reply->tool_id);
        snprintf(name, sizeof(name), "%s", reply->tool);
        args = strdup(reply->args);
    }
    emit(llm, request, reply->say);
    if (args != NULL) {
        llm->events->on_tool(llm->data, request, id, name, args);
        free(args);
    }
    llm->events->on_done(llm->data, request);
}

static void
request_user(llm_t *llm, uint32_t request, const llm_request_t *what)
{
    int                    doubtful;
    char                   done[512];
    impl_t                *impl = llm->impl;
    const char            *user, *before;
    const llm_message_t   *m;
    const builtin_reply_t *reply;

    m = &what->messages[what->count - 1];
    doubtful = m->doubtful;
    user = m->text;
    user = user != NULL ? user : "";
    m = message_before(what, what->count - 1, LLM_ASSISTANT);
    before = m != NULL ? m->text : NULL;

    if (is_continued(impl, what, user, before)
        && builtin_undo(impl->engine) == 0)
    {
        if (doubtful) {
            builtin_doubt(impl->engine);
        }
        reply = builtin_hear(impl->engine, user, what->now_ms);
    } else {
        const char *prefix = settle_result(impl, what, done, sizeof(done));

        tell_heard(impl, what);
        emit(llm, request, prefix);
        if (prefix[0] != '\0') {
            emit(llm, request, " ");
        }
        if (doubtful) {
            builtin_doubt(impl->engine);
        }
        reply = builtin_hear(impl->engine, user, what->now_ms);
    }
    remember(impl, what, user, before);
    emit_reply(llm, request, reply);
}

static int
llm_builtin_request(llm_t *llm, uint32_t request, const llm_request_t *what)
{
    impl_t              *impl = llm->impl;
    const llm_message_t *last;

    if (what->count == 0) {
        return -EINVAL;
    }

    last = &what->messages[what->count - 1];
    switch (last->role) {
    case LLM_USER:
        request_user(llm, request, what);
        break;

    case LLM_TOOL_RESULT:
        emit_reply(llm, request,
                   builtin_tool_result(impl->engine, last->id, last->name,
                                       last->text, what->now_ms));
        break;

    case LLM_SYSTEM:
    case LLM_ASSISTANT:
    case LLM_TOOL_CALL:
        /* Nothing to answer, unless nobody has greeted yet. */
        if (message_before(what, what->count, LLM_ASSISTANT) == NULL
            && strcmp(builtin_state(impl->engine), "GREETING") == 0)
        {
            emit_reply(llm, request, builtin_greet(impl->engine));
        } else {
            llm->events->on_done(llm->data, request);
        }
        break;
    }
    return 0;
}

static void
llm_builtin_cancel(llm_t *llm, uint32_t request)
{
    /* Every request is answered by the time it returns. */
    (void) llm;
    (void) request;
}

static char *
llm_builtin_save(llm_t *llm)
{
    const impl_t *impl = llm->impl;

    return builtin_save(impl->engine);
}

const llm_provider_t llm_builtin = {
    .name = "builtin",
    .open = llm_builtin_open,
    .request = llm_builtin_request,
    .cancel = llm_builtin_cancel,
    .save = llm_builtin_save,
    .close = llm_builtin_close,
};
