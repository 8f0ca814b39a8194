// SPDX-License-Identifier: BSD-2-Clause
/** A list of the API as a page needs it: its rows, what is asked for, and what changes them. */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { list, post, put, remove, segment } from './api.js'

const PAGE_ROWS = 50
const TYPING_MS = 250

/**
 * @param {() => string | null} path of the list; null: nothing to ask for yet
 * @param {{ filters?: Record<string, unknown>, itemPath?: (row: object) => string }} [options]
 *   `filters` go into the query as they are; `itemPath` is where one row is changed
 */
export function useResource(path, { filters: initial = {}, itemPath } = {}) {
  const rows = shallowRef([])
  const total = ref(null)
  const next = ref(null)
  const loading = ref(false)
  const loaded = ref(false)
  const error = shallowRef(null)
  const filters = reactive({ ...initial })
  const isFiltered = computed(() =>
    Object.entries(filters).some(([name, value]) => value !== initial[name] && value !== ''))
  let asked = null
  let typing = null

  async function ask(query, keep) {
    asked?.abort()
    const place = path()
    if (place === null) {
      return
    }
    asked = new AbortController()
    const { signal } = asked
    loading.value = true
    try {
      const answer = await list(place, { query: { ...query, limit: PAGE_ROWS }, signal })
      rows.value = keep ? [...rows.value, ...answer.data] : answer.data
      total.value = keep ? total.value : answer.total
      next.value = answer.next
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

  const load = () => ask({ ...filters }, false)
  const more = () => ask({ ...filters, cursor: next.value }, true)

  function reset() {
    rows.value = []
    total.value = null
    next.value = null
    loaded.value = false
    error.value = null
  }

  watch(path, () => {
    reset()
    load()
  }, { immediate: true })

  function filter(name, value) {
    filters[name] = value
  }

  function clearFilters() {
    Object.assign(filters, initial)
  }

  watch(filters, () => {
    clearTimeout(typing)
    typing = setTimeout(load, TYPING_MS)
  })

  onScopeDispose(() => {
    clearTimeout(typing)
    asked?.abort()
  })

  const placeOf = (row) => itemPath?.(row) ?? `${path()}/${segment(row.id)}`

  async function create(body) {
    const made = await post(path(), body)
    await load()
    return made
  }

  async function update(row, body) {
    const { data } = await put(placeOf(row), body)
    await load()
    return data
  }

  async function destroy(row) {
    await remove(placeOf(row))
    await load()
  }

  return {
    rows, total, next, loading, loaded, error, filters, isFiltered, filter, clearFilters,
    load, more, create, update, destroy
  }
}
