/* SPDX-License-Identifier: BSD-2-Clause */

#include <math.h>

#include "dsp/level.h"

#define LEVEL_BLOCK 160     /* 20 ms at 8 kHz */
#define LEVEL_GATE_DB 20.0f /* blocks so far below the loudest are pauses */

/* Amplitudes up to the knee pass unchanged; above, they approach full scale. */
#define LEVEL_KNEE 0.6f

static float level_of_speech(const int16_t *pcm, size_t samples);
static int16_t level_limit(float value);

float
level_of_power(float mean_square)
{
    if (mean_square < 1.0f) {
        return LEVEL_SILENCE_DBFS;
    }

    return 10.0f * log10f(mean_square / (32768.0f * 32768.0f));
}

float
level_dbfs(const int16_t *pcm, size_t samples)
{
    float sum = 0.0f;

    if (samples == 0) {
        return LEVEL_SILENCE_DBFS;
    }

    for (size_t i = 0; i < samples; i++) {
        sum += (float) pcm[i] * (float) pcm[i];
    }

    return level_of_power(sum / (float) samples);
}

void
level_normalize(int16_t *pcm, size_t samples, float target_dbfs,
                float gain_max_db)
{
    float level_db, gain_db, gain;

    level_db = level_of_speech(pcm, samples);
    if (level_db <= LEVEL_SILENCE_DBFS) {
        return;
    }

    gain_db = fminf(target_dbfs - level_db, gain_max_db);
    gain = powf(10.0f, gain_db / 20.0f);

    for (size_t i = 0; i < samples; i++) {
        pcm[i] = level_limit((float) pcm[i] * gain / 32768.0f);
    }
}

static float
level_of_speech(const int16_t *pcm, size_t samples)
{
    float  level_db, loudest_db = LEVEL_SILENCE_DBFS, sum = 0.0f;
    size_t blocks = 0, at;

    for (at = 0; at + LEVEL_BLOCK <= samples; at += LEVEL_BLOCK) {
        loudest_db = fmaxf(loudest_db, level_dbfs(pcm + at, LEVEL_BLOCK));
    }

    for (at = 0; at + LEVEL_BLOCK <= samples; at += LEVEL_BLOCK) {
        level_db = level_dbfs(pcm + at, LEVEL_BLOCK);
        if (level_db > loudest_db - LEVEL_GATE_DB
            && level_db > LEVEL_SILENCE_DBFS) {
            sum += powf(10.0f, level_db / 10.0f);
            blocks++;
        }
    }

    if (blocks == 0) {
        return level_dbfs(pcm, samples);
    }

    return 10.0f * log10f(sum / (float) blocks);
}

static int16_t
level_limit(float value)
{
    float over, magnitude = fabsf(value);

    if (magnitude > LEVEL_KNEE) {
        over = (magnitude - LEVEL_KNEE) / (1.0f - LEVEL_KNEE);
        magnitude = LEVEL_KNEE + (1.0f - LEVEL_KNEE) * tanhf(over);
    }

    return (int16_t) lrintf(copysignf(magnitude, value) * 32767.0f);
}
