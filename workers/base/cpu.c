/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cpu.h"

#define FIELD_STATE 3
#define FIELD_USER 14
#define FIELD_SYSTEM 15

int
cpu_of_thread(pid_t pid, char *state, uint64_t *ms)
{
    int      fd, field;
    char     path[48], text[1024], *p;
    ssize_t  n;
    uint64_t ticks = 0;

    (void) snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int) pid,
                    (int) pid);

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -ESRCH;
    }

    n = read(fd, text, sizeof(text) - 1);
    (void) close(fd);

    if (n <= 0) {
        return -ESRCH;
    }

    text[n] = '\0';

    /* The name in field 2 may hold anything: its last ) ends it. */
    p = strrchr(text, ')');
    if (p == NULL || p[1] != ' ') {
        return -ESRCH;
    }

    p += 2;
    *state = *p;

    for (field = FIELD_STATE; p != NULL && field <= FIELD_SYSTEM; field++) {
        if (field >= FIELD_USER) {
            ticks += strtoull(p, NULL, 10);
        }

        p = strchr(p, ' ');
        if (p != NULL) {
            p++;
        }
    }

    *ms = ticks * 1000 / (uint64_t) sysconf(_SC_CLK_TCK);

    return 0;
}
