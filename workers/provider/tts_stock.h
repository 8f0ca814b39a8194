/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_STOCK_H
#define PROVIDER_TTS_STOCK_H

#include <stddef.h>

/*
 * Where stock phrases are kept, for all sessions of the process; without
 * it in its memory alone. The file is shared by all workers of the node
 * (provider/tts_store.h).
 */
int  tts_stock_open(const char *path, size_t bytes);
void tts_stock_close(void);

#endif /* PROVIDER_TTS_STOCK_H */
