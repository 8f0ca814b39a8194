/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue/context.h"

/* A call of an hour has some hundred messages; the oldest go beyond it. */
#define MESSAGES_MAX 512

static void message_clear(llm_message_t *m);
static void context_remove(context_t *c, size_t at);
static int  context_grow(context_t *c);

void
context_init(context_t *c)
{
    memset(c, 0, sizeof(*c));
}

void
context_clear(context_t *c)
{
    size_t i;

    for (i = 0; i < c->count; i++) {
        message_clear(&c->messages[i]);
    }

    free(c->messages);
    context_init(c);
}

int
context_add(context_t *c, llm_role_e role, const char *text, const char *name,
            const char *id)
{
    llm_message_t *m;

    if (c->count == c->room && context_grow(c) < 0) {
        return -ENOMEM;
    }

    m = &c->messages[c->count];
    memset(m, 0, sizeof(*m));
    m->role = role;
    m->text = strdup(text);
    m->name = name != NULL ? strdup(name) : NULL;
    m->id = id != NULL ? strdup(id) : NULL;

    if (m->text == NULL || (name != NULL && m->name == NULL)
        || (id != NULL && m->id == NULL))
    {
        message_clear(m);
        return -ENOMEM;
    }

    c->count++;

    return 0;
}

void
context_cut(context_t *c, const char *heard)
{
    char  *text;
    size_t i;

    for (i = c->count; i > 0; i--) {
        if (c->messages[i - 1].role == LLM_ASSISTANT) {
            break;
        }
    }

    if (i == 0) {
        return;
    }

    i--;

    if (heard[0] == '\0') {
        context_remove(c, i);
        return;
    }

    text = strdup(heard);
    if (text == NULL) {
        return; /* rather too much than nothing */
    }

    free((char *) (uintptr_t) c->messages[i].text);
    c->messages[i].text = text;
    c->messages[i].interrupted = 1;
}

const char *
context_last(const context_t *c, llm_role_e role)
{
    size_t i;

    for (i = c->count; i > 0; i--) {
        if (c->messages[i - 1].role == role) {
            return c->messages[i - 1].text;
        }
    }

    return NULL;
}

static void
message_clear(llm_message_t *m)
{
    free((char *) (uintptr_t) m->text);
    free((char *) (uintptr_t) m->name);
    free((char *) (uintptr_t) m->id);
}

static void
context_remove(context_t *c, size_t at)
{
    message_clear(&c->messages[at]);
    memmove(&c->messages[at], &c->messages[at + 1],
            (c->count - at - 1) * sizeof(llm_message_t));
    c->count--;
}

static int
context_grow(context_t *c)
{
    size_t         room;
    llm_message_t *messages;

    if (c->count >= MESSAGES_MAX) {
        context_remove(c, 0);
        return 0;
    }

    room = c->room == 0 ? 16 : c->room * 2;
    messages = realloc(c->messages, room * sizeof(llm_message_t));
    if (messages == NULL) {
        return -ENOMEM;
    }

    c->messages = messages;
    c->room = room;

    return 0;
}
