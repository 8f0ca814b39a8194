/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <sys/mman.h>

#include "provider/stt_audio.h"

#define AUDIO_BYTES (sizeof(stt_audio_t) + STT_AUDIO_MAX)

int
stt_audio_create(stt_audio_t **ap)
{
    void *at;

    at = mmap(NULL, AUDIO_BYTES, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        return -errno;
    }

    /* Many of them side by side would be huge pages. */
    (void) madvise(at, AUDIO_BYTES, MADV_NOHUGEPAGE);

    *ap = at;
    (*ap)->held = 1;
    return 0;
}

void
stt_audio_hold(stt_audio_t *audio)
{
    audio->held++;
}

void
stt_audio_release(stt_audio_t *audio)
{
    if (audio != NULL && --audio->held == 0) {
        (void) munmap(audio, AUDIO_BYTES);
    }
}
