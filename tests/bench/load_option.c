/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load_meter.h"
#include "load_option.h"

int
load_option_text(void *all, void *member, const char *value)
{
    (void) all;
    *(const char **) member = value;

    return 0;
}

int
load_option_number(void *all, void *member, const char *value)
{
    char *end;

    (void) all;
    *(double *) member = strtod(value, &end);

    return end == value || *end != '\0' ? -1 : 0;
}

int
load_option_pids(void *all, void *member, const char *value)
{
    (void) all;

    return load_pids_read(member, value);
}

int
load_option_read(const load_option_t *table, size_t count, void *all,
                 int argc, char **argv)
{
    int    i;
    size_t k;

    for (i = 1; i < argc; i += 2) {
        for (k = 0; k < count; k++) {
            if (strcmp(argv[i], table[k].name) == 0) {
                break;
            }
        }

        if (k == count || i + 1 == argc
            || table[k].set(all, (char *) all + table[k].offset, argv[i + 1])
                   < 0)
        {
            return load_option_complain(table, count, argv[i]);
        }
    }

    return 0;
}

int
load_option_complain(const load_option_t *table, size_t count,
                     const char *what)
{
    size_t i;

    fprintf(stderr, "%s: not as it must be\n\n", what);

    for (i = 0; i < count; i++) {
        fprintf(stderr, "  %s %s\n", table[i].name, table[i].help);
    }

    return -1;
}
