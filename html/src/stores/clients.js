// SPDX-License-Identifier: BSD-2-Clause
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { listClients } from '../lib/api.js'

const CHOICE = 'frontdesk.client'

/** The businesses that the user may see, and the one that the pages are about. */
export const useClients = defineStore('clients', () => {
  const all = ref([])
  const loaded = ref(false)
  const error = ref(null)
  const selectedId = ref(null)
  const selected = computed(() => all.value.find((c) => c.id === selectedId.value) ?? null)
  const zone = computed(() => selected.value?.timezone ?? 'UTC')

  async function load() {
    error.value = null
    try {
      all.value = (await listClients()).sort((a, b) => a.name.localeCompare(b.name))
      loaded.value = true
      const kept = selectedId.value ?? localStorage.getItem(CHOICE)
      selectedId.value = (all.value.find((c) => c.id === kept) ?? all.value[0])?.id ?? null
    } catch (cause) {
      error.value = cause
    }
  }

  /** A client that is not the user's is not selected. */
  function select(id) {
    if (id !== selectedId.value && all.value.some((c) => c.id === id)) {
      selectedId.value = id
      localStorage.setItem(CHOICE, id)
    }
  }

  function find(id) {
    return all.value.find((c) => c.id === id) ?? null
  }

  function clear() {
    all.value = []
    loaded.value = false
    error.value = null
    selectedId.value = null
  }

  return { all, loaded, error, selectedId, selected, zone, load, select, find, clear }
})
