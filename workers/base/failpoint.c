/* SPDX-License-Identifier: BSD-2-Clause */

#include "base/failpoint.h"

#ifdef FRONTDESK_FAILPOINTS

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
failpoint_pid(const char *name, int pid)
{
    char text[16];

    (void) snprintf(text, sizeof(text), "%d", pid);

    return failpoint(name, text);
}

int
failpoint(const char *name, const char *what)
{
    int         on = 0;
    char        line[256], at[64], action[16], text[128];
    FILE       *file;
    const char *path = getenv("FRONTDESK_FAILPOINTS");

    file = path != NULL ? fopen(path, "re") : NULL;
    if (file == NULL) {
        return 0;
    }

    while (!on && fgets(line, sizeof(line), file) != NULL) {
        text[0] = '\0';

        if (sscanf(line, "%63s %15s %127[^\n]", at, action, text) < 2
            || strcmp(at, name) != 0 || strstr(what, text) == NULL)
        {
            continue;
        }

        if (strcmp(action, "abort") == 0) {
            abort();
        }

        if (strcmp(action, "spin") == 0) {
            for (;;) {
                __asm__ volatile("");
            }
        }

        on = strcmp(action, "on") == 0;
    }

    (void) fclose(file);

    return on;
}

#else

/* A translation unit may not be empty. */
typedef int failpoint_none_t;

#endif
