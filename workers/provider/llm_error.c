/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "provider/llm_chat.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int         word_find(const char *word, llm_error_e *kind);
static void        word_keep(char *word, size_t room, const char *text);
static int         status_of(const cJSON *error);
static llm_error_e status_kind(int status);

static const struct {
    const char *part; /* of a code, a type or a kind */
    llm_error_e kind;
} words[] = {
    { "context_length", LLM_ERROR_LONG },
    { "context_window", LLM_ERROR_LONG },
    { "exceed_context", LLM_ERROR_LONG },
    { "request_too_large", LLM_ERROR_LONG },
    { "unsupported_parameter", LLM_ERROR_BARE },
    { "unsupported_value", LLM_ERROR_BARE },
    { "unknown_parameter", LLM_ERROR_BARE },
    { "spend_limit", LLM_ERROR_REFUSED },
    { "insufficient_quota", LLM_ERROR_REFUSED },
    { "billing", LLM_ERROR_REFUSED },
    { "payment", LLM_ERROR_REFUSED },
    { "api_key", LLM_ERROR_REFUSED },
    { "authentication", LLM_ERROR_REFUSED },
    { "permission", LLM_ERROR_REFUSED },
    { "not_found", LLM_ERROR_REFUSED },
    { "content_policy", LLM_ERROR_REFUSED },
    { "rate_limit", LLM_ERROR_BUSY },
    { "overloaded", LLM_ERROR_BUSY },
    { "unavailable_error", LLM_ERROR_BUSY }, /* a model is being loaded */
};

/* Some tell it in a sentence alone. */
static const struct {
    const char *part;
    llm_error_e kind;
} sentences[] = {
    { "maximum context length", LLM_ERROR_LONG },
    { "context length", LLM_ERROR_LONG },
    { "context size", LLM_ERROR_LONG },
    { "context window", LLM_ERROR_LONG },
    { "prompt is too long", LLM_ERROR_LONG },
    { "unsupported parameter", LLM_ERROR_BARE },
    { "unrecognized request argument", LLM_ERROR_BARE },
    { "does not support", LLM_ERROR_BARE },
};

llm_error_e
llm_error_of(int status, const cJSON *body, char *word, size_t word_bytes)
{
    size_t       i;
    llm_error_e  kind;
    const char  *text;
    const cJSON *error, *message, *item;

    static const char *const members[] = { "code", "type" };

    (void) snprintf(word, word_bytes, "error");

    error = cJSON_GetObjectItemCaseSensitive(body, "error");
    if (!cJSON_IsObject(error)) {
        error = body;
    }

    item = cJSON_GetObjectItemCaseSensitive(error, "details");
    text = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(item, "error_code"));
    if (text == NULL) {
        item = cJSON_GetObjectItemCaseSensitive(error, "metadata");
        text = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(item, "error_type"));
    }
    if (text != NULL) {
        word_keep(word, word_bytes, text);
        if (word_find(text, &kind)) {
            return kind;
        }
    }

    for (i = 0; i < COUNT(members); i++) {
        text = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(error, members[i]));
        if (text == NULL) {
            continue;
        }
        word_keep(word, word_bytes, text);
        if (word_find(text, &kind)) {
            return kind;
        }
    }

    message = cJSON_GetObjectItemCaseSensitive(error, "message");
    if (!cJSON_IsString(message)) {
        message = cJSON_GetObjectItemCaseSensitive(body, "error");
    }
    for (i = 0; cJSON_IsString(message) && i < COUNT(sentences); i++) {
        if (strcasestr(message->valuestring, sentences[i].part) != NULL) {
            return sentences[i].kind;
        }
    }

    return status_kind(status != 0 ? status : status_of(error));
}

int
llm_error_is(const cJSON *json)
{
    const char  *object;
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(json, "error");

    if (error != NULL && !cJSON_IsNull(error)) {
        return 1;
    }

    object = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(json, "object"));

    return object != NULL && strcmp(object, "error") == 0;
}

static int
word_find(const char *word, llm_error_e *kind)
{
    size_t i;

    for (i = 0; i < COUNT(words); i++) {
        if (strcasestr(word, words[i].part) != NULL) {
            *kind = words[i].kind;
            return 1;
        }
    }

    return 0;
}

/* Only what looks like a word of a program may stand in a log. */
static void
word_keep(char *word, size_t room, const char *text)
{
    size_t i;

    if (strlen(text) >= room || text[0] == '\0') {
        return;
    }

    for (i = 0; text[i] != '\0'; i++) {
        if (!isalpha((unsigned char) text[i]) && text[i] != '_') {
            return;
        }
    }

    (void) snprintf(word, room, "%s", text);
}

/* Given as a number here and as a string there. */
static int
status_of(const cJSON *error)
{
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");

    return cJSON_IsNumber(code)   ? code->valueint
           : cJSON_IsString(code) ? atoi(code->valuestring)
                                  : 0;
}

static llm_error_e
status_kind(int status)
{
    switch (status) {
    case 429:
    case 529:
        return LLM_ERROR_BUSY;

    case 413:
        return LLM_ERROR_LONG;

    case 408:
    case 409:
        return LLM_ERROR_LOST;

    default:
        return status >= 400 && status < 500 ? LLM_ERROR_REFUSED
                                             : LLM_ERROR_LOST;
    }
}
