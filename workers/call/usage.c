/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include <cjson/cJSON.h>

#include "call/usage.h"

static usage_row_t *usage_row(usage_t *usage, const char *kind,
                              const char *provider, const char *model);
static void         usage_print(cJSON *list, const usage_row_t *row);

void
usage_add(usage_t *usage, const char *kind, const char *provider,
          const char *model, usage_unit_e unit, uint64_t quantity)
{
    usage_row_t *row;

    if (quantity == 0) {
        return;
    }

    row = usage_row(usage, kind, provider, model);
    if (row != NULL) {
        row->sums[unit] += quantity;
        usage->changed = 1;
    }
}

char *
usage_take(usage_t *usage)
{
    char    *text;
    cJSON   *list;
    unsigned i;

    if (!usage->changed) {
        return NULL;
    }

    list = cJSON_CreateArray();
    for (i = 0; i < usage->count; i++) {
        usage_print(list, &usage->rows[i]);
    }

    text = cJSON_PrintUnformatted(list);
    cJSON_Delete(list);
    usage->changed = text == NULL;

    return text;
}

static usage_row_t *
usage_row(usage_t *usage, const char *kind, const char *provider,
          const char *model)
{
    unsigned     i;
    usage_row_t *row;

    for (i = 0; i < usage->count; i++) {
        row = &usage->rows[i];

        if (strcmp(row->kind, kind) == 0
            && strcmp(row->provider, provider) == 0
            && strcmp(row->model, model) == 0)
        {
            return row;
        }
    }

    if (usage->count == USAGE_ROWS_MAX) {
        return NULL;
    }

    row = &usage->rows[usage->count++];
    memset(row, 0, sizeof(*row));
    row->kind = kind;
    row->provider = provider;
    row->model = model;

    return row;
}

static void
usage_print(cJSON *list, const usage_row_t *row)
{
    cJSON   *sum;
    unsigned unit;

    static const char *const names[] = {
#define USAGE_UNIT_NAME(name, text) text,
        USAGE_UNITS(USAGE_UNIT_NAME)
#undef USAGE_UNIT_NAME
    };

    for (unit = 0; unit < USAGE_UNIT_COUNT; unit++) {
        if (row->sums[unit] == 0) {
            continue;
        }

        sum = cJSON_CreateObject();
        (void) cJSON_AddItemToArray(list, sum);
        (void) cJSON_AddStringToObject(sum, "kind", row->kind);
        (void) cJSON_AddStringToObject(sum, "provider", row->provider);
        (void) cJSON_AddStringToObject(sum, "model", row->model);
        (void) cJSON_AddStringToObject(sum, "unit", names[unit]);
        (void) cJSON_AddNumberToObject(sum, "quantity",
                                       (double) row->sums[unit]);
    }
}
