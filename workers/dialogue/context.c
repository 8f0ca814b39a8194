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
static int  message_cut(llm_message_t *m, const char **heard);
static const char *words_end(const char *text, size_t words);
static size_t      words_count(const char *text);

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
context_doubt(context_t *c)
{
    if (c->count > 0) {
        c->messages[c->count - 1].doubtful = 1;
    }
}

void
context_drop(context_t *c, size_t count)
{
    while (c->count > count) {
        context_remove(c, c->count - 1);
    }
}

void
context_begin(context_t *c)
{
    c->answer = c->count;
}

/*
 * An answer has several messages when tools ran in it, and what was heard goes
 * through them in order. It is counted in words, since what was spoken lacks
 * what is only for the eye.
 */
void
context_cut(context_t *c, const char *heard)
{
    size_t i = c->answer;

    while (i < c->count) {
        if (c->messages[i].role == LLM_ASSISTANT
            && !message_cut(&c->messages[i], &heard))
        {
            context_remove(c, i);
        } else {
            i++;
        }
    }
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

    if (c->answer > at) {
        c->answer--;
    }
}

/* Takes the message's share from what was heard; 0 when that is none. */
static int
message_cut(llm_message_t *m, const char **heard)
{
    char       *text;
    size_t      words = words_count(m->text);
    const char *from = *heard;

    from += strspn(from, " ");
    if (*from == '\0') {
        return 0;
    }

    *heard = words_end(from, words);

    if (**heard == '\0' && words_count(from) < words) {
        text = strdup(from);
        if (text == NULL) {
            return 1; /* rather too much than nothing */
        }

        free((char *) (uintptr_t) m->text);
        m->text = text;
        m->interrupted = 1;
    }

    return 1;
}

static const char *
words_end(const char *text, size_t words)
{
    for (; words > 0; words--) {
        text += strspn(text, " \t\r\n");
        text += strcspn(text, " \t\r\n");
    }

    return text;
}

static size_t
words_count(const char *text)
{
    size_t count = 0;

    for (;;) {
        text += strspn(text, " \t\r\n");
        if (*text == '\0') {
            return count;
        }

        count++;
        text += strcspn(text, " \t\r\n");
    }
}

static int
context_grow(context_t *c)
{
    size_t         room;
    llm_message_t *messages;

    if (c->count >= MESSAGES_MAX) {
        /* A tool's result without its call is an error to some models. */
        do {
            context_remove(c, 0);
        } while (c->count > 0
                 && (c->messages[0].role == LLM_TOOL_CALL
                     || c->messages[0].role == LLM_TOOL_RESULT));
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
