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

            /* 2026-11-21T09:00 is for machines. */
            if (strlen(detail) >= 16 && detail[10] == 'T') {
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
        }
    }

    cJSON_Delete(given);
    cJSON_Delete(came);
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
