/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_POCKETSPHINX_H
#define PROVIDER_STT_POCKETSPHINX_H

#include <uv.h>

#include "provider/provider.h"
#include "provider/stt_decoder.h"

/* Recognition inside the process: no account, no network. */
extern const stt_provider_t stt_pocketsphinx;

/*
 * From the settings, before anything else; strings are copied. Without it
 * the paths are those of Debian's packages and of the build, and there are
 * two decoders. A decoder takes some 12 MB, and 10 MB for each client
 * whose words it has learned, of which there are at most eight.
 */
int stt_pocketsphinx_setup(const stt_decoder_paths_t *paths,
                           unsigned decoders);

/* Loads the decoders ahead, off the loop; done may be NULL. */
int stt_pocketsphinx_warm(uv_loop_t *loop, void (*done)(void *data, int rc),
                          void *data);

/* Frees the decoders; -EBUSY while one still works. */
int stt_pocketsphinx_shutdown(void);

#endif /* PROVIDER_STT_POCKETSPHINX_H */
