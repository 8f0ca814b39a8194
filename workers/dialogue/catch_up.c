/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include <cjson/cJSON.h>

#include "dialogue/catch_up.h"

/* What was said longer ago is of another matter, most likely. */
#define UTTERANCES_MAX 3

static int    catch_up_is_deed(const llm_message_t *m);
static size_t catch_up_deed(const llm_message_t *messages, size_t count);
static size_t catch_up_first(const llm_message_t *messages, size_t from,
                             size_t count);

int
catch_up_make(catch_up_t *catch_up, const llm_message_t *messages,
              size_t count)
{
    size_t i, length, used = 0, from = catch_up_deed(messages, count);

    memset(catch_up, 0, sizeof(*catch_up));
    catch_up->message.role = LLM_USER;
    catch_up->message.text = catch_up->text;

    for (i = catch_up_first(messages, from, count); i < count; i++) {
        if (messages[i].role != LLM_USER) {
            continue;
        }

        length = strlen(messages[i].text);
        if (used + length + 2 > sizeof(catch_up->text)) {
            break;
        }

        if (used > 0) {
            catch_up->text[used++] = ' ';
        }

        memcpy(catch_up->text + used, messages[i].text, length + 1);
        used += length;
        catch_up->message.doubtful = messages[i].doubtful;
    }

    return used > 0 || from == 0;
}

/* Behind the last thing that was done; 0: nothing was. */
static size_t
catch_up_deed(const llm_message_t *messages, size_t count)
{
    while (count > 0 && !catch_up_is_deed(&messages[count - 1])) {
        count--;
    }

    return count;
}

static int
catch_up_is_deed(const llm_message_t *m)
{
    static const char *const deeds[] = {
        "book_appointment", "reschedule_appointment", "cancel_appointment",
        "capture_lead", "send_sms"
    };
    int    ok;
    size_t i;
    cJSON *result;

    if (m->role != LLM_TOOL_RESULT || m->name == NULL) {
        return 0;
    }

    for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        if (strcmp(deeds[i], m->name) == 0) {
            result = cJSON_Parse(m->text);
            ok = cJSON_IsTrue(
                cJSON_GetObjectItemCaseSensitive(result, "ok"));
            cJSON_Delete(result);
            return ok;
        }
    }

    return 0;
}

static size_t
catch_up_first(const llm_message_t *messages, size_t from, size_t count)
{
    size_t i, room = CATCH_UP_BYTES, first = count, utterances = 0;

    for (i = count; i > from; i--) {
        if (messages[i - 1].role != LLM_USER) {
            continue;
        }

        if (utterances++ == UTTERANCES_MAX
            || strlen(messages[i - 1].text) + 2 > room)
        {
            break;
        }

        room -= strlen(messages[i - 1].text) + 2;
        first = i - 1;
    }

    return first;
}
