// SPDX-License-Identifier: BSD-2-Clause
import { onBeforeUnmount, readonly, ref } from 'vue'

/** Widths where the layout changes; the style sheets have the same numbers. */
export const PHONE = '(max-width: 767.98px)'
export const AGENDA = '(max-width: 959.98px)'
export const SPLIT = '(min-width: 1120px)'

/** Whether a media query holds, as a ref. */
export function useMedia(query) {
  const list = window.matchMedia(query)
  const matches = ref(list.matches)
  const update = () => {
    matches.value = list.matches
  }
  list.addEventListener('change', update)
  onBeforeUnmount(() => list.removeEventListener('change', update))
  return readonly(matches)
}
