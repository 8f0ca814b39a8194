/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/llm_calls.h"

static llm_call_t *call_of(llm_calls_t *c, int index, const char *id,
                           const char *name);
static llm_call_t *call_by_index(llm_calls_t *c, int index);
static llm_call_t *call_by_id(llm_calls_t *c, const char *id);
static int         call_args(llm_calls_t *c, llm_call_t *call,
                             const char *args);

int
llm_calls_add(llm_calls_t *c, int index, const char *id, const char *name,
              const char *args)
{
    llm_call_t *call;

    id = id != NULL ? id : "";
    name = name != NULL ? name : "";
    args = args != NULL ? args : "";

    call = call_of(c, index, id, name);
    if (call == NULL) {
        if (c->count == LLM_CALLS_MAX) {
            return -E2BIG;
        }
        call = &c->calls[c->count++];
        memset(call, 0, sizeof(*call));
        call->index = index;
    }

    if (call->id[0] == '\0') {
        (void) snprintf(call->id, sizeof(call->id), "%s", id);
    }

    if (call->name[0] == '\0') {
        (void) snprintf(call->name, sizeof(call->name), "%s", name);
    }

    return call_args(c, call, args);
}

int
llm_calls_has(const llm_calls_t *c, int index)
{
    unsigned i;

    for (i = 0; i < c->count; i++) {
        if (c->calls[i].index == index) {
            return 1;
        }
    }

    return 0;
}

void
llm_calls_number(llm_calls_t *c)
{
    char        id[16];
    unsigned    i, number = 0;
    llm_call_t *call;

    for (i = 0; i < c->count; i++) {
        call = &c->calls[i];

        if (call->id[0] != '\0' && call_by_id(c, call->id) == call) {
            continue;
        }

        do {
            (void) snprintf(id, sizeof(id), "call_%u", ++number);
        } while (call_by_id(c, id) != NULL);

        memcpy(call->id, id, sizeof(id));
    }
}

void
llm_calls_clear(llm_calls_t *c)
{
    unsigned i;

    for (i = 0; i < c->count; i++) {
        free(c->calls[i].args);
    }

    memset(c, 0, sizeof(*c));
}

/* The call that a fragment goes on with; NULL: it begins another. */
static llm_call_t *
call_of(llm_calls_t *c, int index, const char *id, const char *name)
{
    char        known[sizeof(c->calls[0].id)];
    llm_call_t *call;

    if (index < 0) {
        if (id[0] != '\0') {
            (void) snprintf(known, sizeof(known), "%s", id);
            return call_by_id(c, known);
        }
        /* A name without anything else is a call of its own. */
        call = c->count > 0 ? &c->calls[c->count - 1] : NULL;
        return call != NULL && name[0] != '\0' && call->name[0] != '\0' ? NULL
                                                                        : call;
    }

    call = call_by_index(c, index);
    if (call == NULL) {
        return NULL;
    }

    /* Some servers use an index again for the next call. */
    (void) snprintf(known, sizeof(known), "%s", id);
    if (id[0] != '\0' && call->id[0] != '\0' && strcmp(known, call->id) != 0) {
        return NULL;
    }

    (void) snprintf(known, sizeof(known), "%s", name);
    if (name[0] != '\0' && call->name[0] != '\0'
        && strcmp(known, call->name) != 0)
    {
        return NULL;
    }

    return call;
}

/* The latest of that index. */
static llm_call_t *
call_by_index(llm_calls_t *c, int index)
{
    unsigned i;

    for (i = c->count; i > 0; i--) {
        if (c->calls[i - 1].index == index) {
            return &c->calls[i - 1];
        }
    }

    return NULL;
}

static llm_call_t *
call_by_id(llm_calls_t *c, const char *id)
{
    unsigned i;

    for (i = 0; i < c->count; i++) {
        if (strcmp(c->calls[i].id, id) == 0) {
            return &c->calls[i];
        }
    }

    return NULL;
}

static int
call_args(llm_calls_t *c, llm_call_t *call, const char *args)
{
    char  *grown;
    size_t len = strlen(args), room;

    if (len == 0) {
        return 0;
    }

    if (call->bytes + len > LLM_CALL_ARGS_MAX
        || c->bytes + len > LLM_CALLS_ARGS_MAX)
    {
        return -E2BIG;
    }

    if (call->bytes + len + 1 > call->room) {
        room = (call->bytes + len + 1) * 2;
        grown = realloc(call->args, room);
        if (grown == NULL) {
            return -ENOMEM;
        }
        call->args = grown;
        call->room = room;
    }

    memcpy(call->args + call->bytes, args, len + 1);
    call->bytes += len;
    c->bytes += len;

    return 0;
}
