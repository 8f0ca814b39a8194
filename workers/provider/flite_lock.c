/* SPDX-License-Identifier: BSD-2-Clause */

#include <pthread.h>

#include "provider/flite_lock.h"

static pthread_mutex_t flite_mutex = PTHREAD_MUTEX_INITIALIZER;

void
flite_lock(void)
{
    pthread_mutex_lock(&flite_mutex);
}

void
flite_unlock(void)
{
    pthread_mutex_unlock(&flite_mutex);
}
