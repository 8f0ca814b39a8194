/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_HEAD_H
#define NET_HEAD_H

#include <stddef.h>
#include <stdint.h>

#include "net/http.h"

/* All lines of an answer's head, and of those before it (1xx). */
#define HEAD_BYTES_MAX 65536

/* What matters of an answer's head, a line at a time. */
typedef struct {
    int      status;
    char     content_type[96]; /* lower case */
    char     request_id[96];
    uint32_t retry_ms;
    uint32_t retry_exact_ms; /* of retry-after-ms, which goes first */
    int64_t  length;         /* -1: not said */
    size_t   bytes;
    unsigned is_encoded:1; /* a content coding that nobody asked for */
    unsigned is_chunked:1;
    unsigned whole:1; /* its empty line was seen */
} head_t;

void head_init(head_t *head);

/*
 * One line with or without its end; `now` is Unix time, for dates. Returns 0,
 * -EMSGSIZE: there are too many.
 */
int head_add(head_t *head, const char *line, size_t length, int64_t now);

/* What points into it is good as long as it is. */
http_head_t head_view(const head_t *head);

#endif /* NET_HEAD_H */
