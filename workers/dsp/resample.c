/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <speex/speex_resampler.h>

#include "dsp/resample.h"

/* 0 to 10: here 4 keeps what is folded back 60 dB below the voice. */
#define RESAMPLE_QUALITY 4

struct resample_s {
    SpeexResamplerState *state;
    uint32_t             from_hz;
    uint32_t             to_hz;
    unsigned             fed:1; /* something was fed since the reset */
};

static size_t resample_run(resample_t *r, int16_t *out, size_t room,
                           const int16_t *in, size_t samples);

int
resample_create(resample_t **rp, uint32_t from_hz, uint32_t to_hz)
{
    int         rc;
    resample_t *r;

    if (from_hz == 0 || to_hz == 0) {
        return -EINVAL;
    }

    r = calloc(1, sizeof(resample_t));
    if (r == NULL) {
        return -ENOMEM;
    }

    r->from_hz = from_hz;
    r->to_hz = to_hz;
    r->state = speex_resampler_init(1, from_hz, to_hz, RESAMPLE_QUALITY, &rc);
    if (r->state == NULL) {
        free(r);
        return -ENOMEM;
    }

    speex_resampler_skip_zeros(r->state);

    *rp = r;
    return 0;
}

void
resample_destroy(resample_t *r)
{
    if (r == NULL) {
        return;
    }

    speex_resampler_destroy(r->state);
    free(r);
}

void
resample_reset(resample_t *r)
{
    speex_resampler_reset_mem(r->state);
    speex_resampler_skip_zeros(r->state);
    r->fed = 0;
}

size_t
resample_bound(const resample_t *r, size_t samples)
{
    size_t tail;

    tail = (size_t) speex_resampler_get_input_latency(r->state);
    if (samples < tail) {
        samples = tail;
    }

    return (size_t) ((uint64_t) samples * r->to_hz / r->from_hz) + 2;
}

size_t
resample_feed(resample_t *r, int16_t *out, const int16_t *in, size_t samples)
{
    r->fed = 1;
    return resample_run(r, out, resample_bound(r, samples), in, samples);
}

size_t
resample_flush(resample_t *r, int16_t *out)
{
    int16_t zeros[256] = { 0 };
    size_t  tail, n = 0, room, step;

    if (!r->fed) {
        return 0;
    }

    tail = (size_t) speex_resampler_get_input_latency(r->state);
    room = resample_bound(r, tail);

    while (tail > 0) {
        step = tail < 256 ? tail : 256;
        n += resample_run(r, out + n, room - n, zeros, step);
        tail -= step;
    }

    resample_reset(r);
    return n;
}

static size_t
resample_run(resample_t *r, int16_t *out, size_t room, const int16_t *in,
             size_t samples)
{
    size_t        n = 0;
    spx_uint32_t  in_len, out_len;

    while (samples > 0 && n < room) {
        in_len = (spx_uint32_t) samples;
        out_len = (spx_uint32_t) (room - n);
        (void) speex_resampler_process_int(r->state, 0, in, &in_len, out + n,
                                           &out_len);
        if (in_len == 0 && out_len == 0) {
            break;
        }

        in += in_len;
        samples -= in_len;
        n += out_len;
    }

    return n;
}
