// SPDX-License-Identifier: BSD-2-Clause
/**
 * What is happening now, as events. Stores know only `openFeed` and `watchCall` and the handlers
 * they pass; how the news arrives is this file's own affair. Today it asks the API again and again;
 * a socket that pushes can take its place behind the same two functions.
 *
 * Status of a feed: `connecting` (nothing heard yet), `live`, `reconnecting` (the last attempt
 * failed; what is shown may be old), `paused` (nobody looks at the page).
 */
import { getCall, listActiveCalls } from './api.js'

const FEED_MS = 2000
const CALL_MS = 1000
const BACKOFF_MAX_MS = 30_000

/** Half of the wait fixed, half random: browsers that lost a server do not return all at once. */
function backoffMs(failures, everyMs) {
  const wait = Math.min(BACKOFF_MAX_MS, everyMs * 2 ** failures)
  return wait / 2 + Math.random() * wait / 2
}

/**
 * Runs `ask` every `everyMs` while the page is visible, later and later while it fails.
 * `ask` answers false when there is nothing more to ask for. Returns the function that ends it.
 */
function poll(ask, everyMs, onStatus) {
  let timer = null
  let running = null
  let failures = 0
  let closed = false

  async function round() {
    timer = null
    running = new AbortController()
    const { signal } = running
    try {
      const more = await ask(signal)
      if (closed || signal.aborted) {
        return
      }
      failures = 0
      onStatus('live')
      if (more === false) {
        close()
        return
      }
      timer = setTimeout(round, everyMs)
    } catch (error) {
      if (closed || signal.aborted) {
        return
      }
      failures += 1
      onStatus('reconnecting', error)
      if (error.status === 401 || error.status === 403 || error.status === 404) {
        close()
        return
      }
      const asked = (error.retryAfter ?? 0) * 1000
      timer = setTimeout(round, Math.max(asked, backoffMs(failures, everyMs)))
    }
  }

  function stop() {
    clearTimeout(timer)
    timer = null
    running?.abort()
  }

  function onVisibility() {
    stop()
    if (document.hidden) {
      onStatus('paused')
    } else {
      round()
    }
  }

  function close() {
    closed = true
    stop()
    document.removeEventListener('visibilitychange', onVisibility)
  }

  onStatus('connecting')
  document.addEventListener('visibilitychange', onVisibility)
  if (document.hidden) {
    onStatus('paused')
  } else {
    round()
  }
  return close
}

/**
 * The calls in progress that the user may see.
 * @param {object} on
 * @param {(calls: object[]) => void} on.calls     all of them, each time something was heard
 * @param {(call: object) => void}    on.started   one that was not there before
 * @param {(call: object) => void}    on.ended     one that is no longer there
 * @param {(status: string) => void}  on.status
 * @returns {() => void} closes the feed
 */
export function openFeed(on) {
  let known = null

  async function ask(signal) {
    const calls = await listActiveCalls({ signal })
    const before = known
    known = new Map(calls.map((call) => [call.call_id, call]))
    on.calls(calls)
    if (before === null) {
      return
    }
    for (const call of calls) {
      if (!before.has(call.call_id)) {
        on.started(call)
      }
    }
    for (const [id, call] of before) {
      if (!known.has(id)) {
        on.ended(call)
      }
    }
  }

  return poll(ask, FEED_MS, on.status)
}

export function isOpen(call) {
  return call.status === 'ringing' || call.status === 'in_progress'
}

/**
 * One call, as long as it goes on. Closes by itself when the call has ended.
 * @param {string} id
 * @param {object} on
 * @param {(call: object) => void} on.call
 * @param {(status: string, error?: Error) => void} on.status
 * @returns {() => void} stops watching
 */
export function watchCall(id, on) {
  async function ask(signal) {
    const call = await getCall(id, { signal })
    on.call(call)
    return isOpen(call)
  }

  return poll(ask, CALL_MS, on.status)
}
