/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef TESTS_UNIT_BUILTIN_FAKE_H
#define TESTS_UNIT_BUILTIN_FAKE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "dialogue/builtin.h"

/*
 * The tools as the database answers them, over a calendar of a few weeks:
 * Monday to Friday from nine to five, Saturday and Sunday from nine to one,
 * unless a test says otherwise. Slots are every 30 minutes.
 */

#define FAKE_DAYS   40
#define FAKE_SLOTS  48              /* half hours of a day */
#define FAKE_NOW_MS 1795186800000LL /* Friday 2026-11-20 10:00 in New York */

typedef struct {
    const char *keywords; /* any of them, "a|b" */
    const char *answer;
} fake_entry_t;

typedef struct {
    int  first_month, first_day; /* of day 0: 2026-11-20 */
    int  open[7], close[7];      /* half hours, by weekday */
    char taken[FAKE_DAYS][FAKE_SLOTS];
    int  broken; /* every tool fails */
    /* what was written */
    int  booked, moved, canceled, leads, names;
    char start[32], service[64], name[64], phone[32], reason[300];
    char last_tool[40], last_args[600], query[200];
    int  own_count;
    struct {
        char id[16], start[32], service[32];
        int  gone;
    } owns[8];
    const fake_entry_t *knowledge;
    size_t              knowledge_count;
    char                result[4096];
} fake_t;

static const fake_entry_t fake_knowledge[] = {
    { "parking|park|parked|garage|car",
      "Yes, there is free parking behind the building." },
    { "insurance|insurances|insured|delta",
      "We accept most major dental insurance plans." },
    { "price|prices|cost|costs|expensive|charge|rates",
      "A cleaning is ninety dollars" },
    { "address|located|location|directions|where|find",
      "We are at twelve Main Street." },
    { "emergency|emergencies|urgent|bleeding|toothache|knocked",
      "In an emergency we see you the same day." },
    { "pay|payment|card|cards|cash|credit|debit",
      "We take cash and all major cards." },
    { "cancellation|policy|fee|penalty",
      "Please cancel a day ahead; later there is a fee." },
    { "patient|patients|new", "We welcome new patients." },
};

static inline void
fake_init(fake_t *f)
{
    memset(f, 0, sizeof(*f));
    for (int d = 0; d < 7; d++) {
        f->open[d] = 18;
        f->close[d] = d < 5 ? 34 : 26;
    }
    f->knowledge = fake_knowledge;
    f->knowledge_count = sizeof(fake_knowledge) / sizeof(fake_knowledge[0]);
}

/* 2026-11-20 is day 0, a Friday. */
static inline int
fake_day(const char *date)
{
    int y, m, d;

    if (sscanf(date, "%4d-%2d-%2d", &y, &m, &d) != 3 || y < 2026) {
        return -1;
    }
    if (y == 2026 && m == 11) {
        return d - 20;
    }
    if (y == 2026 && m == 12) {
        return d + 10;
    }
    return y == 2026 && m < 11 ? -1 : 999;
}

static inline void
fake_date(char *text, size_t size, int day)
{
    if (day <= 10) {
        snprintf(text, size, "2026-11-%02u", (unsigned) (day + 20) % 100U);
    } else {
        snprintf(text, size, "2026-12-%02u", (unsigned) (day - 10) % 100U);
    }
}

static inline int
fake_free(const fake_t *f, int day, int slot)
{
    int weekday = (day + 4) % 7;

    return day >= 0 && day < FAKE_DAYS && slot >= f->open[weekday]
           && slot < f->close[weekday] && !f->taken[day][slot]
           && !(day == 0 && slot <= 20);
}

static inline int
fake_in_part(int slot, const char *part)
{
    if (strcmp(part, "morning") == 0) {
        return slot < 24;
    }
    if (strcmp(part, "afternoon") == 0) {
        return slot >= 24 && slot < 34;
    }
    return strcmp(part, "evening") != 0 || slot >= 34;
}

static inline cJSON *
fake_slots(const fake_t *f, int day, const char *part, int near)
{
    int    done[FAKE_SLOTS] = { 0 };
    char   date[16], text[32];
    cJSON *list = cJSON_CreateArray();

    fake_date(date, sizeof(date), day);
    for (int n = 0; n < 12; n++) {
        int best = -1;

        for (int s = 0; s < FAKE_SLOTS; s++) {
            if (done[s] || !fake_free(f, day, s) || !fake_in_part(s, part)) {
                continue;
            }
            if (best < 0
                || (near >= 0 && abs(s * 30 - near) < abs(best * 30 - near)))
            {
                best = s;
            }
        }
        if (best < 0) {
            break;
        }
        done[best] = 1;
        snprintf(text, sizeof(text), "%sT%02u:%02u", date,
                 (unsigned) best / 2U % 100U, (unsigned) best % 2U * 30U);
        cJSON_AddItemToArray(list, cJSON_CreateString(text));
    }
    return list;
}

static inline const char *
fake_arg(const cJSON *args, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(args, key));

    return text != NULL ? text : "";
}

static inline cJSON *
fake_get_slots(fake_t *f, const cJSON *args)
{
    int         day = fake_day(fake_arg(args, "date")), hour, minute;
    int         near = -1, next;
    char        date[16];
    const char *part = fake_arg(args, "part");
    cJSON      *o = cJSON_CreateObject(), *slots;

    if (sscanf(fake_arg(args, "time"), "%2d:%2d", &hour, &minute) == 2) {
        near = hour * 60 + minute;
    }
    slots = fake_slots(f, day, part, near);
    cJSON_AddBoolToObject(o, "ok", 1);
    cJSON_AddStringToObject(o, "date", fake_arg(args, "date"));
    cJSON_AddItemToObject(o, "slots", slots);
    cJSON_AddBoolToObject(o, "closed",
                          day < 0 || f->close[(day + 4) % 7] == 0);
    for (next = day < 0 ? 0 : day + 1; next < FAKE_DAYS; next++) {
        cJSON *list = fake_slots(f, next, part, near);

        if (cJSON_GetArraySize(list) > 0) {
            fake_date(date, sizeof(date), next);
            cJSON_AddStringToObject(o, "next_date", date);
            cJSON_AddItemToObject(o, "next_slots", list);
            return o;
        }
        cJSON_Delete(list);
    }
    cJSON_AddNullToObject(o, "next_date");
    cJSON_AddItemToObject(o, "next_slots", cJSON_CreateArray());
    return o;
}

static inline cJSON *
fake_refuse(const char *error)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddBoolToObject(o, "ok", 0);
    cJSON_AddStringToObject(o, "error", error);
    cJSON_AddStringToObject(o, "message", "No.");
    return o;
}

static inline cJSON *
fake_write(fake_t *f, const cJSON *args, int moves)
{
    int    day = fake_day(fake_arg(args, "start")), hour = 0, minute = 0;
    int    slot;
    cJSON *o;

    if (strlen(fake_arg(args, "start")) != 16) {
        return fake_refuse("invalid");
    }
    sscanf(fake_arg(args, "start") + 11, "%2d:%2d", &hour, &minute);
    slot = hour * 2 + minute / 30;
    if (!fake_free(f, day, slot)) {
        o = fake_refuse(day < 0 ? "past" : "taken");
        cJSON_AddItemToObject(o, "alternatives",
                              fake_slots(f, day < 0 ? 1 : day, "any",
                                         slot * 30));
        return o;
    }

    snprintf(f->start, sizeof(f->start), "%s", fake_arg(args, "start"));
    if (moves) {
        f->moved++;
    } else {
        f->booked++;
        snprintf(f->service, sizeof(f->service), "%s",
                 fake_arg(args, "service"));
        snprintf(f->name, sizeof(f->name), "%s", fake_arg(args, "name"));
        snprintf(f->phone, sizeof(f->phone), "%s", fake_arg(args, "phone"));
    }
    f->taken[day][slot] = 1;
    o = cJSON_CreateObject();
    cJSON_AddBoolToObject(o, "ok", 1);
    cJSON_AddStringToObject(o, "appointment_id", "a-1");
    cJSON_AddStringToObject(o, "start", f->start);
    return o;
}

static inline cJSON *
fake_list(fake_t *f)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(o, "appointments");

    cJSON_AddBoolToObject(o, "ok", 1);
    for (int i = 0; i < f->own_count; i++) {
        cJSON *own;

        if (f->owns[i].gone) {
            continue;
        }
        own = cJSON_CreateObject();
        cJSON_AddStringToObject(own, "id", f->owns[i].id);
        cJSON_AddStringToObject(own, "start", f->owns[i].start);
        cJSON_AddStringToObject(own, "service", f->owns[i].service);
        cJSON_AddItemToArray(list, own);
    }
    return o;
}

static inline cJSON *
fake_cancel(fake_t *f, const cJSON *args)
{
    cJSON *o;

    for (int i = 0; i < f->own_count; i++) {
        if (strcmp(f->owns[i].id, fake_arg(args, "appointment_id")) == 0
            && !f->owns[i].gone)
        {
            f->owns[i].gone = 1;
            f->canceled++;
            o = cJSON_CreateObject();
            cJSON_AddBoolToObject(o, "ok", 1);
            cJSON_AddStringToObject(o, "start", f->owns[i].start);
            return o;
        }
    }
    return fake_refuse("none");
}

static inline cJSON *
fake_search(fake_t *f, const cJSON *args)
{
    char   query[200], *save = NULL, *word;
    cJSON *o = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(o, "results");

    cJSON_AddBoolToObject(o, "ok", 1);
    snprintf(f->query, sizeof(f->query), "%s", fake_arg(args, "query"));
    for (size_t i = 0; i < f->knowledge_count; i++) {
        snprintf(query, sizeof(query), "%s", fake_arg(args, "query"));
        for (word = strtok_r(query, " ", &save); word != NULL;
             word = strtok_r(NULL, " ", &save))
        {
            const char *at = strstr(f->knowledge[i].keywords, word);
            size_t      len = strlen(word);
            cJSON      *entry;

            if (at == NULL || (at[len] != '|' && at[len] != '\0')
                || (at > f->knowledge[i].keywords && at[-1] != '|'))
            {
                continue;
            }
            entry = cJSON_CreateObject();
            cJSON_AddStringToObject(entry, "question", word);
            cJSON_AddStringToObject(entry, "answer",
                                    f->knowledge[i].answer);
            cJSON_AddNumberToObject(entry, "rank", 0.6);
            cJSON_AddItemToArray(list, entry);
            break;
        }
    }
    return o;
}

static inline cJSON *
fake_hours_of(const fake_t *f, int weekday)
{
    char   text[16];
    cJSON *list = cJSON_CreateArray(), *pair;

    if (f->close[weekday] == 0) {
        return list;
    }
    pair = cJSON_CreateArray();
    snprintf(text, sizeof(text), "%02u:%02u",
             (unsigned) f->open[weekday] / 2U % 100U,
             (unsigned) f->open[weekday] % 2U * 30U);
    cJSON_AddItemToArray(pair, cJSON_CreateString(text));
    snprintf(text, sizeof(text), "%02u:%02u",
             (unsigned) f->close[weekday] / 2U % 100U,
             (unsigned) f->close[weekday] % 2U * 30U);
    cJSON_AddItemToArray(pair, cJSON_CreateString(text));
    cJSON_AddItemToArray(list, pair);
    return list;
}

static inline cJSON *
fake_hours(fake_t *f, const cJSON *args)
{
    int    day = fake_day(fake_arg(args, "date"));
    cJSON *o = cJSON_CreateObject(), *week, *item;

    cJSON_AddBoolToObject(o, "ok", 1);
    cJSON_AddStringToObject(o, "timezone", "America/New_York");
    item = cJSON_AddObjectToObject(o, "today");
    cJSON_AddItemToObject(item, "intervals", fake_hours_of(f, 4));
    if (day >= 0 && fake_arg(args, "date")[0] != '\0') {
        item = cJSON_AddObjectToObject(o, "day");
        cJSON_AddItemToObject(item, "intervals",
                              fake_hours_of(f, (day + 4) % 7));
    }
    week = cJSON_AddArrayToObject(o, "week");
    for (int d = 0; d < 7; d++) {
        item = cJSON_CreateObject();
        cJSON_AddNumberToObject(item, "weekday", d + 1);
        cJSON_AddItemToObject(item, "intervals", fake_hours_of(f, d));
        cJSON_AddItemToArray(week, item);
    }
    return o;
}

/* The result of a tool as JSON; valid until the next. */
static inline const char *
fake_tool(fake_t *f, const char *name, const char *json)
{
    char  *text;
    cJSON *args = cJSON_Parse(json), *o;

    snprintf(f->last_tool, sizeof(f->last_tool), "%s", name);
    snprintf(f->last_args, sizeof(f->last_args), "%s", json);
    if (f->broken) {
        o = fake_refuse("unavailable");
    } else if (strcmp(name, "get_available_slots") == 0) {
        o = fake_get_slots(f, args);
    } else if (strcmp(name, "book_appointment") == 0) {
        o = fake_write(f, args, 0);
    } else if (strcmp(name, "reschedule_appointment") == 0) {
        o = fake_write(f, args, 1);
    } else if (strcmp(name, "cancel_appointment") == 0) {
        o = fake_cancel(f, args);
    } else if (strcmp(name, "list_my_appointments") == 0) {
        o = fake_list(f);
    } else if (strcmp(name, "search_knowledge") == 0) {
        o = fake_search(f, args);
    } else if (strcmp(name, "get_business_hours") == 0) {
        o = fake_hours(f, args);
    } else if (strcmp(name, "capture_lead") == 0) {
        f->leads++;
        snprintf(f->name, sizeof(f->name), "%s", fake_arg(args, "name"));
        snprintf(f->phone, sizeof(f->phone), "%s", fake_arg(args, "phone"));
        snprintf(f->reason, sizeof(f->reason), "%s",
                 fake_arg(args, "reason"));
        o = cJSON_CreateObject();
        cJSON_AddBoolToObject(o, "ok", 1);
    } else {
        f->names += strcmp(name, "save_contact_name") == 0;
        o = cJSON_CreateObject();
        cJSON_AddBoolToObject(o, "ok", 1);
    }

    text = cJSON_PrintUnformatted(o);
    snprintf(f->result, sizeof(f->result), "%s", text);
    cJSON_free(text);
    cJSON_Delete(o);
    cJSON_Delete(args);
    return f->result;
}

/* Everything the engine says until it waits for the caller. */
static inline void
fake_finish(fake_t *f, builtin_t *b, const builtin_reply_t *reply,
            char *said, size_t size, int *ended)
{
    said[0] = '\0';
    for (int rounds = 0; rounds < 12; rounds++) {
        size_t len = strlen(said);

        if (reply->say[0] != '\0') {
            snprintf(said + len, size - len, "%s%s", len > 0 ? " " : "",
                     reply->say);
        }
        *ended = reply->end;
        if (reply->tool == NULL) {
            return;
        }
        {
            char        id[64], name[64];
            const char *result = fake_tool(f, reply->tool, reply->args);

            snprintf(id, sizeof(id), "%s", reply->tool_id);
            snprintf(name, sizeof(name), "%s", reply->tool);
            reply = builtin_tool_result(b, id, name, result, FAKE_NOW_MS);
        }
    }
    snprintf(said, size, "(tools without end)");
}

static inline void
fake_hear(fake_t *f, builtin_t *b, const char *text, char *said, size_t size,
          int *ended)
{
    fake_finish(f, b, builtin_hear(b, text, FAKE_NOW_MS), said, size, ended);
}

#endif /* TESTS_UNIT_BUILTIN_FAKE_H */
