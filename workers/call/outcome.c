/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "call/outcome.h"

/* Where a word of the sentence comes from: the arguments or the result. */
typedef struct {
    const char *tool;
    const char *sentence; /* %s: the detail, when there is one */
    const char *plain;    /* without it */
    const char *detail;   /* member of the result, else of the arguments */
} outcome_t;

static const outcome_t outcomes[] = {
    { "book_appointment", "Booked an appointment for %s.",
      "Booked an appointment.", "start" },
    { "reschedule_appointment", "Moved an appointment to %s.",
      "Moved an appointment.", "start" },
    { "cancel_appointment", "Canceled the appointment of %s.",
      "Canceled an appointment.", "start" },
    { "list_my_appointments", "", "Asked about own appointments.", "" },
    { "get_business_hours", "", "Asked about opening hours.", "" },
    { "search_knowledge", "Asked about %s.", "Asked a question.", "query" },
    { "capture_lead", "Left a message: %s.", "Left a message.", "reason" },
};

static int  is_time(const char *text);
static void end_whole(char *text);
static const char *outcome_detail(const cJSON *args, const cJSON *result,
                                  const char *member);

void
outcome_note(char *summary, size_t room, const char *tool, const char *args,
             const char *result)
{
    char        sentence[200], detail[120];
    size_t      i, used = strlen(summary);
    cJSON      *given, *came;
    const char *found;

    given = cJSON_Parse(args);
    came = cJSON_Parse(result);

    for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        if (strcmp(outcomes[i].tool, tool) != 0
            || !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(came, "ok")))
        {
            continue;
        }

        found = outcome_detail(given, came, outcomes[i].detail);

        if (found != NULL) {
            (void) snprintf(detail, sizeof(detail), "%s", found);
            end_whole(detail);

            if (is_time(detail)) {
                detail[10] = ' ';
                detail[16] = '\0';
            }

            (void) snprintf(sentence, sizeof(sentence), outcomes[i].sentence,
                            detail);
        } else {
            (void) snprintf(sentence, sizeof(sentence), "%s",
                            outcomes[i].plain);
        }

        if (strstr(summary, sentence) == NULL) {
            (void) snprintf(summary + used, room - used, "%s%s",
                            used > 0 ? " " : "", sentence);
            end_whole(summary + used);
        }
    }

    cJSON_Delete(given);
    cJSON_Delete(came);
}

/* 2026-11-21T09:00 is for machines. */
static int
is_time(const char *text)
{
    size_t      i;
    const char *form = "0000-00-00T00:00";

    for (i = 0; form[i] != '\0'; i++) {
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9'
                           : text[i] != form[i])
        {
            return 0;
        }
    }

    return 1;
}

/* A text cut inside of a character is none that Postgres takes. */
static void
end_whole(char *text)
{
    size_t        more = 0, length = strlen(text);
    unsigned char first = 0;

    for (; more < length; more++) {
        first = (unsigned char) text[length - 1 - more];

        if ((first & 0xc0) != 0x80) {
            break;
        }
    }

    if (more == length) {
        return;
    }

    if ((first >= 0xc0 && more < 1) || (first >= 0xe0 && more < 2)
        || (first >= 0xf0 && more < 3))
    {
        text[length - 1 - more] = '\0';
    }
}

static const char *
outcome_detail(const cJSON *args, const cJSON *result, const char *member)
{
    const cJSON *item;

    item = cJSON_GetObjectItemCaseSensitive(result, member);
    if (!cJSON_IsString(item)) {
        item = cJSON_GetObjectItemCaseSensitive(args, member);
    }

    return cJSON_IsString(item) ? item->valuestring : NULL;
}
