/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef BENCH_HEARD_H
#define BENCH_HEARD_H

#include <stddef.h>
#include <stdint.h>

/* What the embedded recognizer makes of a call's audio, for tests. */
typedef struct {
    char   text[1024];
    float  confidence;
    double decode_ms; /* from asking to the answer */
} heard_t;

/* folder: what the build made for the recognizer. */
int  heard_open(const char *folder);
void heard_close(void);

/* Feeds the samples frame by frame and asks for the text. */
int heard_listen(const uint8_t *ulaw, size_t samples, heard_t *heard);

/* Words put in, left out or changed. */
int heard_errors(const char *said, const char *heard);
int heard_words(const char *text);

#endif /* BENCH_HEARD_H */
