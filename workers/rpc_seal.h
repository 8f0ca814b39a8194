/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef RPC_SEAL_H
#define RPC_SEAL_H

#include "rpc.h"

/*
 * A client's key of a provider, to be sealed: `client`, `kind` and `key` in,
 * `sealed` in hexadecimal and `end`, what may be shown of it, out. -ENOTSUP:
 * the settings have no key to seal with.
 */
int rpc_seal(rpc_t *rpc, const desk_rpc_t *request, uint8_t *data,
             uint32_t *bytes);

#endif /* RPC_SEAL_H */
