/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "call/wav.h"
#include "dsp/frame.h"

#define HEAD_BYTES 58
/* Half a second. */
#define PIECE_BYTES 4000
#define NAMES_MAX 9
#define FORMAT_ULAW 7

struct wav_s {
    log_t      log;
    uv_loop_t *loop;
    uv_fs_t    fs;
    int        fd;
    unsigned   names; /* tried */
    size_t     samples;
    size_t     samples_max;
    size_t     written; /* of them */

    unsigned busy:1;     /* a thread is at it */
    unsigned failed:1;   /* no more is tried */
    unsigned headed:1;   /* its head is written, */
    unsigned finishing:1;
    unsigned finished:1; /* and once more with the true length */

    uint8_t head[HEAD_BYTES];
    char    name[WAV_NAME_BYTES];
    char    file[WAV_NAME_BYTES + 8];
    char    folder[1024];
    uint8_t ulaw[];
};

static void wav_step(wav_t *wav);
static int  wav_open(wav_t *wav);
static int  wav_write(wav_t *wav, uint8_t *bytes, size_t length, size_t at);
static void wav_head(wav_t *wav, size_t samples);
static void wav_on_open(uv_fs_t *fs);
static void wav_on_written(uv_fs_t *fs);
static void wav_on_closed(uv_fs_t *fs);

int
wav_create(wav_t **wp, uv_loop_t *loop, const char *folder, const char *name,
           size_t samples_max)
{
    wav_t *wav;

    /* Pages that are never recorded into are never touched. */
    wav = calloc(1, sizeof(wav_t) + samples_max);
    if (wav == NULL) {
        return -ENOMEM;
    }

    strcpy(wav->log.prefix, "recording: ");
    wav->loop = loop;
    wav->fd = -1;
    wav->samples_max = samples_max;
    (void) snprintf(wav->name, sizeof(wav->name), "%s", name);
    (void) snprintf(wav->folder, sizeof(wav->folder), "%s", folder);
    wav->fs.data = wav;
    wav_step(wav);

    *wp = wav;
    return 0;
}

void
wav_add(wav_t *wav, const uint8_t *ulaw, size_t samples)
{
    if (samples > wav->samples_max - wav->samples) {
        samples = wav->samples_max - wav->samples;
    }

    memcpy(wav->ulaw + wav->samples, ulaw, samples);
    wav->samples += samples;
    wav_step(wav);
}

size_t
wav_samples(const wav_t *wav)
{
    return wav->samples;
}

const char *
wav_name(const wav_t *wav)
{
    return wav->fd >= 0 ? wav->file : "";
}

void
wav_finish(wav_t *wav)
{
    wav->finishing = 1;
    wav_step(wav);
}

/* What is to be done next, unless something is being done. */
static void
wav_step(wav_t *wav)
{
    int    rc = 0;
    size_t left = wav->samples - wav->written;

    if (wav->busy) {
        return;
    }

    if (wav->failed || (wav->finished && wav->fd < 0)) {
        if (wav->finishing && wav->fd < 0) {
            free(wav);
            return;
        }

        if (wav->finishing) {
            rc = uv_fs_close(wav->loop, &wav->fs, wav->fd, wav_on_closed);
            wav->busy = rc == 0;
        }
        return;
    }

    if (wav->fd < 0) {
        rc = wav_open(wav);

    } else if (!wav->headed) {
        wav_head(wav, wav->samples_max);
        rc = wav_write(wav, wav->head, HEAD_BYTES, 0);

    } else if (left >= PIECE_BYTES || (wav->finishing && left > 0)) {
        rc = wav_write(wav, wav->ulaw + wav->written,
                       left < PIECE_BYTES ? left : PIECE_BYTES,
                       HEAD_BYTES + wav->written);

    } else if (wav->finishing && !wav->finished) {
        wav_head(wav, wav->samples);
        wav->finished = 1;
        rc = wav_write(wav, wav->head, HEAD_BYTES, 0);

    } else if (wav->finishing) {
        rc = uv_fs_close(wav->loop, &wav->fs, wav->fd, wav_on_closed);
        wav->busy = rc == 0;
    }

    if (rc < 0) {
        log_error(wav, "cannot be written: %s", uv_strerror(rc));
        wav->failed = 1;
    }
}

static int
wav_open(wav_t *wav)
{
    int  rc;
    char path[sizeof(wav->folder) + sizeof(wav->file) + 1];

    if (wav->names++ == 0) {
        (void) snprintf(wav->file, sizeof(wav->file), "%s.wav", wav->name);
    } else {
        (void) snprintf(wav->file, sizeof(wav->file), "%s.%u.wav", wav->name,
                        wav->names);
    }

    (void) snprintf(path, sizeof(path), "%s/%s", wav->folder, wav->file);
    rc = uv_fs_open(wav->loop, &wav->fs, path, O_WRONLY | O_CREAT | O_EXCL,
                    0600, wav_on_open);
    wav->busy = rc == 0;

    return rc;
}

static int
wav_write(wav_t *wav, uint8_t *bytes, size_t length, size_t at)
{
    int      rc;
    uv_buf_t buf = uv_buf_init((char *) bytes, (unsigned) length);

    rc = uv_fs_write(wav->loop, &wav->fs, wav->fd, &buf, 1, (int64_t) at,
                     wav_on_written);
    wav->busy = rc == 0;

    return rc;
}

static uint8_t *
put_text(uint8_t *to, const char *text)
{
    memcpy(to, text, 4);

    return to + 4;
}

static uint8_t *
put_number(uint8_t *to, uint32_t number, unsigned bytes)
{
    for (; bytes > 0; bytes--) {
        *to++ = (uint8_t) number;
        number >>= 8;
    }

    return to;
}

/* RIFF: chunks of a name, a length and bytes, little endian. */
static void
wav_head(wav_t *wav, size_t samples)
{
    uint8_t *p = wav->head;

    p = put_text(p, "RIFF");
    p = put_number(p, (uint32_t) (HEAD_BYTES - 8 + samples), 4);
    p = put_text(p, "WAVE");

    p = put_text(p, "fmt ");
    p = put_number(p, 18, 4);
    p = put_number(p, FORMAT_ULAW, 2);
    p = put_number(p, 1, 2); /* channel */
    p = put_number(p, FRAME_RATE_HZ, 4);
    p = put_number(p, FRAME_RATE_HZ, 4); /* bytes a second */
    p = put_number(p, 1, 2);             /* bytes a sample */
    p = put_number(p, 8, 2);             /* bits a sample */
    p = put_number(p, 0, 2);

    p = put_text(p, "fact");
    p = put_number(p, 4, 4);
    p = put_number(p, (uint32_t) samples, 4);

    p = put_text(p, "data");
    (void) put_number(p, (uint32_t) samples, 4);
}

static void
wav_on_open(uv_fs_t *fs)
{
    int    rc = (int) fs->result;
    wav_t *wav = fs->data;

    uv_fs_req_cleanup(fs);
    wav->busy = 0;

    if (rc >= 0) {
        wav->fd = rc;
    } else if (rc != UV_EEXIST || wav->names >= NAMES_MAX) {
        log_error(wav, "cannot be made: %s", uv_strerror(rc));
        wav->failed = 1;
    }

    wav_step(wav);
}

static void
wav_on_written(uv_fs_t *fs)
{
    int    rc = (int) fs->result;
    wav_t *wav = fs->data;

    uv_fs_req_cleanup(fs);
    wav->busy = 0;

    if (rc <= 0) {
        log_error(wav, "cannot be written: %s", uv_strerror(rc));
        wav->failed = 1;
    } else if (!wav->headed) {
        wav->headed = 1;
    } else if (!wav->finished) {
        wav->written += (size_t) rc;
    }

    wav_step(wav);
}

static void
wav_on_closed(uv_fs_t *fs)
{
    wav_t *wav = fs->data;

    uv_fs_req_cleanup(fs);
    free(wav);
}
