/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "dialogue/builtin_flow.h"

#define DAY_MIN    1440
#define WEEK_BYTES 512

/* Of all that was said, so much is in the best answer of the search. */
#define RANK_LIKELY 0.5

/* Questions about hours and from the knowledge base; messages. */

static const char *const weekdays[] = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    "Sunday"
};

void
builtin_answer_next(builtin_t *b)
{
    int                 y, m, day;
    char                date[40];
    cJSON              *args = cJSON_CreateObject();
    builtin_dialogue_t *d = &b->d;

    if (d->todo & BUILTIN_TODO_HOURS) {
        if (builtin_can(b, BUILTIN_TOOL_HOURS)) {
            if (d->hours_day != BUILTIN_NO_DAY) {
                zone_day_split(d->hours_day, &y, &m, &day);
                snprintf(date, sizeof(date), "%04d-%02d-%02d", y, m, day);
                cJSON_AddStringToObject(args, "date", date);
            }
            builtin_call(b, BUILTIN_TOOL_HOURS, args);
            return;
        }
        d->todo &= ~BUILTIN_TODO_HOURS;
        d->todo |= BUILTIN_TODO_SEARCH;
        snprintf(d->query, sizeof(d->query), "opening hours");
    }
    if (d->todo & BUILTIN_TODO_SEARCH) {
        if (builtin_can(b, BUILTIN_TOOL_SEARCH)) {
            cJSON_AddStringToObject(args, "query", d->query);
            builtin_call(b, BUILTIN_TOOL_SEARCH, args);
            return;
        }
        cJSON_Delete(args);
        builtin_search_result(b, NULL);
        return;
    }
    cJSON_Delete(args);
    if (builtin_can(b, BUILTIN_TOOL_LIST)) {
        builtin_call(b, BUILTIN_TOOL_LIST, NULL);
        return;
    }
    d->todo = 0;
    builtin_say(b, "I'm sorry, I can't look that up.");
    builtin_next(b);
}

/* After an answer: back to the open question, or on. */
static void
answer_done(builtin_t *b)
{
    if (b->d.todo == 0 && b->d.task == BUILTIN_TASK_NONE) {
        b->d.done_something = 1;
        b->d.stalls = 0;
        builtin_set_state(b, BUILTIN_STATE_FAQ);
        builtin_ask(b, BUILTIN_ASK_MORE);
        return;
    }
    builtin_next(b);
}

/* ---- hours ---- */

static int
clock_of(const cJSON *item)
{
    int         hour, minute;
    const char *text = cJSON_GetStringValue(item);

    if (text == NULL || sscanf(text, "%2d:%2d", &hour, &minute) != 2
        || hour < 0 || hour > 24 || minute < 0 || minute > 59)
    {
        return -1;
    }
    return hour * 60 + minute;
}

/* "from nine to five", "from nine to noon and from one to five" */
static int
hours_words(const cJSON *intervals, char *text, size_t size)
{
    int          count = 0;
    char         from[48], to[48];
    size_t       len = 0;
    const cJSON *item;

    text[0] = '\0';
    cJSON_ArrayForEach(item, intervals)
    {
        int open = clock_of(cJSON_GetArrayItem(item, 0));
        int close = clock_of(cJSON_GetArrayItem(item, 1));

        if (open < 0 || close < 0 || len + 100 > size) {
            continue;
        }
        builtin_spoken_time(from, sizeof(from), open, 0);
        builtin_spoken_time(to, sizeof(to), close, 0);
        len += (size_t) snprintf(text + len, size - len, "%sfrom %s to %s",
                                 count > 0 ? " and " : "", from, to);
        count++;
    }
    return count;
}

/* Days with the same hours, told together. */
typedef struct {
    char hours[160];
    char days[160];
    int  first, last; /* of the run being read */
} group_t;

static void
group_days(group_t *g)
{
    size_t      len = strlen(g->days);
    const char *join = len > 0 ? ", " : "";

    if (g->first == g->last) {
        snprintf(g->days + len, sizeof(g->days) - len, "%s%s", join,
                 weekdays[g->first]);
    } else if (g->first + 1 == g->last) {
        snprintf(g->days + len, sizeof(g->days) - len, "%s%s and %s", join,
                 weekdays[g->first], weekdays[g->last]);
    } else {
        snprintf(g->days + len, sizeof(g->days) - len, "%s%s to %s", join,
                 weekdays[g->first], weekdays[g->last]);
    }
}

/* What does not fit is cut. */
static void
append(char *text, size_t size, const char *more)
{
    size_t len = strlen(text), n = strlen(more);

    n = n < size - len ? n : size - len - 1;
    memcpy(text + len, more, n);
    text[len + n] = '\0';
}

static void
hours_week(builtin_t *b, const cJSON *week)
{
    int          count = 0, closed[7] = { 0 };
    char         hours[160], text[WEEK_BYTES] = "";
    group_t      groups[7];
    const cJSON *item;

    cJSON_ArrayForEach(item, week)
    {
        const cJSON *number = cJSON_GetObjectItem(item, "weekday");
        int          g, day;

        day = cJSON_IsNumber(number) ? number->valueint - 1 : -1;
        if (day < 0 || day > 6) {
            continue;
        }
        if (hours_words(cJSON_GetObjectItem(item, "intervals"), hours,
                        sizeof(hours))
            == 0)
        {
            closed[day] = 1;
            continue;
        }
        for (g = 0; g < count && strcmp(groups[g].hours, hours) != 0; g++) {
            /* find the days that are alike */
        }
        if (g == count && count < 7) {
            memset(&groups[g], 0, sizeof(groups[g]));
            memcpy(groups[g].hours, hours, sizeof(hours));
            groups[g].first = groups[g].last = day;
            count++;
        } else if (g < count && day == groups[g].last + 1) {
            groups[g].last = day;
        } else if (g < count) {
            group_days(&groups[g]);
            groups[g].first = groups[g].last = day;
        }
    }

    for (int g = 0; g < count; g++) {
        group_days(&groups[g]);
        append(text, sizeof(text), g == 0 ? "" : g + 1 == count ? ", and "
                                                                : ", ");
        append(text, sizeof(text), groups[g].days);
        append(text, sizeof(text), " ");
        append(text, sizeof(text), groups[g].hours);
    }
    if (count == 0) {
        builtin_say(b, "I'm sorry, I don't have our hours here.");
    } else if (strcmp(groups[0].days, "Monday to Sunday") == 0) {
        builtin_say(b, "We are open every day %s.", groups[0].hours);
    } else {
        builtin_say(b, "We are open %s.", text);
    }
    if (count > 0 && closed[6] && !closed[5]) {
        builtin_say(b, "On Sunday we're closed.");
    }
}

/* "Yes, we're open until five." */
static void
hours_now(builtin_t *b, const cJSON *today)
{
    int          minute = b->now % DAY_MIN, next = -1;
    char         time[48];
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItem(today, "intervals"))
    {
        int open = clock_of(cJSON_GetArrayItem(item, 0));
        int close = clock_of(cJSON_GetArrayItem(item, 1));

        if (open <= minute && minute < close) {
            builtin_spoken_time(time, sizeof(time), close, 0);
            builtin_say(b, "Yes, we're open until %s today.", time);
            return;
        }
        if (open > minute && next < 0) {
            next = open;
        }
    }
    if (next >= 0) {
        builtin_spoken_time(time, sizeof(time), next, 0);
        builtin_say(b, "Not right now. We open at %s today.", time);
    } else {
        builtin_say(b, "No, we're closed for today.");
    }
}

static void
hours_day(builtin_t *b, const cJSON *day)
{
    char hours[160], name[96];

    builtin_spoken_on_day(name, sizeof(name), b->d.hours_day, b->now);
    if (hours_words(cJSON_GetObjectItem(day, "intervals"), hours,
                    sizeof(hours))
        > 0)
    {
        if (!b->d.hours_yes) {
            name[0] = (char) toupper((unsigned char) name[0]);
        }
        builtin_say(b, "%s%s we're open %s.", b->d.hours_yes ? "Yes, " : "",
                    name, hours);
    } else {
        builtin_say(b, "%s closed %s.",
                    b->d.hours_yes ? "No, we're" : "We are", name);
    }
}

void
builtin_hours_result(builtin_t *b, const cJSON *result)
{
    const cJSON *day = cJSON_GetObjectItem(result, "day");
    const cJSON *today = cJSON_GetObjectItem(result, "today");

    b->d.todo &= ~BUILTIN_TODO_HOURS;
    if (!cJSON_IsTrue(cJSON_GetObjectItem(result, "ok"))) {
        builtin_say(b, "I'm sorry, I can't look up our hours right now.");
    } else if (b->d.hours_day == b->now / DAY_MIN && b->d.hours_yes) {
        hours_now(b, today);
    } else if (b->d.hours_day == b->now / DAY_MIN) {
        hours_day(b, today);
    } else if (b->d.hours_day != BUILTIN_NO_DAY && cJSON_IsObject(day)) {
        hours_day(b, day);
    } else {
        hours_week(b, cJSON_GetObjectItem(result, "week"));
    }
    answer_done(b);
}

/* ---- the knowledge base ---- */

/* Ends a text as a sentence does. */
static void
say_sentence(builtin_t *b, const char *text)
{
    size_t len = strlen(text);

    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\n')) {
        len--;
    }
    if (len == 0) {
        return;
    }
    builtin_say(b, "%.*s%s", (int) (len < 900 ? len : 900), text,
                strchr(".!?", text[len - 1]) != NULL ? "" : ".");
}

void
builtin_search_result(builtin_t *b, const cJSON *result)
{
    int          unclear = b->d.search_miss;
    const char  *answer;
    const cJSON *best, *rank;

    b->d.todo &= ~BUILTIN_TODO_SEARCH;
    b->d.search_miss = 0;
    best = cJSON_GetArrayItem(cJSON_GetObjectItem(result, "results"), 0);
    rank = cJSON_GetObjectItem(best, "rank");
    answer = cJSON_GetStringValue(cJSON_GetObjectItem(best, "answer"));
    /* One word in common does not make a question of what is none. */
    if (unclear && cJSON_IsNumber(rank) && rank->valuedouble < RANK_LIKELY) {
        answer = NULL;
    }
    if (answer != NULL && answer[0] != '\0') {
        b->d.misses = 0;
        say_sentence(b, answer);
        answer_done(b);
        return;
    }
    if (unclear) {
        /* Not a question we know: it was not understood. */
        builtin_miss(b);
        return;
    }

    builtin_say(b, "I'm sorry, I don't have that information.");
    if (b->d.task != BUILTIN_TASK_NONE || b->d.todo != 0
        || b->d.offered_message)
    {
        answer_done(b);
        return;
    }
    builtin_set_state(b, BUILTIN_STATE_FAQ);
    builtin_offer_message(b);
}

/* ---- messages ---- */

void
builtin_lead_next(builtin_t *b)
{
    cJSON              *args;
    builtin_dialogue_t *d = &b->d;

    if (!builtin_can(b, BUILTIN_TOOL_LEAD)) {
        builtin_say(b, "I'm sorry, I can't take a message right now.");
        builtin_task(b, BUILTIN_TASK_NONE);
        builtin_ask(b, BUILTIN_ASK_MORE);
        return;
    }

    builtin_set_state(b, BUILTIN_STATE_LEAD_CAPTURE);
    if (d->reason[0] == '\0') {
        builtin_ask(b, BUILTIN_ASK_REASON);
        return;
    }
    if (builtin_person(b)) {
        return;
    }

    builtin_set_state(b, BUILTIN_STATE_CONFIRMATION);
    if (!d->confirmed) {
        builtin_ask(b, BUILTIN_ASK_CONFIRM);
        return;
    }
    args = cJSON_CreateObject();
    cJSON_AddStringToObject(args, "name", d->name);
    cJSON_AddStringToObject(args, "phone", d->phone);
    cJSON_AddStringToObject(args, "reason", d->reason);
    builtin_call(b, BUILTIN_TOOL_LEAD, args);
}

void
builtin_lead_result(builtin_t *b, const cJSON *result)
{
    if (cJSON_IsTrue(cJSON_GetObjectItem(result, "ok"))) {
        builtin_say(b, "Thank you, I've passed it on.");
        builtin_done(b);
        return;
    }
    builtin_say(b, "I'm sorry, I could not save your message. "
                   "Please call again a little later.");
    builtin_task(b, BUILTIN_TASK_NONE);
    builtin_ask(b, BUILTIN_ASK_MORE);
}
