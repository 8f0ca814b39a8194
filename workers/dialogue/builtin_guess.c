/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "dialogue/builtin.h"
#include "dialogue/builtin_intent.h"
#include "base/zone.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void
builtin_intent_of(builtin_guess_t *guess, const char *text, int64_t now_ms,
                  const char *timezone, const char *const *services,
                  size_t service_count)
{
    int               y, m, d;
    zone_t            zone;
    builtin_heard_t   heard;
    builtin_context_t context;

    memset(guess, 0, sizeof(*guess));
    memset(&context, 0, sizeof(context));
    zone_load(&zone, timezone);
    context.now = zone_minutes(&zone, now_ms);
    context.services = services;
    context.service_count = service_count;
    zone_free(&zone);

    builtin_understand(&heard, text, &context);
    guess->intent = builtin_intent_name(heard.main);
    if (heard.when.day != BUILTIN_NO_DAY) {
        zone_day_split(heard.when.day, &y, &m, &d);
        snprintf(guess->date, sizeof(guess->date), "%04u-%02u-%02u",
                 (unsigned) y % 10000U, (unsigned) m % 100U,
                 (unsigned) d % 100U);
    }
    if (heard.when.part != BUILTIN_PART_ANY) {
        snprintf(guess->part, sizeof(guess->part), "%s",
                 builtin_part_names[heard.when.part]);
    }
    if (heard.when.minute >= 0) {
        snprintf(guess->time, sizeof(guess->time), "%02u:%02u",
                 (unsigned) heard.when.minute / 60U % 24U,
                 (unsigned) heard.when.minute % 60U);
    }
    if (heard.has_name) {
        snprintf(guess->name, sizeof(guess->name), "%s", heard.name.text);
    }
    if (heard.has_digits
        && builtin_dial(guess->phone, sizeof(guess->phone),
                        heard.digits.text, heard.digits.plus, "")
               != 1)
    {
        snprintf(guess->phone, sizeof(guess->phone), "%s",
                 heard.digits.text);
    }
    if (heard.service >= 0) {
        snprintf(guess->service, sizeof(guess->service), "%s",
                 services[heard.service]);
    }
}

void
builtin_guess_print(const builtin_guess_t *guess, char *text, size_t size)
{
    size_t len;
    const struct {
        const char *key;
        const char *value;
    } slots[] = {
        { "date", guess->date },
        { "part", guess->part },
        { "time", guess->time },
        { "name", guess->name },
        { "phone", guess->phone },
        { "service", guess->service },
    };

    len = (size_t) snprintf(text, size, "%s", guess->intent);
    for (size_t i = 0; i < COUNT(slots) && len < size; i++) {
        if (slots[i].value[0] != '\0') {
            len += (size_t) snprintf(text + len, size - len, " %s=%s",
                                     slots[i].key, slots[i].value);
        }
    }
}
