/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DSP_LEVEL_H
#define DSP_LEVEL_H

#include <stddef.h>
#include <stdint.h>

/* What digital silence counts as; nothing is ever said to be lower. */
#define LEVEL_SILENCE_DBFS (-96.0f)

/* Root mean square; 0 dBFS is the largest square wave. */
float level_dbfs(const int16_t *pcm, size_t samples);

/* The same from a mean of squares. */
float level_of_power(float mean_square);

/*
 * Brings speech to a loudness: the loud parts, not the pauses, are measured.
 * What would leave the range is bent, not cut. `gain_max_db` keeps a quiet
 * hiss from becoming a loud one.
 */
void level_normalize(int16_t *pcm, size_t samples, float target_dbfs,
                     float gain_max_db);

#endif /* DSP_LEVEL_H */
