// SPDX-License-Identifier: BSD-2-Clause
/**
 * The token of a mail's link. It comes in the address's fragment, which no server sees, is taken
 * out of the address bar at once, and kept in memory: a login on the way does not lose it.
 */
import { shallowRef } from 'vue'

const kept = shallowRef(null)

/** Whether a fragment is a token, which is kept then. */
export function keepToken(hash) {
  const found = /^#token=(.+)$/.exec(hash)
  if (found === null) {
    return false
  }
  try {
    kept.value = decodeURIComponent(found[1])
  } catch {
    kept.value = found[1]
  }
  return true
}

/** It changes when another link is opened in the same window. */
export function keptToken() {
  return kept.value
}

export function dropKeptToken() {
  kept.value = null
}
