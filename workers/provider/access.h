/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_ACCESS_H
#define PROVIDER_ACCESS_H

#include "net/keys.h"
#include "provider/provider.h"
#include "shm/desk_conf.h"

/*
 * How to reach a provider: by the client's own key, or by the platform's of
 * the settings. Whoever runs here needs neither.
 */

/* The platform's keys, by the setting that has them: a worker has one. */
typedef struct access_keys_s access_keys_t;

/* -EINVAL: a setting has what is no key; its name is in `setting`. */
int  access_keys_create(access_keys_t **kp, net_host_t *host,
                        const desk_conf_t *conf, const char **setting);
void access_keys_destroy(access_keys_t *keys);

/* Whether the provider of that name is inside this process. */
int provider_is_inside(const char *provider);

/*
 * Fills all but net and model of `access`. own_key: the client's, or NULL.
 * Returns 0; -ENOENT: nobody has heard of it, -EACCES: nobody has a key of
 * it, or the settings do not say where it is, -EBUSY: its keys rest.
 */
int provider_access(provider_access_t *access, const desk_conf_t *conf,
                    access_keys_t *keys, const char *provider,
                    const char *own_key);

/*
 * The key is not used any more; what came of it, or NULL: nothing bad. Once:
 * then nothing is lent, and it does nothing.
 */
void provider_access_end(provider_access_t *access, const fault_t *fault);

#endif /* PROVIDER_ACCESS_H */
