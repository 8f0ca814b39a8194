/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_JOB_H
#define PROVIDER_TTS_JOB_H

#include "provider/tts_session.h"

/* Between the files of a session; vendors know tts_session.h alone. */

/* What was given and is not dropped yet: outlives the session. */
struct tts_account_s {
    unsigned held; /* by the session and each piece */
    size_t   unplayed;
};

struct tts_piece_s {
    tts_piece_t *next;
    tts_audio_t *audio;
};

int  tts_job_create(tts_job_t **jp, tts_session_t *s, uint32_t request,
                    const char *text, size_t length);
void tts_job_destroy(tts_job_t *job);

/* Nothing of an earlier attempt is left. */
void tts_job_rewind(tts_job_t *job);
/* Speech that is there already. */
int tts_job_fill(tts_job_t *job, tts_audio_t *audio);
/* The audio that comes next, held; NULL: none yet. */
tts_audio_t *tts_job_take(tts_job_t *job);

void tts_account_release(tts_account_t *account);

/* A key of the cache when the text is one of the stock; malloc'd, or NULL. */
char        *tts_stock_key(const tts_session_t *s, const tts_clean_t *clean,
                           const char *text, size_t length);
tts_audio_t *tts_stock_get(const char *key);
void         tts_stock_put(const char *key, uint8_t *ulaw, size_t samples);

#endif /* PROVIDER_TTS_JOB_H */
