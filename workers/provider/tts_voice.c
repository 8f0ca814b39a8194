/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <flite/flite.h>

#include "dsp/frame.h"
#include "dsp/g711.h"
#include "dsp/level.h"
#include "dsp/resample.h"
#include "provider/flite_lock.h"
#include "provider/tts_voice.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS(ms) ((size_t) (ms) * (FRAME_RATE_HZ / 1000))

/* As loud as people are on telephone lines. */
#define VOICE_LEVEL_DBFS (-18.0f)
#define VOICE_GAIN_MAX_DB 18.0f

/* What is left of the silence: before, and after by how the text ends. */
#define VOICE_LEAD MS(15)
#define VOICE_PAUSE_SENTENCE MS(180)
#define VOICE_PAUSE_CLAUSE MS(100)
#define VOICE_PAUSE_NONE MS(40)
#define VOICE_BLOCK MS(5)
#define VOICE_QUIET_DBFS (-48.0f) /* after bringing it to its level */

typedef struct {
    const char *name;
    cst_voice *(*load)(const char *folder);
    cst_voice *voice;
} voice_t;

cst_voice *register_cmu_us_slt(const char *folder);
cst_voice *register_cmu_us_rms(const char *folder);
cst_voice *register_cmu_us_awb(const char *folder);
cst_voice *register_cmu_us_kal(const char *folder);

static int voice_synthesize(const char *name, float speed, const char *text,
                            cst_wave **wave);
static voice_t *voice_find(const char *name);
static int voice_narrow(const cst_wave *wave, int16_t **pcm, size_t *samples);
static void voice_trim(const char *text, int16_t *pcm, size_t *samples);
static size_t voice_pause(const char *text);
static int voice_is_quiet(const int16_t *pcm);

/* Under the lock of flite. */
static voice_t voices[] = {
    { "slt", register_cmu_us_slt, NULL },
    { "rms", register_cmu_us_rms, NULL },
    { "awb", register_cmu_us_awb, NULL },
    { "kal", register_cmu_us_kal, NULL },
};

const char *
tts_voice_name(const char *voice)
{
    return voice_find(voice)->name;
}

int
tts_voice_speak(const char *voice, float speed, const char *text,
                uint8_t **ulaw, size_t *samples)
{
    int       rc;
    size_t    n;
    int16_t  *pcm;
    uint8_t  *out;
    cst_wave *wave;

    flite_lock();
    rc = voice_synthesize(voice, speed, text, &wave);
    flite_unlock();
    if (rc < 0) {
        return rc;
    }

    rc = voice_narrow(wave, &pcm, &n);
    delete_wave(wave);
    if (rc < 0) {
        return rc;
    }

    level_normalize(pcm, n, VOICE_LEVEL_DBFS, VOICE_GAIN_MAX_DB);
    voice_trim(text, pcm, &n);

    out = malloc(n + 1);
    if (out == NULL) {
        free(pcm);
        return -ENOMEM;
    }

    g711_ulaw_encode(out, pcm, n);
    free(pcm);

    *ulaw = out;
    *samples = n;
    return 0;
}

static int
voice_synthesize(const char *name, float speed, const char *text,
                 cst_wave **wave)
{
    voice_t    *v = voice_find(name);
    static int  is_initialized;

    if (!is_initialized) {
        flite_init();
        is_initialized = 1;
    }

    if (v->voice == NULL) {
        v->voice = v->load(NULL);
        if (v->voice == NULL) {
            return -ENOENT;
        }
    }

    flite_feat_set_float(v->voice->features, "duration_stretch", 1.0f / speed);
    *wave = flite_text_to_wave(text, v->voice);
    return *wave != NULL ? 0 : -EINVAL;
}

/* "slt" as well as "cmu_us_slt". */
static voice_t *
voice_find(const char *name)
{
    if (name != NULL && strncmp(name, "cmu_us_", 7) == 0) {
        name += 7;
    }

    for (size_t i = 0; name != NULL && i < COUNT(voices); i++) {
        if (strcmp(voices[i].name, name) == 0) {
            return &voices[i];
        }
    }

    return &voices[0];
}

static int
voice_narrow(const cst_wave *wave, int16_t **pcm, size_t *samples)
{
    int         rc;
    size_t      n = (size_t) wave->num_samples;
    int16_t    *out;
    resample_t *r;

    rc = resample_create(&r, (uint32_t) wave->sample_rate, FRAME_RATE_HZ);
    if (rc < 0) {
        return rc;
    }

    out = malloc((resample_bound(r, n) + resample_bound(r, 0))
                 * sizeof(int16_t));
    if (out == NULL) {
        resample_destroy(r);
        return -ENOMEM;
    }

    n = resample_feed(r, out, wave->samples, n);
    n += resample_flush(r, out + n);
    resample_destroy(r);

    *pcm = out;
    *samples = n;
    return 0;
}

/* Silence before it delays the answer; after it, it is the pause. */
static void
voice_trim(const char *text, int16_t *pcm, size_t *samples)
{
    size_t from = 0, to = *samples, pause = voice_pause(text), after;

    while (from + VOICE_BLOCK <= to && voice_is_quiet(pcm + from)) {
        from += VOICE_BLOCK;
    }

    while (to >= from + VOICE_BLOCK && voice_is_quiet(pcm + to - VOICE_BLOCK)) {
        to -= VOICE_BLOCK;
    }

    from = from > VOICE_LEAD ? from - VOICE_LEAD : 0;
    after = *samples - to;
    to += after < pause ? after : pause;

    *samples = to - from;
    memmove(pcm, pcm + from, *samples * sizeof(int16_t));
}

static size_t
voice_pause(const char *text)
{
    size_t len = strlen(text);
    char   c = len > 0 ? text[len - 1] : ' ';

    if (c == '.' || c == '?' || c == '!') {
        return VOICE_PAUSE_SENTENCE;
    }

    return c == ',' || c == ';' || c == ':' ? VOICE_PAUSE_CLAUSE
                                            : VOICE_PAUSE_NONE;
}

static int
voice_is_quiet(const int16_t *pcm)
{
    return level_dbfs(pcm, VOICE_BLOCK) < VOICE_QUIET_DBFS;
}
