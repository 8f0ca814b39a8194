/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_ACCESS_H
#define PROVIDER_ACCESS_H

#include "provider/provider.h"
#include "shm/desk_conf.h"

/*
 * How to reach a provider: by the client's own key, or by the platform's of
 * the settings. Whoever runs here needs neither.
 */

/* Whether the provider of that name is inside this process. */
int provider_is_inside(const char *provider);

/*
 * Fills base_url, key and trusted of `access`. own_key: the client's, or
 * NULL. Returns 0; -ENOENT: nobody has heard of it, -EACCES: nobody has a key
 * of it, or the settings do not say where it is.
 */
int provider_access(provider_access_t *access, const desk_conf_t *conf,
                    const char *provider, const char *own_key);

#endif /* PROVIDER_ACCESS_H */
