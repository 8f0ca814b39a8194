/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tool/tool.h"

/* More than any tool needs; what is longer is not an argument. */
#define ARGS_MAX 4096
#define TEXT_MAX 500

/* clang-format off */
#define OBJECT(members, required)                                             \
    "{\"type\":\"object\",\"properties\":{" members "},\"required\":["        \
    required "],\"additionalProperties\":false}"
#define STRING(name, about)                                                   \
    "\"" name "\":{\"type\":\"string\",\"description\":\"" about "\"}"

#define LOCAL_TIME "local date and time, as 2026-11-21T09:00"

static const char *tool_check_member(const cJSON *schema, const cJSON *value);
static int tool_is_name(const char *name);

/* clang-format off */
const tool_t tools[] = {
    { "get_available_slots",
      "Free times for an appointment on a day.",
      OBJECT(STRING("date", "day, as 2026-11-21") ","
             "\"part\":{\"type\":\"string\",\"enum\":"
             "[\"morning\",\"afternoon\",\"evening\",\"any\"]},"
             STRING("time", "wished time, as 09:30") ","
             STRING("service", "what is to be booked"),
             "\"date\""),
      0 },
    { "book_appointment",
      "Books a free time for the caller. Say it is booked only after this "
      "succeeded.",
      OBJECT(STRING("start", LOCAL_TIME) ","
             STRING("service", "what is booked") ","
             STRING("name", "of the customer") ","
             STRING("phone", "if not the caller's own, as +14155550123") ","
             STRING("notes", "what the business should know, as: for two"),
             "\"start\",\"name\""),
      0 },
    { "reschedule_appointment",
      "Moves the caller's appointment to another time.",
      OBJECT(STRING("appointment_id", "when the caller has several") ","
             STRING("start", LOCAL_TIME),
             "\"start\""),
      0 },
    { "cancel_appointment",
      "Cancels the caller's appointment.",
      OBJECT(STRING("appointment_id", "when the caller has several"), ""),
      0 },
    { "list_my_appointments",
      "The caller's coming appointments.",
      OBJECT("", ""),
      0 },
    { "save_contact_name",
      "Remembers the caller's name.",
      OBJECT(STRING("name", "first and last name"), "\"name\""),
      0 },
    { "search_knowledge",
      "Looks up what the business says about a question.",
      OBJECT(STRING("query", "the question in a few words"), "\"query\""),
      0 },
    { "get_business_hours",
      "When the business is open.",
      OBJECT(STRING("date", "a day, as 2026-11-21"), ""),
      0 },
    { "capture_lead",
      "Takes a message for a call back.",
      OBJECT(STRING("name", "of the caller") ","
             STRING("phone", "to call back, as +14155550123") ","
             STRING("reason", "what it is about") ","
             STRING("email", "") ","
             STRING("callback_preference", "when to call back"),
             "\"name\",\"phone\",\"reason\""),
      0 },
    { "end_call",
      "Ends the call after what is being said has been heard.",
      OBJECT(STRING("reason", "why"), ""),
      1 },
};
/* clang-format on */

const size_t tool_count = sizeof(tools) / sizeof(tools[0]);

const tool_t *
tool_find(const char *name)
{
    size_t i;

    for (i = 0; i < tool_count; i++) {
        if (strcmp(tools[i].name, name) == 0) {
            return &tools[i];
        }
    }

    return NULL;
}

int
tool_check(const tool_t *tool, const char *args, char *error,
           size_t error_bytes)
{
    int          rc = -EINVAL;
    cJSON       *given, *schema;
    const char  *wrong;
    const cJSON *members, *item;

    given = strlen(args) <= ARGS_MAX ? cJSON_ParseWithOpts(args, NULL, 1)
                                     : NULL;
    schema = cJSON_Parse(tool->schema);
    members = cJSON_GetObjectItemCaseSensitive(schema, "properties");

    if (!cJSON_IsObject(given) || members == NULL) {
        (void) snprintf(error, error_bytes, "The arguments are not a JSON "
                                            "object.");
        goto done;
    }

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(schema,
                                                              "required"))
    {
        if (cJSON_GetObjectItemCaseSensitive(given, item->valuestring)
            == NULL)
        {
            (void) snprintf(error, error_bytes, "Argument %s is missing.",
                            item->valuestring);
            goto done;
        }
    }

    cJSON_ArrayForEach(item, given)
    {
        wrong = tool_check_member(
            cJSON_GetObjectItemCaseSensitive(members, item->string), item);

        if (wrong != NULL) {
            (void) snprintf(error, error_bytes, "Argument %s %s.",
                            tool_is_name(item->string) ? item->string : "name",
                            wrong);
            goto done;
        }
    }

    rc = 0;

done:
    cJSON_Delete(given);
    cJSON_Delete(schema);
    return rc;
}

/* Fit to be told back: models invent members of any length and letters. */
static int
tool_is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_");

    return length > 0 && length <= 40 && name[length] == '\0';
}

static const char *
tool_check_member(const cJSON *schema, const cJSON *value)
{
    const cJSON *choice, *choices;

    if (schema == NULL) {
        return "is not known";
    }

    if (!cJSON_IsString(value)) {
        return "is not a string";
    }

    if (strlen(value->valuestring) > TEXT_MAX) {
        return "is too long";
    }

    choices = cJSON_GetObjectItemCaseSensitive(schema, "enum");
    if (choices == NULL) {
        return NULL;
    }

    cJSON_ArrayForEach(choice, choices)
    {
        if (strcmp(choice->valuestring, value->valuestring) == 0) {
            return NULL;
        }
    }

    return "is not one of its choices";
}
