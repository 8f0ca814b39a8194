// SPDX-License-Identifier: BSD-2-Clause
/** Settings of the suite's stack that differ from the defaults, so that stories need not wait. */
export const CALL_TOKEN_SECONDS = 6

export const FRIENDLY_ORIGIN = 'https://app.example.com'

export const settings = `call_token_seconds = ${CALL_TOKEN_SECONDS}
cors_origins = https://other.example.com ${FRIENDLY_ORIGIN}
`
