/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "call/outcome.h"
#include "call/recall.h"

#define SAY_BACK "I'm sorry, I lost you for a moment."

static void recall_tool(const char *content, char *summary, size_t room);

int
recall_turns(const cJSON *turns, context_t *context, char *summary,
             size_t room)
{
    int          waiting = 0;
    const char  *role;
    const cJSON *turn, *content;

    cJSON_ArrayForEach(turn, turns)
    {
        content = cJSON_GetObjectItemCaseSensitive(turn, "content");
        role = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(turn, "role"));

        if (role == NULL || !cJSON_IsString(content)
            || content->valuestring[0] == '\0')
        {
            continue;
        }

        if (strcmp(role, "user") == 0) {
            (void) context_add(context, LLM_USER, content->valuestring, NULL,
                               NULL);
            waiting = 1;

        } else if (strcmp(role, "assistant") == 0) {
            (void) context_add(context, LLM_ASSISTANT, content->valuestring,
                               NULL, NULL);
            context->messages[context->count - 1].interrupted =
                cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(turn,
                                                              "interrupted"));
            waiting = 0;

        } else if (strcmp(role, "tool") == 0) {
            recall_tool(content->valuestring, summary, room);
        }
    }

    return waiting;
}

void
recall_question(const context_t *context, char *text, size_t room)
{
    size_t      length;
    const char *last;

    last = context_last(context, LLM_ASSISTANT);
    if (last != NULL && strncmp(last, SAY_BACK, strlen(SAY_BACK)) == 0) {
        last += strlen(SAY_BACK); /* said so already */
        last += strspn(last, " ");
    }

    length = (size_t) snprintf(text, room, "%s %s", SAY_BACK,
                               last != NULL ? last : "");

    if (length >= room) {
        /* Too much to be said again: as far as whole words fit. */
        length = room - 1;
        while (text[length] != ' ') {
            length--;
        }

        text[length] = '\0';
    }
}

/* What was done before belongs into the call's summary. */
static void
recall_tool(const char *content, char *summary, size_t room)
{
    char       *args, *result;
    cJSON      *turn = cJSON_Parse(content);
    const char *name;

    name = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(turn, "name"));
    args = cJSON_PrintUnformatted(
        cJSON_GetObjectItemCaseSensitive(turn, "arguments"));
    result = cJSON_PrintUnformatted(
        cJSON_GetObjectItemCaseSensitive(turn, "result"));

    if (name != NULL && args != NULL && result != NULL) {
        outcome_note(summary, room, name, args, result);
    }

    cJSON_free(args);
    cJSON_free(result);
    cJSON_Delete(turn);
}
