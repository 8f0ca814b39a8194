/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_STORE_H
#define PROVIDER_TTS_STORE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Speech that all workers of a node share: a mapped file of a fixed size. It
 * is no part of the calls' segment, so that nothing that goes wrong here can
 * reach a call, and a file rather than anonymous memory so that it is there
 * after a restart even if the service is down then.
 *
 * Who reads takes no lock: an entry's audio is copied, and only if its
 * checksum is right it was never being written meanwhile. Who writes holds a
 * lock that the kernel takes back when a process dies; if another has it,
 * nothing is kept this time. There is no list of what is free: it is what no
 * entry holds, so a writer may die anywhere.
 */
typedef struct tts_store_s tts_store_t;

/*
 * The file is made when it is not there, or is none of ours or of another
 * size. All its blocks are allocated, so that no access can fail later.
 */
int  tts_store_open(tts_store_t **sp, const char *path, size_t bytes);
void tts_store_close(tts_store_t *store);

/* -ENOENT: it is not there or not whole. The samples are malloc'd. */
int tts_store_get(tts_store_t *store, const char *key, uint8_t **ulaw,
                  size_t *samples);

/* -EAGAIN: another writes; -EFBIG: it is more than a quarter of the room. */
int tts_store_put(tts_store_t *store, const char *key, const uint8_t *ulaw,
                  size_t samples);

#endif /* PROVIDER_TTS_STORE_H */
