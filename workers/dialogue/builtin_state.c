/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

/*
 * The dialogue as JSON and back. Names of states, questions and tasks are
 * words, so that a later version may add some; what is missing keeps its
 * default, and what is out of bounds is refused.
 */

#define STATE_VERSION 1

#define NAME_ONLY(name, text)   text,
#define STATE_NAME(name, enter) #name,
static const char *const state_names[] = { BUILTIN_STATES(STATE_NAME) };
static const char *const ask_names[] = { BUILTIN_ASKS(NAME_ONLY) };
static const char *const task_names[] = { BUILTIN_TASKS(NAME_ONLY) };
static const char *const tool_names[] = { BUILTIN_TOOLS(NAME_ONLY) };

/* clang-format off */
/* Every plain field, once; F(field, default). */
#define FIELDS(F)                                                             \
    F(turns, 0) F(misses, 0) F(stalls, 0) F(serial, 0) F(todo, 0)             \
    F(done_something, 0) F(asked_more, 0) F(offered_message, 0)               \
    F(service, -1) F(party, 0) F(start, 0) F(phone_plus, 0) F(phone_done, 0)  \
    F(name_saved, 0) F(confirmed, 0) F(looked, 0) F(widened, 0)               \
    F(flipped, 0) F(missed, 0) F(closed, 0) F(last_offer, 0)                  \
    F(own_known, 0) F(own, -1) F(search_miss, 0)                              \
    F(hours_day, BUILTIN_NO_DAY) F(hours_yes, 0)                              \
    F(when.day, BUILTIN_NO_DAY)                                               \
    F(when.old, BUILTIN_NO_DAY) F(when.minute, -1) F(when.part, 0)            \
    F(when.guessed, 0) F(when.after, 0) F(when.before, 0)                     \
    F(when.earliest, 0) F(when.anytime, 0) F(when.week, 0)

#define TEXTS(T)                                                              \
    T(name) T(phone) T(digits) T(insisted) T(reason) T(query) T(pending_id)   \
    T(said)
/* clang-format on */

static void
add_text(cJSON *o, const char *key, const char *text)
{
    if (text[0] != '\0') {
        cJSON_AddStringToObject(o, key, text);
    }
}

static void
add_times(cJSON *o, const char *key, const int32_t *times, int count)
{
    cJSON *list;

    if (count > 0 && (list = cJSON_AddArrayToObject(o, key)) != NULL) {
        for (int i = 0; i < count; i++) {
            cJSON_AddItemToArray(list, cJSON_CreateNumber(times[i]));
        }
    }
}

char *
builtin_dialogue_print(const builtin_dialogue_t *d)
{
    char  *text;
    cJSON *o, *list, *own;

    o = cJSON_CreateObject();
    if (o == NULL) {
        return NULL;
    }

    cJSON_AddNumberToObject(o, "version", STATE_VERSION);
    cJSON_AddStringToObject(o, "state", state_names[d->state]);
    add_text(o, "ask", ask_names[d->ask]);
    add_text(o, "task", task_names[d->task]);
    add_text(o, "pending", tool_names[d->pending]);

#define ADD_FIELD(f, def)                              \
    if ((double) d->f != (double) (def)) {             \
        cJSON_AddNumberToObject(o, #f, (double) d->f); \
    }
    FIELDS(ADD_FIELD)
#define ADD_TEXT(f) add_text(o, #f, d->f);
    TEXTS(ADD_TEXT)

    add_times(o, "slots", d->slots, d->slot_count);
    add_times(o, "offers", d->offers, d->offer_count);
    if (d->own_count > 0
        && (list = cJSON_AddArrayToObject(o, "owns")) != NULL)
    {
        for (int i = 0; i < d->own_count; i++) {
            own = cJSON_CreateObject();
            cJSON_AddStringToObject(own, "id", d->owns[i].id);
            cJSON_AddNumberToObject(own, "start", d->owns[i].start);
            cJSON_AddStringToObject(own, "service", d->owns[i].service);
            cJSON_AddItemToArray(list, own);
        }
    }

    text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    return text;
}

static int
get_name(const cJSON *o, const char *key, const char *const *names, int count)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(o, key));

    for (int i = 0; text != NULL && i < count; i++) {
        if (strcmp(names[i], text) == 0) {
            return i;
        }
    }
    return 0;
}

static double
get_number(const cJSON *o, const char *key, double missing)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);

    if (!cJSON_IsNumber(item) || item->valuedouble < INT32_MIN
        || item->valuedouble > INT32_MAX)
    {
        return missing;
    }
    return item->valuedouble;
}

static void
get_text(const cJSON *o, const char *key, char *text, size_t size)
{
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(o, key));

    snprintf(text, size, "%s", value != NULL ? value : "");
}

static int
get_times(const cJSON *o, const char *key, int32_t *times, int max)
{
    int          count = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItem(o, key))
    {
        if (cJSON_IsNumber(item) && item->valuedouble > 0
            && item->valuedouble < INT32_MAX && count < max)
        {
            times[count++] = (int32_t) item->valuedouble;
        }
    }
    return count;
}

/* What a damaged state may not say. */
static void
dialogue_check(builtin_dialogue_t *d)
{
    if ((unsigned) d->when.part > BUILTIN_PART_EVENING) {
        d->when.part = BUILTIN_PART_ANY;
    }
    if (d->own < -1 || d->own >= d->own_count) {
        d->own = -1;
    }
    if (d->when.minute < -1 || d->when.minute >= 1440) {
        d->when.minute = -1;
    }
    if (d->start < 0) {
        d->start = 0;
    }
    if ((d->ask == BUILTIN_ASK_CHOICE && d->offer_count == 0)
        || (d->ask == BUILTIN_ASK_WHICH && d->own_count == 0)
        || (d->ask == BUILTIN_ASK_CONFIRM && d->own < 0
            && (d->task == BUILTIN_TASK_MOVE
                || d->task == BUILTIN_TASK_CANCEL)))
    {
        d->ask = BUILTIN_ASK_HELP;
        d->task = BUILTIN_TASK_NONE;
        d->state = BUILTIN_STATE_INTENT;
    }
}

int
builtin_dialogue_parse(builtin_dialogue_t *d, const char *json)
{
    cJSON       *o;
    const cJSON *item;

    o = cJSON_Parse(json);
    if (o == NULL || get_number(o, "version", 0) != STATE_VERSION) {
        cJSON_Delete(o);
        return -1;
    }

    memset(d, 0, sizeof(*d));
    d->state = (builtin_state_e) get_name(o, "state", state_names,
                                          BUILTIN_STATE_COUNT);
    d->ask = (builtin_ask_e) get_name(o, "ask", ask_names, BUILTIN_ASK_COUNT);
    d->task = (builtin_task_e) get_name(o, "task", task_names,
                                        BUILTIN_TASK_COUNT);
    d->pending = (builtin_tool_e) get_name(o, "pending", tool_names,
                                           BUILTIN_TOOL_COUNT);

#define GET_FIELD(f, def) d->f = (__typeof__(+d->f)) get_number(o, #f, def);
    FIELDS(GET_FIELD)
#define GET_TEXT(f) get_text(o, #f, d->f, sizeof(d->f));
    TEXTS(GET_TEXT)

    d->slot_count = get_times(o, "slots", d->slots, BUILTIN_SLOTS_MAX);
    d->offer_count = get_times(o, "offers", d->offers, BUILTIN_OFFERS_MAX);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(o, "owns"))
    {
        builtin_own_t *own = &d->owns[d->own_count];

        if (d->own_count == BUILTIN_OWN_MAX) {
            break;
        }
        get_text(item, "id", own->id, sizeof(own->id));
        get_text(item, "service", own->service, sizeof(own->service));
        own->start = (int32_t) get_number(item, "start", 0);
        d->own_count++;
    }

    cJSON_Delete(o);
    dialogue_check(d);
    return 0;
}
