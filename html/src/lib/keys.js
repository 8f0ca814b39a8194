// SPDX-License-Identifier: BSD-2-Clause
import { onBeforeUnmount, onMounted } from 'vue'

function isTyping(target) {
  return target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
}

/**
 * Single-key shortcuts of a page: `useKeys({ j: next, k: previous })`. Silent while something is
 * typed, while a dialog is open, with a modifier held, and when the person has switched them off.
 */
export function useKeys(table, enabled) {
  function onKey(event) {
    const work = table[event.key]
    if (work === undefined || !enabled() || event.ctrlKey || event.metaKey || event.altKey ||
        isTyping(event.target) || document.querySelector('dialog[open]') !== null) {
      return
    }
    event.preventDefault()
    work()
  }

  onMounted(() => document.addEventListener('keydown', onKey))
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey))
}
