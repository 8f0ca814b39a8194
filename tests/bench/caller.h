/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef BENCH_CALLER_H
#define BENCH_CALLER_H

#include <stddef.h>
#include <stdint.h>

/*
 * A made-up caller: a sentence spoken by one of flite's voices (rms, awb,
 * slt, kal) and sent through a telephone line, 300 to 3,400 Hz in u-law,
 * with silence before and after. noise_dbfs: of the line; 0 for a clean one.
 * The samples are malloc'd.
 */
int caller_speak(const char *voice, const char *text, float noise_dbfs,
                 uint8_t **ulaw, size_t *samples);

/* Reads the samples of a u-law WAV file of 8 kHz. */
int caller_read(const char *path, uint8_t **ulaw, size_t *samples);

#endif /* BENCH_CALLER_H */
