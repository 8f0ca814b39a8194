/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "provider/realtime.h"

extern const realtime_provider_t realtime_openai;

static const realtime_provider_t *const realtime_providers[] = {
    &realtime_openai,
};

const realtime_provider_t *
realtime_provider_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(realtime_providers) / sizeof(realtime_providers[0]);
         i++)
    {
        if (strcmp(realtime_providers[i]->name, name) == 0) {
            return realtime_providers[i];
        }
    }

    return NULL;
}
