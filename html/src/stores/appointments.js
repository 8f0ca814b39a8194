// SPDX-License-Identifier: BSD-2-Clause
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { listAppointments } from '../lib/api.js'
import { useClients } from './clients.js'

/** The selected client's appointments of one stretch of time. */
export const useAppointments = defineStore('appointments', () => {
  const clients = useClients()
  const rows = shallowRef([])
  const loading = ref(false)
  const loaded = ref(false)
  const error = shallowRef(null)
  let asked = null

  /** `span` is `{ from, to }`, two instants. */
  async function load(span) {
    asked?.abort()
    asked = new AbortController()
    const { signal } = asked
    loading.value = true
    try {
      rows.value = await listAppointments(clients.selectedId, { ...span, signal })
      error.value = null
      loaded.value = true
    } catch (cause) {
      if (signal.aborted) {
        return
      }
      error.value = cause
    }
    loading.value = false
  }

  function clear() {
    asked?.abort()
    rows.value = []
    loaded.value = false
    error.value = null
  }

  return { rows, loading, loaded, error, load, clear }
})
