/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef FUZZ_H
#define FUZZ_H

/* What the targets share: a fact that fails ends the run with its line. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes);

#define FUZZ_CHECK(fact)                                                      \
    do {                                                                      \
        if (!(fact)) {                                                        \
            (void) fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #fact); \
            abort();                                                          \
        }                                                                     \
    } while (0)

typedef struct {
    const uint8_t *at;
    size_t         bytes;
} fuzz_input_t;

/* The next n bytes as a number, lowest first; zeros when there are no more. */
static inline uint64_t
fuzz_take(fuzz_input_t *input, size_t n)
{
    uint64_t value = 0;

    n = n < input->bytes ? n : input->bytes;
    if (n > 0) {
        memcpy(&value, input->at, n);
    }

    input->at += n;
    input->bytes -= n;

    return value;
}

#endif /* FUZZ_H */
