// SPDX-License-Identifier: BSD-2-Clause
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch as onChange } from 'vue'
import { list, listCalls, segment } from '../lib/api.js'
import { openFeed, watchCall } from '../lib/live.js'
import { useClients } from './clients.js'

export const PAGE_SIZE = 25
const TYPING_MS = 300

/** What a person looks for, and the statuses that mean it. */
export const KINDS = {
  all: null,
  completed: ['completed'],
  missed: ['no_answer', 'busy', 'canceled'],
  failed: ['failed']
}

function isOfKind(call, kind) {
  return KINDS[kind] === null || KINDS[kind].includes(call.status)
}

/** What is looked for: a number's digits, or words that were said. */
function wantedOf(words) {
  const text = words.trim()
  const digits = text.replace(/[\s()+.-]/g, '')
  return /^\d{3,}$/.test(digits) ? { digits } : { q: text }
}

/** A client's calls: those of the past in pages, those of this moment, and the one looked at. */
export const useCalls = defineStore('calls', () => {
  const clients = useClients()

  /* The list. */
  const rows = shallowRef([])
  const total = ref(null)
  const page = ref(1)
  const loading = ref(false)
  const loaded = ref(false)
  const error = ref(null)
  let asked = null
  let shownFor = null

  /** A number is found by whose it is, words by what was said. */
  async function find(clientId, place) {
    const { digits, q } = wantedOf(words.value)
    if (digits === undefined) {
      return listCalls(clientId, { q, ...place })
    }
    const { data } = await list(`/api/clients/${segment(clientId)}/contacts`,
      { query: { q: digits, limit: 1 }, signal: place.signal })
    return data.length === 0
      ? { data, total: 0 } : listCalls(clientId, { contact: data[0].id, ...place })
  }

  async function load(wanted = page.value) {
    const clientId = clients.selectedId
    asked?.abort()
    if (clientId === null) {
      return
    }
    asked = new AbortController()
    const { signal } = asked
    loading.value = true
    page.value = wanted
    try {
      const offset = (wanted - 1) * PAGE_SIZE
      const answer = await find(clientId, { limit: PAGE_SIZE, offset, signal })
      rows.value = answer.data
      total.value = answer.total
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

  /** What is here of another client goes; what is of this one stays until the news is there. */
  function open(wanted) {
    if (shownFor !== clients.selectedId) {
      reset()
      shownFor = clients.selectedId
    }
    load(wanted)
  }

  function reset() {
    shownFor = null
    asked?.abort()
    rows.value = []
    total.value = null
    page.value = 1
    loaded.value = false
    loading.value = false
    error.value = null
  }

  /* What of the page is shown. Calls that go on stand above the list, not in it. */
  const words = ref('')
  const kind = ref('all')
  const past = computed(() => {
    const going = new Set(active.value.map((call) => call.call_id))
    return rows.value.filter((row) => !going.has(row.id))
  })
  const visible = computed(() => past.value.filter((row) => isOfKind(row, kind.value)))
  const counts = computed(() => {
    const count = (name) => past.value.filter((row) => isOfKind(row, name)).length
    return Object.fromEntries(Object.keys(KINDS).map((name) => [name, count(name)]))
  })

  let typing = null
  onChange(words, () => {
    clearTimeout(typing)
    typing = setTimeout(() => load(1), TYPING_MS)
  })

  const hasNext = computed(() => (total.value === null
    ? rows.value.length === PAGE_SIZE
    : page.value * PAGE_SIZE < total.value))

  /* This moment. */
  const active = shallowRef([])
  const liveStatus = ref('connecting')
  const lastNews = shallowRef(null)
  let closeFeed = null

  const activeHere = computed(() =>
    active.value.filter((call) => call.client_id === clients.selectedId))
  const activeElsewhere = computed(() => active.value.length - activeHere.value.length)

  function news(kind, call) {
    lastNews.value = { kind, call }
    if (call.client_id === clients.selectedId && loaded.value) {
      load()
    }
  }

  function openLive() {
    closeFeed ??= openFeed({
      calls(calls) {
        active.value = calls
      },
      started: (call) => news('started', call),
      ended: (call) => news('ended', call),
      status(status) {
        liveStatus.value = status
      }
    })
  }

  function closeLive() {
    closeFeed?.()
    closeFeed = null
    active.value = []
    liveStatus.value = 'connecting'
  }

  /** A caller's name, if one of the calls on the page knows it. */
  function nameOf(number) {
    return rows.value.find((row) => row.caller_phone === number && row.contact_name)?.contact_name
  }

  /* The one looked at. */
  const current = shallowRef(null)
  const currentStatus = ref('connecting')
  const currentError = shallowRef(null)
  let closeCurrent = null

  function watch(id) {
    unwatch()
    closeCurrent = watchCall(id, {
      call(call) {
        current.value = call
        currentError.value = null
        clients.select(call.client_id)
        patch(call)
      },
      status(status, cause) {
        currentStatus.value = status
        currentError.value = cause ?? null
      }
    })
  }

  function unwatch() {
    closeCurrent?.()
    closeCurrent = null
    current.value = null
    currentStatus.value = 'connecting'
    currentError.value = null
  }

  /** What the open call tells that its row in the list does not know yet. */
  function patch(call) {
    const known = rows.value.find((row) => row.id === call.id)
    if (known !== undefined && (known.status !== call.status ||
        known.turn_count !== call.turn_count || known.contact_name !== call.contact_name)) {
      const { transcript: _, ...facts } = call
      rows.value = rows.value.map((row) => (row.id === call.id ? { ...row, ...facts } : row))
    }
  }

  return {
    rows, total, page, loading, loaded, error, hasNext, open, load, reset,
    words, kind, visible, counts,
    active, activeHere, activeElsewhere, liveStatus, lastNews, openLive, closeLive, nameOf,
    current, currentStatus, currentError, watch, unwatch
  }
})
