/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_BREAKER_H
#define DESK_BREAKER_H

#include <stddef.h>
#include <stdint.h>

#include "desk_process.h"
#include "desk_segment.h"

/*
 * Circuit breakers that all workers of a node share, one for each service and
 * credential. Closed until five faults come within ten seconds (and with them
 * fewer than twenty answers that went well); then open: nobody asks. After a
 * while one of all workers, the prober, may ask: well, and it is closed; a
 * fault, and it stays open for twice as long, up to 30 s. Who probes and dies
 * is followed by another.
 *
 * Words of the table are read once and never trusted: what is damaged lets
 * through what it should not, or holds back for a minute at most.
 */
#define DESK_BREAKER_FAULTS      5
#define DESK_BREAKER_WITHIN_MS   10000
#define DESK_BREAKER_WELL        20
#define DESK_BREAKER_OPEN_MS     2000
#define DESK_BREAKER_OPEN_MAX_MS 30000
#define DESK_BREAKER_REST_MAX_MS 60000

typedef struct {
    desk_breakers_shared_t *shared;
    /* Of who asks: its death ends its probe. NULL: only time does. */
    const desk_segment_t *seg;
    const desk_process_t *self;
} desk_breakers_t;

/* One request: from leave to ask until it is told how that went. */
typedef struct {
    uint64_t key;
    uint64_t probe;   /* the word that we put; 0: it is no probe */
    uint32_t entry;   /* DESK_BREAKER_COUNT: the table was full */
    uint32_t service; /* DESK_SERVICE_COUNT: as above */
} desk_ask_t;

typedef enum {
    DESK_ASK_WELL,
    DESK_ASK_FAULT,
    DESK_ASK_UNKNOWN /* given up before that could be known */
} desk_ask_e;

/*
 * 0, and then desk_breaker_tell() follows; -EBUSY: it is open, for *retry_ms
 * more. A probe that nothing is told of for lease_ms is one of the dead.
 */
int  desk_breaker_ask(const desk_breakers_t *breakers, const char *service,
                      const char *credential, uint64_t now_ms,
                      uint32_t lease_ms, desk_ask_t *ask,
                      uint32_t *retry_ms);
void desk_breaker_tell(const desk_breakers_t *breakers, const desk_ask_t *ask,
                       desk_ask_e how, uint64_t now_ms);

/* The service itself said how long it wants to be left alone. */
void desk_breaker_rest(const desk_breakers_t *breakers, const desk_ask_t *ask,
                       uint32_t rest_ms, uint64_t now_ms);

/* Whether one who asked now would be refused; takes no leave. */
int desk_breaker_is_open(const desk_breakers_t *breakers, const char *service,
                         const char *credential, uint64_t now_ms);

/* What is known of a service by all its credentials together. */
typedef struct {
    char     name[DESK_SERVICE_NAME + 1];
    uint64_t requests;
    uint64_t faults;
    uint64_t opened; /* times */
    uint32_t open;   /* breakers that are not closed */
} desk_service_t;

/* Of index 0 to DESK_SERVICE_COUNT - 1. Returns 0 or -ENOENT. */
int desk_service_read(const desk_breakers_shared_t *shared, uint32_t index,
                      desk_service_t *service);

#endif /* DESK_BREAKER_H */
