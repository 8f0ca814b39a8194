// SPDX-License-Identifier: BSD-2-Clause
/** The server's time as shared state: one timer for all, and only while somebody shows it. */
import { onBeforeUnmount, onMounted, readonly, ref } from 'vue'
import { serverNow } from './api.js'

const now = ref(serverNow())
let users = 0
let timer = null

/** @returns {import('vue').Ref<number>} milliseconds since the epoch, new every second */
export function useNow() {
  onMounted(() => {
    users += 1
    now.value = serverNow()
    timer ??= setInterval(() => {
      now.value = serverNow()
    }, 1000)
  })
  onBeforeUnmount(() => {
    users -= 1
    if (users === 0) {
      clearInterval(timer)
      timer = null
    }
  })
  return readonly(now)
}
