/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DSP_RESAMPLE_H
#define DSP_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* Changes the rate of a stream of samples. */
typedef struct resample_s resample_t;

int  resample_create(resample_t **rp, uint32_t from_hz, uint32_t to_hz);
void resample_destroy(resample_t *r);

/* Forgets what was fed: what comes next is another stream. */
void resample_reset(resample_t *r);

/* Never more than this comes out of feeding or flushing so many samples. */
size_t resample_bound(const resample_t *r, size_t samples);

/*
 * Takes all samples in and returns how many came out; `out` has room for
 * resample_bound(). The filter's own delay is not in the output, so its last
 * samples come with resample_flush(). No allocation, no waiting.
 */
size_t resample_feed(resample_t *r, int16_t *out, const int16_t *in,
                     size_t samples);
size_t resample_flush(resample_t *r, int16_t *out);

#endif /* DSP_RESAMPLE_H */
