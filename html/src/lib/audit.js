// SPDX-License-Identifier: BSD-2-Clause
/** Entries of the audit log for reading. Everything here is pure. */
import { humanize } from './format.js'

const HIDDEN = '[hidden]'
const NAMES = ['name', 'question', 'title', 'email', 'phone_number', 'key']

/** What the thing was called: by its own columns, now or before. Empty when they do not say. */
export function subject(changes) {
  for (const key of NAMES) {
    const [before, after] = Array.isArray(changes?.[key]) ? changes[key] : []
    const found = after ?? before
    if (typeof found === 'string' && found !== '' && found !== HIDDEN) {
      return found
    }
  }
  return ''
}

/** A value as words; null where there was none. */
export function valueText(value) {
  if (value === null || value === undefined || value === '') {
    return null
  }
  if (Array.isArray(value) && value.every((one) => ['string', 'number'].includes(typeof one))) {
    return value.length === 0 ? null : value.join(', ')
  }
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value)
}

/** `[{ field, label, before, after, hidden }]`, in the order of the alphabet. */
export function differences(changes) {
  return Object.entries(changes ?? {})
    .filter(([, pair]) => Array.isArray(pair))
    .map(([field, [before, after]]) => ({
      field,
      label: humanize(field.replace(/_id$/, '')),
      before: valueText(before),
      after: valueText(after),
      hidden: before === HIDDEN || after === HIDDEN
    }))
    .sort((a, b) => a.label.localeCompare(b.label))
}

/** A refused request, which is kept as "PUT /api/services/{id}": what was to be done to what. */
export function refusedRequest(request) {
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(request ?? '') ?? []
  const words = (path ?? '').split('/').filter((part) => part !== '' && !part.startsWith('{'))
  return { method: method ?? null, object: humanize(words.at(-1)).toLowerCase() }
}
