/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/frame.h"
#include "dsp/g711.h"
#include "dsp/resample.h"
#include "provider/tts_decode.h"

#define DECODE_BLOCK    1024 /* samples at once */
#define DECODE_FMT_MAX  40   /* bytes of a WAV's "fmt " that tell something */
#define DECODE_RATE_MIN 4000
#define DECODE_RATE_MAX 96000
/* Chunks before the audio: more is no WAV but a way to keep us busy. */
#define DECODE_SKIP_MAX (1u << 20)
/* From here on a size says only that it was not known when it was written. */
#define DECODE_SIZE_BOGUS 0x7ffff000u

enum {
    WAV_PCM = 1,
    WAV_FLOAT = 3,
    WAV_ULAW = 7,
    WAV_EXTENSIBLE = 0xfffe
};

typedef enum {
    DECODE_SNIFF, /* the first four bytes */
    DECODE_RIFF,  /* the eight after "RIFF" */
    DECODE_CHUNK, /* a chunk's name and size */
    DECODE_FMT,
    DECODE_SKIP,
    DECODE_AUDIO,
    DECODE_REST /* after the audio: nothing of it is heard */
} decode_state_e;

struct tts_decode_s {
    decode_state_e state;
    tts_form_e     form;
    uint32_t       rate_hz;
    unsigned       channels;
    tts_decode_pt  sink;
    void          *data;
    resample_t    *resample; /* NULL: it is at 8 kHz, or nothing came yet */
    int16_t       *resampled;

    uint8_t  head[DECODE_FMT_MAX]; /* of a sample, header or chunk */
    size_t   head_bytes;
    uint32_t chunk_left;
    unsigned chunk_is_odd:1; /* a byte of padding follows */
    unsigned has_fmt:1;
    unsigned is_endless:1; /* chunk_left is not to be believed */
    size_t   skipped;
};

static int  decode_step(tts_decode_t *d, const uint8_t **at, size_t *left);
static int  decode_gather(tts_decode_t *d, size_t wanted, const uint8_t **at,
                          size_t *left);
static int  decode_sniff(tts_decode_t *d);
static int  decode_chunk(tts_decode_t *d);
static void decode_chunk_over(tts_decode_t *d);
static int  decode_fmt(tts_decode_t *d, const uint8_t **at, size_t *left);
static int  decode_begin(tts_decode_t *d);
static void decode_audio(tts_decode_t *d, const uint8_t *bytes, size_t length);
static void decode_samples(tts_decode_t *d, const uint8_t *bytes, size_t count);
static int16_t decode_sample(tts_form_e form, const uint8_t *at);
static void decode_give(tts_decode_t *d, const int16_t *pcm, size_t samples);
static size_t decode_width(tts_form_e form);

static uint16_t
u16(const uint8_t *at)
{
    return (uint16_t) (at[0] | at[1] << 8);
}

static uint32_t
u32(const uint8_t *at)
{
    return u16(at) | (uint32_t) u16(at + 2) << 16;
}

int
tts_decode_create(tts_decode_t **dp, tts_form_e form, uint32_t rate_hz,
                  tts_decode_pt sink, void *data)
{
    tts_decode_t *d;

    if (rate_hz < DECODE_RATE_MIN || rate_hz > DECODE_RATE_MAX) {
        return -EINVAL;
    }

    d = calloc(1, sizeof(tts_decode_t));
    if (d == NULL) {
        return -ENOMEM;
    }

    d->form = form;
    d->rate_hz = rate_hz;
    d->channels = 1;
    d->sink = sink;
    d->data = data;
    *dp = d;
    return 0;
}

void
tts_decode_destroy(tts_decode_t *d)
{
    if (d == NULL) {
        return;
    }

    resample_destroy(d->resample);
    free(d->resampled);
    free(d);
}

int
tts_decode_feed(tts_decode_t *d, const void *bytes, size_t length)
{
    int            rc = 0;
    const uint8_t *at = bytes;

    while (length > 0 && rc == 0) {
        rc = decode_step(d, &at, &length);
    }

    return rc;
}

int
tts_decode_end(tts_decode_t *d)
{
    int     rc;
    size_t  samples;
    uint8_t few[4];

    if (d->state == DECODE_SNIFF) {
        /* Too short for a header, so it is none. */
        samples = d->head_bytes;
        memcpy(few, d->head, samples);
        d->head_bytes = 0;
        rc = decode_begin(d);
        if (rc < 0) {
            return rc;
        }
        decode_audio(d, few, samples);
    }

    if (d->state != DECODE_AUDIO && d->state != DECODE_REST) {
        return -EBADMSG;
    }

    if (d->resample != NULL) {
        samples = resample_flush(d->resample, d->resampled);
        decode_give(d, d->resampled, samples);
    }

    d->state = DECODE_REST;
    return 0;
}

/* Takes at least one byte, or gives an error. */
static int
decode_step(tts_decode_t *d, const uint8_t **at, size_t *left)
{
    size_t take;

    switch (d->state) {

    case DECODE_SNIFF:
        return decode_gather(d, 4, at, left) ? decode_sniff(d) : 0;

    case DECODE_RIFF:
        if (!decode_gather(d, 8, at, left)) {
            return 0;
        }
        d->head_bytes = 0;
        d->state = DECODE_CHUNK;
        return memcmp(d->head + 4, "WAVE", 4) == 0 ? 0 : -ENOTSUP;

    case DECODE_CHUNK:
        return decode_gather(d, 8, at, left) ? decode_chunk(d) : 0;

    case DECODE_FMT:
        return decode_fmt(d, at, left);

    case DECODE_SKIP:
    case DECODE_AUDIO:
        take = *left;
        if (!d->is_endless && take > d->chunk_left) {
            take = d->chunk_left;
        }

        if (d->state == DECODE_AUDIO) {
            decode_audio(d, *at, take);
        } else {
            d->skipped += take;
            if (d->skipped > DECODE_SKIP_MAX) {
                return -EBADMSG;
            }
        }

        *at += take;
        *left -= take;
        if (!d->is_endless) {
            d->chunk_left -= (uint32_t) take;
            if (d->chunk_left == 0) {
                decode_chunk_over(d);
            }
        }
        return 0;

    default: /* what follows the audio */
        *left = 0;
        return 0;
    }
}

/* Whether so many bytes are together in d->head. */
static int
decode_gather(tts_decode_t *d, size_t wanted, const uint8_t **at, size_t *left)
{
    size_t take = wanted - d->head_bytes;

    take = take < *left ? take : *left;
    memcpy(d->head + d->head_bytes, *at, take);
    d->head_bytes += take;
    *at += take;
    *left -= take;
    return d->head_bytes == wanted;
}

/*
 * MP3 without tags begins with bits that quiet samples have, too: that it is
 * MP3 is for its content type to tell.
 */
static int
decode_sniff(tts_decode_t *d)
{
    int     rc;
    uint8_t first[4];

    memcpy(first, d->head, 4);
    d->head_bytes = 0;

    if (memcmp(first, "RIFF", 4) == 0) {
        d->state = DECODE_RIFF;
        return 0;
    }

    if (memcmp(first, "ID3", 3) == 0 || memcmp(first, "OggS", 4) == 0
        || memcmp(first, "fLaC", 4) == 0) {
        return -ENOTSUP;
    }

    d->is_endless = 1;
    rc = decode_begin(d);
    if (rc == 0) {
        decode_audio(d, first, 4);
    }

    return rc;
}

static int
decode_chunk(tts_decode_t *d)
{
    uint32_t size = u32(d->head + 4);

    d->head_bytes = 0;
    d->chunk_left = size;
    d->chunk_is_odd = size & 1;

    if (memcmp(d->head, "fmt ", 4) == 0) {
        d->state = DECODE_FMT;
        return !d->has_fmt && size >= 16 && size < DECODE_SKIP_MAX ? 0
                                                                   : -EBADMSG;
    }

    if (memcmp(d->head, "data", 4) == 0) {
        if (!d->has_fmt) {
            return -EBADMSG;
        }
        d->is_endless = size == 0 || size >= DECODE_SIZE_BOGUS;
        return decode_begin(d);
    }

    d->state = DECODE_SKIP;
    if (size > DECODE_SKIP_MAX) {
        return -EBADMSG;
    }

    if (size == 0) {
        decode_chunk_over(d);
    }

    return 0;
}

static void
decode_chunk_over(tts_decode_t *d)
{
    if (d->state == DECODE_AUDIO) {
        d->state = DECODE_REST;
        return;
    }

    d->state = DECODE_CHUNK;
    if (d->chunk_is_odd) {
        d->chunk_is_odd = 0;
        d->chunk_left = 1;
        d->state = DECODE_SKIP;
    }
}

/* Its first bytes are kept, the rest of it is skipped. */
static int
decode_fmt(tts_decode_t *d, const uint8_t **at, size_t *left)
{
    size_t   before = d->head_bytes, wanted = before + d->chunk_left;
    unsigned tag, bits;

    wanted = wanted < DECODE_FMT_MAX ? wanted : DECODE_FMT_MAX;
    if (!decode_gather(d, wanted, at, left)) {
        d->chunk_left -= (uint32_t) (d->head_bytes - before);
        return 0;
    }

    d->chunk_left -= (uint32_t) (d->head_bytes - before);
    tag = u16(d->head);
    bits = u16(d->head + 14);
    if (tag == WAV_EXTENSIBLE) {
        if (d->head_bytes < 26) {
            return -EBADMSG;
        }
        tag = u16(d->head + 24);
    }

    if (tag == WAV_PCM && bits == 16) {
        d->form = TTS_FORM_S16;
    } else if (tag == WAV_FLOAT && bits == 32) {
        d->form = TTS_FORM_F32;
    } else if (tag == WAV_ULAW && bits == 8) {
        d->form = TTS_FORM_ULAW;
    } else {
        return -ENOTSUP;
    }

    d->channels = u16(d->head + 2);
    d->rate_hz = u32(d->head + 4);
    if (d->channels < 1 || d->channels > 2 || d->rate_hz < DECODE_RATE_MIN
        || d->rate_hz > DECODE_RATE_MAX) {
        return -ENOTSUP;
    }

    d->has_fmt = 1;
    d->head_bytes = 0;
    d->state = DECODE_SKIP;
    if (d->chunk_left == 0) {
        decode_chunk_over(d);
    }

    return 0;
}

static int
decode_begin(tts_decode_t *d)
{
    int rc;

    d->state = DECODE_AUDIO;
    if (d->rate_hz == FRAME_RATE_HZ) {
        return 0;
    }

    rc = resample_create(&d->resample, d->rate_hz, FRAME_RATE_HZ);
    if (rc < 0) {
        return rc;
    }

    d->resampled = malloc((resample_bound(d->resample, DECODE_BLOCK)
                           + resample_bound(d->resample, 0))
                          * sizeof(int16_t));
    return d->resampled != NULL ? 0 : -ENOMEM;
}

/* Whole samples are taken from `bytes`; one that was cut, from the head. */
static void
decode_audio(tts_decode_t *d, const uint8_t *bytes, size_t length)
{
    size_t width = decode_width(d->form) * d->channels, count;

    if (d->head_bytes > 0) {
        if (!decode_gather(d, width, &bytes, &length)) {
            return;
        }
        d->head_bytes = 0;
        decode_samples(d, d->head, 1);
    }

    while (length >= width) {
        count = length / width;
        count = count < DECODE_BLOCK ? count : DECODE_BLOCK;
        decode_samples(d, bytes, count);
        bytes += count * width;
        length -= count * width;
    }

    memcpy(d->head, bytes, length);
    d->head_bytes = length;
}

/* Up to a block; two channels become their mean. */
static void
decode_samples(tts_decode_t *d, const uint8_t *bytes, size_t count)
{
    int     sum;
    size_t  width = decode_width(d->form);
    int16_t pcm[DECODE_BLOCK];

    if (d->form == TTS_FORM_ULAW && d->channels == 1 && d->resample == NULL) {
        d->sink(d->data, bytes, count);
        return;
    }

    for (size_t i = 0; i < count; i++) {
        sum = 0;
        for (unsigned c = 0; c < d->channels; c++) {
            sum += decode_sample(d->form, bytes);
            bytes += width;
        }
        pcm[i] = (int16_t) (sum / (int) d->channels);
    }

    if (d->resample == NULL) {
        decode_give(d, pcm, count);
        return;
    }

    count = resample_feed(d->resample, d->resampled, pcm, count);
    decode_give(d, d->resampled, count);
}

static int16_t
decode_sample(tts_form_e form, const uint8_t *at)
{
    float    value;
    int16_t  pcm;
    uint32_t bits;

    if (form == TTS_FORM_ULAW) {
        g711_ulaw_decode(&pcm, at, 1);
        return pcm;
    }

    if (form == TTS_FORM_S16) {
        return (int16_t) u16(at);
    }

    bits = u32(at);
    memcpy(&value, &bits, sizeof(value));
    if (isnan(value)) {
        return 0;
    }

    value = fminf(fmaxf(value, -1.0f), 1.0f);
    return (int16_t) lrintf(value * 32767.0f);
}

static void
decode_give(tts_decode_t *d, const int16_t *pcm, size_t samples)
{
    size_t  step;
    uint8_t ulaw[DECODE_BLOCK];

    while (samples > 0) {
        step = samples < DECODE_BLOCK ? samples : DECODE_BLOCK;
        g711_ulaw_encode(ulaw, pcm, step);
        d->sink(d->data, ulaw, step);
        pcm += step;
        samples -= step;
    }
}

static size_t
decode_width(tts_form_e form)
{
    static const size_t widths[] = { 1, 2, 4 };

    return widths[form];
}
