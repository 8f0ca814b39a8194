/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_WAV_H
#define CALL_WAV_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

/*
 * A recording that grows on disk: u-law, 8 kHz, one channel. It is written in
 * small pieces on the loop's threads; what was taken before the worker dies is
 * a file that can be played. A name that is taken gets a number: what another
 * worker recorded of the same call stays.
 */
typedef struct wav_s wav_t;

#define WAV_NAME_BYTES 64

/* `name` is a file's without its ending; both strings are copied. */
int wav_create(wav_t **wp, uv_loop_t *loop, const char *folder,
               const char *name, size_t samples_max);

/* Once a frame: no waiting. What is beyond samples_max is dropped. */
void wav_add(wav_t *wav, const uint8_t *ulaw, size_t samples);

size_t wav_samples(const wav_t *wav);
/* The file's name in its folder, or "" when it could not be made. */
const char *wav_name(const wav_t *wav);

/* Writes what is left, closes, and frees it later. */
void wav_finish(wav_t *wav);

#endif /* CALL_WAV_H */
