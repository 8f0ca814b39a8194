/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef LOAD_OPTION_H
#define LOAD_OPTION_H

#include <stddef.h>

/* Options of a generator: one table of names, each with its value behind. */

/* Reads a value into its place. Returns 0, or -1 when it is not one. */
typedef int (*load_option_set_pt)(void *all, void *member, const char *value);

typedef struct {
    const char        *name;
    load_option_set_pt set;
    size_t             offset; /* of the member in all of them */
    const char        *help;
} load_option_t;

int load_option_text(void *all, void *member, const char *value);
int load_option_number(void *all, void *member, const char *value);
int load_option_pids(void *all, void *member, const char *value);

/* Returns 0, or -1 having said what is wrong. */
int load_option_read(const load_option_t *table, size_t count, void *all,
                     int argc, char **argv);

/* Says it, and all that there are. Returns -1. */
int load_option_complain(const load_option_t *table, size_t count,
                         const char *what);

#endif /* LOAD_OPTION_H */
