/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/host_own.h"
#include "net/keys.h"

#define REFUSED_MS 60000
#define BUSY_MS    2000

typedef struct {
    const char *text;
    unsigned    used; /* by so many at this moment */
    uint64_t    rests_until_ms;
} entry_t;

struct keys_s {
    net_host_t *host;
    char       *service;
    char       *list; /* the keys' text, cut up */
    unsigned    count;
    unsigned    next; /* where looking begins: each has its turn */
    entry_t     entries[KEYS_MAX];
};

static int   keys_cut(keys_t *keys);
static char *trim(char *text);
static int   is_key(const char *text);
static void  wipe(char *text);

int
keys_create(keys_t **kp, net_host_t *host, const char *service,
            const char *list)
{
    int     rc;
    keys_t *keys;

    keys = calloc(1, sizeof(keys_t));
    if (keys == NULL) {
        return -ENOMEM;
    }

    keys->host = host;
    keys->service = strdup(service);
    keys->list = strdup(list);

    rc = keys->service == NULL || keys->list == NULL ? -ENOMEM
                                                     : keys_cut(keys);
    if (rc < 0) {
        keys_destroy(keys);
        return rc;
    }

    *kp = keys;

    return 0;
}

void
keys_destroy(keys_t *keys)
{
    unsigned i;

    if (keys == NULL) {
        return;
    }

    for (i = 0; i < keys->count; i++) {
        wipe((char *) (uintptr_t) keys->entries[i].text);
    }

    free(keys->service);
    free(keys->list);
    free(keys);
}

const char *
keys_take(keys_t *keys, unsigned *index)
{
    unsigned i, at, found = KEYS_MAX;
    uint64_t now = desk_now_ms();
    entry_t *entry;

    for (i = 0; i < keys->count; i++) {
        at = (keys->next + i) % keys->count;
        entry = &keys->entries[at];

        if (now >= entry->rests_until_ms
            && (found == KEYS_MAX
                || entry->used < keys->entries[found].used)
            && !desk_breaker_is_open(&keys->host->breakers, keys->service,
                                     entry->text, now))
        {
            found = at;
        }
    }

    if (found == KEYS_MAX) {
        return NULL;
    }

    keys->next = (found + 1) % keys->count;
    keys->entries[found].used++;
    *index = found;

    return keys->entries[found].text;
}

void
keys_give(keys_t *keys, unsigned index, const fault_t *fault)
{
    uint32_t rest_ms = 0;
    entry_t *entry;

    if (index >= keys->count) {
        return;
    }

    entry = &keys->entries[index];
    entry->used -= entry->used > 0;

    if (fault != NULL && fault->kind == FAULT_REFUSED) {
        rest_ms = REFUSED_MS;
    } else if (fault != NULL && fault->kind == FAULT_BUSY) {
        rest_ms = fault->retry_ms != 0 ? fault->retry_ms : BUSY_MS;
    }

    if (rest_ms != 0) {
        entry->rests_until_ms = desk_now_ms() + rest_ms;
    }
}

uint32_t
keys_wait_ms(const keys_t *keys)
{
    unsigned i;
    uint64_t now = desk_now_ms(), first = UINT64_MAX;

    for (i = 0; i < keys->count; i++) {
        if (keys->entries[i].rests_until_ms < first) {
            first = keys->entries[i].rests_until_ms;
        }
    }

    return first > now ? (uint32_t) (first - now) : 0;
}

unsigned
keys_count(const keys_t *keys)
{
    return keys->count;
}

static int
keys_cut(keys_t *keys)
{
    char *text, *rest = keys->list;

    while ((text = strsep(&rest, ",")) != NULL) {
        text = trim(text);
        if (*text == '\0') {
            continue;
        }

        if (!is_key(text) || keys->count == KEYS_MAX) {
            return -EINVAL;
        }

        keys->entries[keys->count++].text = text;
    }

    /* A service that needs none. */
    if (keys->count == 0) {
        keys->entries[keys->count++].text = "";
    }

    return 0;
}

static char *
trim(char *text)
{
    char *end;

    text += strspn(text, " \t\r\n");
    end = text + strlen(text);

    while (end > text && strchr(" \t\r\n", end[-1]) != NULL) {
        *--end = '\0';
    }

    return text;
}

/* What may stand in a header. */
static int
is_key(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text <= ' ' || *text > '~') {
            return 0;
        }
    }

    return 1;
}

static void
wipe(char *text)
{
    explicit_bzero(text, strlen(text));
}
