/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))
#define TURNS_MAX    150 /* no call is that long: something goes in circles */
#define STALLS_OFFER 8
#define STALLS_MAX   14

typedef void (*result_pt)(builtin_t *b, const cJSON *result);
typedef void (*enter_pt)(builtin_t *b, builtin_state_e prev);

static void builtin_enter_wrap_up(builtin_t *b, builtin_state_e prev);
static void builtin_enter_ended(builtin_t *b, builtin_state_e prev);
static void name_result(builtin_t *b, const cJSON *result);
static void end_result(builtin_t *b, const cJSON *result);

#define STATE_NAME(name, enter)  #name,
#define STATE_ENTER(name, enter) enter,
#define TOOL_NAME(name, text)    text,
static const char *const state_names[] = { BUILTIN_STATES(STATE_NAME) };
static const enter_pt    state_enter[] = { BUILTIN_STATES(STATE_ENTER) };
static const char *const tool_names[] = { BUILTIN_TOOLS(TOOL_NAME) };

/* Who takes a tool's result. */
static const result_pt results[] = {
    [BUILTIN_TOOL_NONE] = NULL,
    [BUILTIN_TOOL_SLOTS] = builtin_slots_result,
    [BUILTIN_TOOL_BOOK] = builtin_book_result,
    [BUILTIN_TOOL_MOVE] = builtin_book_result,
    [BUILTIN_TOOL_CANCEL] = builtin_cancel_result,
    [BUILTIN_TOOL_LIST] = builtin_own_result,
    [BUILTIN_TOOL_NAME] = name_result,
    [BUILTIN_TOOL_SEARCH] = builtin_search_result,
    [BUILTIN_TOOL_HOURS] = builtin_hours_result,
    [BUILTIN_TOOL_LEAD] = builtin_lead_result,
    [BUILTIN_TOOL_END] = end_result,
};

_Static_assert(COUNT(results) == BUILTIN_TOOL_COUNT, "a row a tool");

static int
copy_config(builtin_t *b, const builtin_config_t *config)
{
    size_t count = config->service_count;

    count = count < BUILTIN_SERVICES_MAX ? count : BUILTIN_SERVICES_MAX;
    b->client_name = strdup(config->client_name);
    b->caller_phone = strdup(config->caller_phone);
    b->contact_name = strdup(config->contact_name);
    b->services = calloc(count + 1, sizeof(*b->services));
    if (b->client_name == NULL || b->caller_phone == NULL
        || b->contact_name == NULL || b->services == NULL)
    {
        return -ENOMEM;
    }

    for (size_t i = 0; i < count; i++) {
        if (config->services[i] == NULL || config->services[i][0] == '\0') {
            continue;
        }
        b->services[b->service_count] = strdup(config->services[i]);
        if (b->services[b->service_count++] == NULL) {
            return -ENOMEM;
        }
    }

    for (size_t i = 1; i < COUNT(tool_names); i++) {
        if (config->tools == NULL) {
            b->tools |= 1U << i;
        }
        for (size_t j = 0; config->tools != NULL && j < config->tool_count;
             j++)
        {
            if (strcmp(config->tools[j], tool_names[i]) == 0) {
                b->tools |= 1U << i;
            }
        }
    }
    return 0;
}

int
builtin_create(builtin_t **bp, const builtin_config_t *config)
{
    int        rc;
    builtin_t *b;

    b = calloc(1, sizeof(*b));
    if (b == NULL) {
        return -ENOMEM;
    }

    rc = copy_config(b, config);
    if (rc < 0) {
        goto failed;
    }
    rc = zone_load(&b->zone, config->timezone);
    if (rc == -ENOMEM) {
        goto failed;
    }

    b->d.service = -1;
    b->d.own = -1;
    b->d.hours_day = BUILTIN_NO_DAY;
    builtin_book_reset(b);
    if (config->state != NULL) {
        builtin_dialogue_t old;

        /* What cannot be read means starting over, not failing. */
        if (builtin_dialogue_parse(&old, config->state) == 0) {
            b->d = old;
            if (b->d.service >= (int) b->service_count) {
                b->d.service = -1;
            }
        }
    }

    *bp = b;
    return 0;

failed:
    builtin_destroy(b);
    return rc;
}

void
builtin_destroy(builtin_t *b)
{
    if (b == NULL) {
        return;
    }
    for (size_t i = 0; i < b->service_count; i++) {
        free(b->services[i]);
    }
    free(b->services);
    free(b->client_name);
    free(b->caller_phone);
    free(b->contact_name);
    cJSON_free(b->args);
    zone_free(&b->zone);
    free(b);
}

char *
builtin_save(const builtin_t *b)
{
    return builtin_dialogue_print(&b->d);
}

const char *
builtin_state(const builtin_t *b)
{
    return state_names[b->d.state];
}

const char *
builtin_pending(const builtin_t *b)
{
    return b->d.pending != BUILTIN_TOOL_NONE ? b->d.pending_id : "";
}

void
builtin_set_state(builtin_t *b, builtin_state_e next)
{
    builtin_state_e prev = b->d.state;

    b->d.state = next;
    if (state_enter[next] != NULL && prev != next) {
        state_enter[next](b, prev);
    }
}

static void
builtin_enter_wrap_up(builtin_t *b, builtin_state_e prev)
{
    (void) prev;
    b->d.task = BUILTIN_TASK_NONE;
    b->d.misses = 0;
}

static void
builtin_enter_ended(builtin_t *b, builtin_state_e prev)
{
    (void) prev;
    b->d.task = BUILTIN_TASK_NONE;
    b->d.ask = BUILTIN_ASK_NOTHING;
    b->d.todo = 0;
    b->reply.end = 1;
}

static void
reply_begin(builtin_t *b, int64_t now_ms)
{
    b->now = zone_minutes(&b->zone, now_ms);
    b->say[0] = '\0';
    memset(&b->reply, 0, sizeof(b->reply));
}

static const builtin_reply_t *
reply_end(builtin_t *b)
{
    size_t len = strlen(b->spoken);

    if (b->say[0] != '\0') {
        snprintf(b->spoken + len, sizeof(b->spoken) - len, "%s%s",
                 len > 0 ? " " : "", b->say);
        memcpy(b->d.said, b->spoken, sizeof(b->d.said));
    }
    b->reply.say = b->say;
    return &b->reply;
}

const builtin_reply_t *
builtin_greet(builtin_t *b)
{
    b->say[0] = '\0';
    b->spoken[0] = '\0';
    memset(&b->reply, 0, sizeof(b->reply));
    builtin_say(b, "Thank you for calling %s.", b->client_name);
    builtin_ask(b, BUILTIN_ASK_HELP);
    return reply_end(b);
}

/* What waits while the caller speaks: 1 when the caller has to wait, too. */
static int
settle_pending(builtin_t *b)
{
    builtin_tool_e tool = b->d.pending;
    int            writes = tool == BUILTIN_TOOL_BOOK
                 || tool == BUILTIN_TOOL_MOVE || tool == BUILTIN_TOOL_CANCEL
                 || tool == BUILTIN_TOOL_LEAD;

    if (!writes) {
        b->d.pending = BUILTIN_TOOL_NONE;
        return 0;
    }
    if (b->d.stalls++ < 3) {
        builtin_say(b, "One moment, please. I'm just saving that.");
        return 1;
    }

    /* Nobody will tell how it went. */
    b->d.pending = BUILTIN_TOOL_NONE;
    b->d.confirmed = 0;
    builtin_task(b, BUILTIN_TASK_NONE);
    builtin_say(b, "I'm sorry, I could not confirm that.");
    builtin_offer_message(b);
    return 1;
}

const builtin_reply_t *
builtin_hear(builtin_t *b, const char *text, int64_t now_ms)
{
    reply_begin(b, now_ms);
    b->before = b->d;
    b->can_undo = 1;
    b->wrote = 0;
    b->spoken[0] = '\0';

    if (b->d.state == BUILTIN_STATE_ENDED) {
        /* The caller had one more thing to say. */
        b->d.pending = BUILTIN_TOOL_NONE;
        b->d.state = BUILTIN_STATE_INTENT;
        b->d.ask = BUILTIN_ASK_MORE;
    }
    if (++b->d.turns > TURNS_MAX || b->d.stalls > STALLS_MAX) {
        b->d.pending = BUILTIN_TOOL_NONE;
        builtin_say(b, "I'm sorry, I have to end this call now.");
        builtin_bye(b, "too_long");
        return reply_end(b);
    }
    if (b->d.pending != BUILTIN_TOOL_NONE && settle_pending(b)) {
        return reply_end(b);
    }

    b->d.stalls++;
    if (b->d.stalls == STALLS_OFFER && b->d.ask != BUILTIN_ASK_MESSAGE) {
        builtin_say(b, "I don't seem to be of help.");
        builtin_offer_message(b);
    } else {
        builtin_take(b, text);
    }

    b->unheard = b->doubtful = 0;
    if (b->say[0] == '\0' && b->reply.tool == NULL) {
        builtin_ask_again(b);
    }
    return reply_end(b);
}

const builtin_reply_t *
builtin_tool_result(builtin_t *b, const char *id, const char *name,
                    const char *json, int64_t now_ms)
{
    cJSON         *result;
    builtin_tool_e tool = b->d.pending;

    (void) name;
    reply_begin(b, now_ms);
    if (tool == BUILTIN_TOOL_NONE || id == NULL
        || strcmp(id, b->d.pending_id) != 0)
    {
        b->reply.end = b->d.state == BUILTIN_STATE_ENDED;
        return reply_end(b);
    }

    b->d.pending = BUILTIN_TOOL_NONE;
    result = cJSON_Parse(json != NULL ? json : "");
    results[tool](b, result);
    cJSON_Delete(result);
    b->reply.end = b->d.state == BUILTIN_STATE_ENDED;
    return reply_end(b);
}

int
builtin_undo(builtin_t *b)
{
    if (!b->can_undo) {
        return -ENOENT;
    }
    if (b->wrote) {
        return -EBUSY;
    }

    /* Numbers of tool calls are never used twice. */
    b->before.serial = b->d.serial;
    b->d = b->before;
    b->can_undo = 0;
    return 0;
}

/* Letters and digits of a text, one at a time. */
static int
next_sign(const char **text)
{
    while (**text != '\0') {
        unsigned char c = (unsigned char) *(*text)++;

        if (c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) {
            return c;
        }
        if (c >= 'A' && c <= 'Z') {
            return c - 'A' + 'a';
        }
    }
    return 0;
}

/* How far into `all` its beginning `part` reaches, or -1 if it is none. */
static long
heard_up_to(const char *all, const char *part)
{
    int         c;
    const char *at = all;

    while ((c = next_sign(&part)) != 0) {
        if (next_sign(&at) != c) {
            return -1;
        }
    }
    return at - all;
}

/* Where in the text it is clear what is asked. */
static size_t
question_clear(const char *text)
{
    size_t len = strlen(text), last = 0;

    for (size_t i = 0; i + 2 < len; i++) {
        if (strchr(".?!:", text[i]) != NULL && text[i + 1] == ' ') {
            last = i + 2;
        }
    }
    /* "Which suits you?" may be missed, what is to choose from may not. */
    return len - last <= 25 && last > 0 ? last - 1
                                        : last + (len - last) * 6 / 10;
}

void
builtin_interrupted(builtin_t *b, const char *heard)
{
    long        reach;
    const char *all = b->spoken[0] != '\0' ? b->spoken : b->d.said;

    reach = heard_up_to(all, heard);
    if (reach < 0 && b->say[0] != '\0') {
        /* The last of several replies. */
        all = b->say;
        reach = heard_up_to(all, heard);
    }
    b->unheard = reach < 0 || (size_t) reach < question_clear(all);
}

void
builtin_doubt(builtin_t *b)
{
    b->doubtful = 1;
}

int
builtin_can(const builtin_t *b, builtin_tool_e tool)
{
    return (b->tools >> tool & 1) != 0;
}

/* Asks for a tool; owns args. */
void
builtin_call(builtin_t *b, builtin_tool_e tool, cJSON *args)
{
    cJSON_free(b->args);
    b->args = args != NULL ? cJSON_PrintUnformatted(args) : NULL;
    cJSON_Delete(args);

    b->d.pending = tool;
    snprintf(b->d.pending_id, sizeof(b->d.pending_id), "builtin_%d",
             ++b->d.serial);
    b->wrote |= tool == BUILTIN_TOOL_BOOK || tool == BUILTIN_TOOL_MOVE
                || tool == BUILTIN_TOOL_CANCEL || tool == BUILTIN_TOOL_LEAD;
    b->reply.tool = tool_names[tool];
    b->reply.tool_id = b->d.pending_id;
    b->reply.args = b->args != NULL ? b->args : "{}";
}

/* The next thing to say or to look up. */
void
builtin_next(builtin_t *b)
{
    if (b->reply.tool != NULL) {
        return;
    }
    if (b->d.todo != 0) {
        builtin_answer_next(b);
        return;
    }

    switch (b->d.task) {
    case BUILTIN_TASK_BOOK:
        builtin_book_next(b);
        break;

    case BUILTIN_TASK_MOVE:
    case BUILTIN_TASK_CANCEL:
        builtin_own_next(b);
        break;

    case BUILTIN_TASK_LEAD:
        builtin_lead_next(b);
        break;

    case BUILTIN_TASK_NONE:
    case BUILTIN_TASK_COUNT:
        builtin_ask(b, b->d.done_something ? BUILTIN_ASK_MORE
                                           : BUILTIN_ASK_HELP);
        break;
    }
}

/* Begins something new; what was under way is forgotten. */
void
builtin_task(builtin_t *b, builtin_task_e task)
{
    b->d.task = task;
    b->d.ask = BUILTIN_ASK_NOTHING;
    b->d.asked_more = 0;
    b->d.reason[0] = '\0';
    builtin_book_reset(b);
    if (task == BUILTIN_TASK_NONE) {
        builtin_set_state(b, BUILTIN_STATE_INTENT);
    } else {
        builtin_set_state(b, task == BUILTIN_TASK_LEAD
                                 ? BUILTIN_STATE_LEAD_CAPTURE
                                 : BUILTIN_STATE_BOOKING);
    }
}

/* What the caller wanted is done. */
void
builtin_done(builtin_t *b)
{
    b->d.done_something = 1;
    b->d.stalls = 0;
    builtin_set_state(b, BUILTIN_STATE_WRAP_UP);
    if (b->d.todo != 0) {
        builtin_next(b);
        return;
    }
    builtin_ask(b, BUILTIN_ASK_MORE);
}

void
builtin_bye(builtin_t *b, const char *reason)
{
    cJSON *args;

    builtin_say(b, "Thank you for calling %s. Goodbye!", b->client_name);
    builtin_set_state(b, BUILTIN_STATE_ENDED);
    b->reply.end = 1;
    if (builtin_can(b, BUILTIN_TOOL_END)) {
        args = cJSON_CreateObject();
        cJSON_AddStringToObject(args, "reason", reason);
        builtin_call(b, BUILTIN_TOOL_END, args);
    }
}

void
builtin_offer_message(builtin_t *b)
{
    if (builtin_can(b, BUILTIN_TOOL_LEAD)) {
        b->d.offered_message = 1;
        builtin_ask(b, BUILTIN_ASK_MESSAGE);
        return;
    }
    builtin_say(b, "Please call again a little later.");
    builtin_task(b, BUILTIN_TASK_NONE);
    builtin_ask(b, BUILTIN_ASK_MORE);
}

static void
name_result(builtin_t *b, const cJSON *result)
{
    /* A name that could not be saved is no reason to stop. */
    (void) result;
    if (b->d.task == BUILTIN_TASK_NONE) {
        builtin_say(b, "Hello %s.", b->d.name);
    }
    builtin_next(b);
}

static void
end_result(builtin_t *b, const cJSON *result)
{
    (void) result;
    b->reply.end = 1;
}
