/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_POOL_H
#define PROVIDER_STT_POOL_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "provider/stt_decoder.h"

/*
 * The decoders of this process, and what waits for them. Decoding runs on
 * libuv's threads; all functions here belong to the thread of the loop, and
 * there is one such loop at a time.
 */

#define STT_POOL_DECODERS_MAX 16

typedef struct stt_job_s stt_job_t;
typedef struct stt_client_s stt_client_t;

/* A decoding. Owned by who submits it, but by the pool until done(). */
struct stt_job_s {
    stt_client_t *client;  /* NULL: the base model alone */
    const uint8_t *ulaw;   /* 8 kHz; stays until done() */
    size_t        samples;
    void (*done)(stt_job_t *job, int rc);
    stt_result_t  result;

    /* The pool's. */
    stt_job_t *next;
};

/* Strings are copied. Before the first use, or after stt_pool_destroy(). */
int stt_pool_setup(const stt_decoder_paths_t *paths, unsigned decoders);

/*
 * Frees all decoders. -EBUSY while a thread still works for the pool: run
 * the loop and try again.
 */
int stt_pool_destroy(void);

/* Creates all decoders now; done() follows when the last is there. */
int stt_pool_warm(uv_loop_t *loop, void (*done)(void *data, int rc),
                  void *data);

int stt_pool_submit(uv_loop_t *loop, stt_job_t *job);

/* Takes a job back that has not begun; 0 when it has. */
int stt_pool_withdraw(stt_job_t *job);

/*
 * A client's own words, learned by the decoders one after the other while
 * they have nothing to decode; until then the base model serves. The words
 * stay learned for a while after the last detach.
 */
int  stt_pool_attach(uv_loop_t *loop, stt_client_t **cp, const char *client_id,
                     const char *const *sentences, size_t count);
void stt_pool_detach(stt_client_t *client);

/* How many decoders know this client's words by now. */
unsigned stt_pool_knows(const stt_client_t *client);

#endif /* PROVIDER_STT_POOL_H */
