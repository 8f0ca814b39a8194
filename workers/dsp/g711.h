/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DSP_G711_H
#define DSP_G711_H

#include <stddef.h>
#include <stdint.h>

/* ITU-T G.711 u-law: what telephone lines carry, 8,000 bytes a second. */

#define G711_ULAW_SILENCE 0xff /* plus zero */

void g711_ulaw_decode(int16_t *pcm, const uint8_t *ulaw, size_t samples);
void g711_ulaw_encode(uint8_t *ulaw, const int16_t *pcm, size_t samples);

#endif /* DSP_G711_H */
