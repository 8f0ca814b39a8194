/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_FRONT_H
#define PROVIDER_STT_FRONT_H

#include <stddef.h>
#include <stdint.h>

#include <pocketsphinx.h>

#define STT_CEPSTRA 13

/*
 * What an acoustic model hears of telephone speech. A line carries nothing
 * above 4 kHz, and what a model of wideband speech expects there is then an
 * empty band whose depth changes with every bit of hiss below. So the cepstra
 * are those of the bands that the line does carry, and the model's Gaussians
 * are moved to what they are in these bands (stt_front_map()), which is done
 * when the project is built. For one thread at a time.
 */
typedef struct stt_front_s stt_front_t;

/*
 * How a frame of the wideband model looks here: its cepstra times `matrix`,
 * and around that what thirteen cepstra do not tell of a frame.
 */
typedef struct {
    double matrix[STT_CEPSTRA][STT_CEPSTRA];
    double stray[STT_CEPSTRA]; /* variances */
} stt_front_map_t;

/* acoustic: the model's folder. */
int  stt_front_create(stt_front_t **fp, const char *acoustic);
void stt_front_destroy(stt_front_t *f);

void stt_front_map(const stt_front_t *f, stt_front_map_t *map);

/*
 * One utterance at 8 kHz, its speech around the model's zero; the frames are
 * freed with ckd_free_2d().
 */
int stt_front_cepstra(stt_front_t *f, const int16_t *pcm, size_t samples,
                      mfcc_t ***cepstra, int32 *frames);

#endif /* PROVIDER_STT_FRONT_H */
