/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_FLITE_LOCK_H
#define PROVIDER_FLITE_LOCK_H

/*
 * flite counts references without atomics and sets its lexicon up at the
 * first use, so that one thread at a time may be in it. Never taken on the
 * loop.
 */
void flite_lock(void);
void flite_unlock(void);

#endif /* PROVIDER_FLITE_LOCK_H */
