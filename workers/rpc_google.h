/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef RPC_GOOGLE_H
#define RPC_GOOGLE_H

#include "rpc.h"

/*
 * {"code", "verifier", "nonce", "redirect_uri"}: who came back with it, as
 * {"subject", "email", "email_verified", "name", "domain"}.
 */
int rpc_google(rpc_t *rpc, const desk_rpc_t *request, uint8_t *data,
               uint32_t *bytes);

#endif /* RPC_GOOGLE_H */
