/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_FRONT_H
#define PROVIDER_STT_FRONT_H

#include <stddef.h>
#include <stdint.h>

#include <pocketsphinx.h>

/*
 * Cepstra of telephone speech for an acoustic model of wideband speech. A
 * line carries nothing above 4 kHz, and what the model expects there is then
 * an empty band whose depth changes with every bit of hiss below. So the
 * cepstra are estimated from the bands that the line does carry, by the
 * linear rule with the least expected error, taken from the model's own
 * Gaussians. For one thread at a time.
 */
typedef struct stt_front_s stt_front_t;

/* acoustic: the model's folder. */
int  stt_front_create(stt_front_t **fp, const char *acoustic);
void stt_front_destroy(stt_front_t *f);

/* One utterance at 8 kHz; the frames are freed with ckd_free_2d(). */
int stt_front_cepstra(stt_front_t *f, const int16_t *pcm, size_t samples,
                      mfcc_t ***cepstra, int32 *frames);

#endif /* PROVIDER_STT_FRONT_H */
