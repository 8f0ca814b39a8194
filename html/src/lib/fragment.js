// SPDX-License-Identifier: BSD-2-Clause
/**
 * The token of a mail's link. It comes in the address's fragment, which no server sees, is taken
 * out of the address bar at once, and kept in memory: a login on the way does not lose it.
 */
let kept = null

/** Whether a fragment is a token, which is kept then. */
export function keepToken(hash) {
  const found = /^#token=(.+)$/.exec(hash)
  if (found === null) {
    return false
  }
  try {
    kept = decodeURIComponent(found[1])
  } catch {
    kept = found[1]
  }
  return true
}

export function keptToken() {
  return kept
}

export function dropKeptToken() {
  kept = null
}
