/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/llm_history.h"
#include "provider/llm_text.h"

#define TEXT_MAX   8000 /* bytes of one message */
#define TEXT_LEAST 400  /* when the last turn alone is too much */
#define ARGS_MAX   4096 /* as tools take */
#define OVERHEAD   64   /* bytes of JSON around a message */
#define ID_BYTES   16

#define NOTE_BEGIN    "(The call begins. You answer the telephone.)"
#define NOTE_GREET    "(The call begins. Greet the caller.)"
#define NOTE_SILENCE  "(The caller says nothing.)"
#define NOTE_LEFT_OUT "(The call began earlier; that part is left out.)"
#define NOTE_CUT \
    "(The caller interrupted you, and heard only what stands above.)"
#define NOTE_DOUBT "(The line was bad: this may not be what the caller said.)"
#define CANCELED                                        \
    "{\"ok\":false,\"error\":\"canceled\",\"message\":" \
    "\"It was not done: the caller interrupted.\"}"

/* What the caller or the assistant said, or a call and what came of it. */
typedef struct {
    const llm_message_t *message;
    const llm_message_t *result;   /* of a call; NULL: none came */
    unsigned             joined:1; /* called together with the one before */
} step_t;

typedef struct {
    llm_form_e form;
    cJSON     *messages;
    cJSON     *last; /* borrowed; NULL: nothing yet */
    size_t     text_max;
    unsigned   calls;
    unsigned   caller_last:1;
    unsigned   called:1;      /* `last` has calls: no text goes there */
    unsigned   interrupted:1; /* and not yet told so */
    unsigned   spoke:1;       /* the assistant has said something */
    unsigned   failed:1;
} writer_t;

static size_t steps_plan(step_t *steps, const llm_request_t *what,
                         unsigned char *used);

static const llm_message_t *result_of(const llm_request_t *what, size_t call,
                                      unsigned char *used);

static size_t steps_trim(const step_t *steps, size_t count, size_t max,
                         size_t *text_max);
static size_t step_bytes(const step_t *step, size_t text_max);
static void   write_steps(writer_t *w, const step_t *steps, size_t count);
static void   write_caller(writer_t *w, const llm_message_t *m);
static void   write_assistant(writer_t *w, const llm_message_t *m);
static size_t write_calls(writer_t *w, const step_t *steps, size_t count);
static void   write_end(writer_t *w);
static void   caller_say(writer_t *w, const char *text);
static void   assistant_begin(writer_t *w);
static void   call_write(writer_t *w, const step_t *step, unsigned number);
static void   result_write(writer_t *w, const step_t *step, unsigned number);
static cJSON *message_begin(writer_t *w, const char *role);
static cJSON *block_add(writer_t *w, const char *type);
static void   text_join(writer_t *w, const char *text, const char *between);
static void   text_set(writer_t *w, cJSON *object, const char *name,
                       const char *text, size_t max);
static cJSON *args_of(const char *text);
static void   name_of(char *name, size_t room, const char *text);
static int    is_blank(const char *text);

cJSON *
llm_history_make(const llm_request_t *what, llm_form_e form, size_t max_bytes)
{
    size_t         count, from;
    step_t        *steps;
    writer_t       w = { .form = form, .text_max = TEXT_MAX };
    unsigned char *used;

    steps = calloc(what->count + 1, sizeof(step_t));
    used = calloc(what->count + 1, 1);
    w.messages = cJSON_CreateArray();

    if (steps == NULL || used == NULL || w.messages == NULL) {
        w.failed = 1;
        goto done;
    }

    count = steps_plan(steps, what, used);
    from = steps_trim(steps, count, max_bytes, &w.text_max);

    if (from > 0) {
        caller_say(&w, NOTE_LEFT_OUT);
    } else if (count > 0 && steps[0].message->role != LLM_USER
               && steps[0].message->role != LLM_SYSTEM)
    {
        caller_say(&w, NOTE_BEGIN);
    }

    write_steps(&w, steps + from, count - from);
    write_end(&w);

done:
    free(steps);
    free(used);
    if (w.failed) {
        cJSON_Delete(w.messages);
        return NULL;
    }

    return w.messages;
}

/* ---- what belongs to what ---- */

static size_t
steps_plan(step_t *steps, const llm_request_t *what, unsigned char *used)
{
    size_t               i, count = 0;
    const llm_message_t *m;

    for (i = 0; i < what->count; i++) {
        m = &what->messages[i];

        if (m->role == LLM_TOOL_RESULT) {
            continue; /* its call has it; without one it is dropped */
        }

        if (m->role == LLM_TOOL_CALL) {
            steps[count].result = result_of(what, i, used);
            steps[count].joined = i > 0 && m[-1].role == LLM_TOOL_CALL;
        } else if (is_blank(m->text)) {
            continue;
        }

        steps[count++].message = m;
    }

    return count;
}

/* The first of that id that no call before has taken. */
static const llm_message_t *
result_of(const llm_request_t *what, size_t call, unsigned char *used)
{
    size_t               i;
    const char          *id = what->messages[call].id;
    const llm_message_t *m;

    for (i = call + 1; i < what->count; i++) {
        m = &what->messages[i];
        if (m->role == LLM_TOOL_RESULT && !used[i]
            && strcmp(m->id != NULL ? m->id : "", id != NULL ? id : "") == 0)
        {
            used[i] = 1;
            return m;
        }
    }

    return NULL;
}

/*
 * Where to begin: a turn begins with what the caller says. When the last one
 * is too much by itself all that is long in it is cut.
 */
static size_t
steps_trim(const step_t *steps, size_t count, size_t max, size_t *text_max)
{
    size_t i, from = 0, last = 0, bytes = 0;

    for (i = 0; i < count; i++) {
        bytes += step_bytes(&steps[i], TEXT_MAX);
        last = steps[i].message->role == LLM_USER ? i : last;
    }

    while (bytes > max && from < last) {
        do {
            bytes -= step_bytes(&steps[from], TEXT_MAX);
            from++;
        } while (steps[from].message->role != LLM_USER);
    }

    if (bytes > max) {
        *text_max = max / (2 * (count - from));
        if (*text_max < TEXT_LEAST) {
            *text_max = TEXT_LEAST;
        }
    }

    return from;
}

static size_t
step_bytes(const step_t *step, size_t text_max)
{
    size_t bytes = OVERHEAD + strnlen(step->message->text, text_max);

    if (step->message->role == LLM_TOOL_CALL) {
        bytes += OVERHEAD + sizeof(CANCELED);
        if (step->result != NULL) {
            bytes += strnlen(step->result->text, text_max);
        }
    }

    return bytes;
}

/* ---- in order ---- */

static void
write_steps(writer_t *w, const step_t *steps, size_t count)
{
    size_t i = 0;

    while (i < count && !w->failed) {
        switch (steps[i].message->role) {
        case LLM_USER:
        case LLM_SYSTEM:
            write_caller(w, steps[i++].message);
            break;

        case LLM_ASSISTANT:
            write_assistant(w, steps[i++].message);
            break;

        case LLM_TOOL_CALL:
        case LLM_TOOL_RESULT:
            i += write_calls(w, steps + i, count - i);
            break;
        }
    }
}

static void
write_caller(writer_t *w, const llm_message_t *m)
{
    char *text;

    if (w->interrupted) {
        caller_say(w, NOTE_CUT);
        w->interrupted = 0;
    }

    text = llm_text_clean(m->text, w->text_max);
    if (text == NULL) {
        w->failed = 1;
        return;
    }

    caller_say(w, is_blank(text) ? NOTE_SILENCE : text);
    free(text);

    if (m->doubtful) {
        caller_say(w, NOTE_DOUBT);
    }
}

static void
write_assistant(writer_t *w, const llm_message_t *m)
{
    char *text = llm_text_clean(m->text, w->text_max);

    if (text == NULL) {
        w->failed = 1;
        return;
    }

    if (!is_blank(text)) {
        assistant_begin(w);
        text_join(w, text, " ");
        w->interrupted = m->interrupted;
        w->spoke = 1;
    }

    free(text);
}

/* Those that were called together, then their results. */
static size_t
write_calls(writer_t *w, const step_t *steps, size_t count)
{
    size_t   i, calls = 1;
    unsigned number = w->calls;

    while (calls < count && steps[calls].message->role == LLM_TOOL_CALL
           && steps[calls].joined)
    {
        calls++;
    }

    assistant_begin(w);
    w->called = 1;
    for (i = 0; i < calls; i++) {
        call_write(w, &steps[i], number + (unsigned) i + 1);
    }

    for (i = 0; i < calls; i++) {
        result_write(w, &steps[i], number + (unsigned) i + 1);
    }

    w->calls += (unsigned) calls;

    return calls;
}

/* What is to be answered comes last, and is not the assistant's own. */
static void
write_end(writer_t *w)
{
    if (w->last == NULL) {
        caller_say(w, NOTE_GREET);
        return;
    }

    if (!w->caller_last) {
        if (w->interrupted) {
            caller_say(w, NOTE_CUT);
        }
        caller_say(w, NOTE_SILENCE);
    }
}

/* ---- in a service's form ---- */

static void
caller_say(writer_t *w, const char *text)
{
    const char *role = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(w->last, "role"));

    if (role == NULL || strcmp(role, "user") != 0) {
        message_begin(w, "user");
        w->caller_last = 1;
    }

    text_join(w, text, "\n");
}

static void
assistant_begin(writer_t *w)
{
    if (w->last == NULL || w->caller_last || w->called) {
        message_begin(w, "assistant");
        w->caller_last = 0;
        w->called = 0;
    }
}

static void
call_write(writer_t *w, const step_t *step, unsigned number)
{
    char   id[ID_BYTES], name[65], *text;
    cJSON *call, *function, *calls, *args;

    /* Nine letters and digits: some take nothing else. */
    (void) snprintf(id, sizeof(id), "call%05u", number % 100000);
    name_of(name, sizeof(name), step->message->name);
    args = args_of(step->message->text);

    if (w->form == LLM_FORM_ANTHROPIC) {
        call = block_add(w, "tool_use");
        if (cJSON_AddStringToObject(call, "id", id) == NULL
            || cJSON_AddStringToObject(call, "name", name) == NULL
            || !cJSON_AddItemToObject(call, "input", args))
        {
            cJSON_Delete(args);
            w->failed = 1;
        }
        return;
    }

    calls = cJSON_GetObjectItemCaseSensitive(w->last, "tool_calls");
    if (calls == NULL) {
        calls = cJSON_AddArrayToObject(w->last, "tool_calls");
        if (!cJSON_HasObjectItem(w->last, "content")) {
            (void) cJSON_AddNullToObject(w->last, "content");
        }
    }

    text = args != NULL ? cJSON_PrintUnformatted(args) : NULL;
    cJSON_Delete(args);
    call = cJSON_CreateObject();
    if (text == NULL || !cJSON_AddItemToArray(calls, call)) {
        cJSON_free(text);
        cJSON_Delete(call);
        w->failed = 1;
        return;
    }

    function = NULL;
    if (cJSON_AddStringToObject(call, "id", id) == NULL
        || cJSON_AddStringToObject(call, "type", "function") == NULL
        || (function = cJSON_AddObjectToObject(call, "function")) == NULL
        || cJSON_AddStringToObject(function, "name", name) == NULL
        || cJSON_AddStringToObject(function, "arguments", text) == NULL)
    {
        w->failed = 1;
    }
    cJSON_free(text);
}

static void
result_write(writer_t *w, const step_t *step, unsigned number)
{
    char        id[ID_BYTES];
    cJSON      *block;
    const char *text = step->result != NULL ? step->result->text : CANCELED;

    (void) snprintf(id, sizeof(id), "call%05u", number % 100000);
    if (is_blank(text)) {
        text = "{}";
    }

    if (w->form == LLM_FORM_OPENAI) {
        message_begin(w, "tool");
        if (cJSON_AddStringToObject(w->last, "tool_call_id", id) == NULL) {
            w->failed = 1;
        }
        text_set(w, w->last, "content", text, w->text_max);
        w->caller_last = 1;
        return;
    }

    if (!w->caller_last) {
        message_begin(w, "user");
        w->caller_last = 1;
    }

    block = block_add(w, "tool_result");
    if (cJSON_AddStringToObject(block, "tool_use_id", id) == NULL) {
        w->failed = 1;
    }
    text_set(w, block, "content", text, w->text_max);
    if (strncmp(text, "{\"ok\":false", 11) == 0
        && cJSON_AddTrueToObject(block, "is_error") == NULL)
    {
        w->failed = 1;
    }
}

static cJSON *
message_begin(writer_t *w, const char *role)
{
    cJSON *message = cJSON_CreateObject();

    if (cJSON_AddStringToObject(message, "role", role) == NULL
        || (w->form == LLM_FORM_ANTHROPIC
            && cJSON_AddArrayToObject(message, "content") == NULL)
        || !cJSON_AddItemToArray(w->messages, message))
    {
        cJSON_Delete(message);
        w->failed = 1;
        return NULL;
    }

    w->last = message;

    return message;
}

static cJSON *
block_add(writer_t *w, const char *type)
{
    cJSON *block = cJSON_CreateObject();

    if (cJSON_AddStringToObject(block, "type", type) == NULL
        || !cJSON_AddItemToArray(
            cJSON_GetObjectItemCaseSensitive(w->last, "content"), block))
    {
        cJSON_Delete(block);
        w->failed = 1;
        return NULL;
    }

    return block;
}

/* Adds to what is said in the last message. */
static void
text_join(writer_t *w, const char *text, const char *between)
{
    char       *joined;
    size_t      room;
    cJSON      *holder = w->last;
    const char *name = "content", *before;

    if (w->form == LLM_FORM_ANTHROPIC) {
        cJSON *content = cJSON_GetObjectItemCaseSensitive(w->last, "content");

        name = "text";
        holder = cJSON_GetArrayItem(content, cJSON_GetArraySize(content) - 1);
        if (cJSON_GetObjectItemCaseSensitive(holder, name) == NULL) {
            holder = block_add(w, "text");
        }
    }

    before = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(holder, name));
    if (before == NULL) {
        text_set(w, holder, name, text, SIZE_MAX);
        return;
    }

    room = strlen(before) + strlen(between) + strlen(text) + 1;
    joined = malloc(room);
    if (joined == NULL) {
        w->failed = 1;
        return;
    }

    (void) snprintf(joined, room, "%s%s%s", before, between, text);
    cJSON_DeleteItemFromObjectCaseSensitive(holder, name);
    text_set(w, holder, name, joined, SIZE_MAX);
    free(joined);
}

static void
text_set(writer_t *w, cJSON *object, const char *name, const char *text,
         size_t max)
{
    char *clean = llm_text_clean(text, max);

    if (clean == NULL || cJSON_AddStringToObject(object, name, clean) == NULL) {
        w->failed = 1;
    }

    free(clean);
}

/* What is no object, or more than any tool takes, was refused anyway. */
static cJSON *
args_of(const char *text)
{
    char  *clean;
    cJSON *args = NULL;

    if (strlen(text) <= ARGS_MAX) {
        clean = llm_text_clean(text, ARGS_MAX);
        if (clean == NULL) {
            return NULL;
        }
        args = cJSON_ParseWithOpts(clean, NULL, 1);
        free(clean);
    }

    if (!cJSON_IsObject(args)) {
        cJSON_Delete(args);
        args = cJSON_CreateObject();
    }

    return args;
}

static void
name_of(char *name, size_t room, const char *text)
{
    size_t i;

    (void) snprintf(name, room, "%s",
                    text != NULL && text[0] != '\0' ? text : "unknown_tool");
    for (i = 0; name[i] != '\0'; i++) {
        if (!isalnum((unsigned char) name[i]) && name[i] != '_') {
            name[i] = '_';
        }
    }
}

static int
is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}
