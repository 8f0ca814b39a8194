/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef LOAD_DEMO_H
#define LOAD_DEMO_H

#include <netinet/in.h>

#include <cjson/cJSON.h>

#include "load_twilio.h"

/* The stack that is called, as its start script describes it. */

typedef struct {
    cJSON *json; /* owns the carrier's strings */
    char   base_url[256];
    char   authority[256]; /* host:port */
} load_demo_t;

/*
 * Reads demo.json: the account, and the number of the client with this
 * purpose, unless `to` and `url` say otherwise (they may be NULL). Returns 0,
 * or -1 having said what is wrong.
 */
int load_demo_read(load_demo_t *demo, load_carrier_t *carrier,
                   const char *path, const char *purpose, const char *to,
                   const char *url);

/* Where a URL leads. Returns 0, or -1 having said what is wrong. */
int load_demo_resolve(load_demo_t *demo, struct sockaddr_in *server,
                      const char *url);

#endif /* LOAD_DEMO_H */
