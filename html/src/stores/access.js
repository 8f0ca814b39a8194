// SPDX-License-Identifier: BSD-2-Clause
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { me } from '../lib/api.js'
import { useClients } from './clients.js'
import { useSession } from './session.js'

/**
 * What the user may do with the selected client. It only says which buttons are worth showing: the
 * server decides, and refuses in words.
 */
export const useAccess = defineStore('access', () => {
  const session = useSession()
  const clients = useClients()
  const roles = ref({})
  const known = ref(false)

  async function load() {
    known.value = false
    roles.value = {}
    if (session.user === null) {
      return
    }
    try {
      const { clients: mine } = await me()
      roles.value = Object.fromEntries((mine ?? []).map(({ id, role }) => [id, role]))
    } catch {
      /* Unknown: the buttons are there, and the server's refusal is shown. */
    }
    known.value = true
  }

  watch(() => session.user?.id, load, { immediate: true })
  watch(() => clients.all.length, (length, before) => before > 0 && load())

  const role = computed(() =>
    (session.user?.role === 'admin' ? 'admin' : roles.value[clients.selectedId] ?? null))
  const mayChange = computed(() => known.value && role.value !== 'viewer')
  const mayOwn = computed(() => known.value && !['viewer', 'manager'].includes(role.value))

  return { role, mayChange, mayOwn }
})
