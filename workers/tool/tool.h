/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "store/store.h"

/*
 * What an assistant can do beside talking. A model only asks; the call's own
 * client and caller decide what it may touch, and SQL does.
 */
typedef struct {
    const char *name;
    const char *description; /* for a model that chooses */
    const char *schema;      /* JSON Schema of its arguments */
    unsigned    local:1;     /* done by the call itself, not by the store */
} tool_t;

extern const tool_t tools[];
extern const size_t tool_count;

const tool_t *tool_find(const char *name);

/*
 * Checks arguments against the tool's schema: an object with the required
 * members, no unknown one, each of its type. Returns 0, or -EINVAL with a
 * sentence for the model in `error`.
 */
int tool_check(const tool_t *tool, const char *args, char *error,
               size_t error_bytes);

#endif /* TOOL_TOOL_H */
