// SPDX-License-Identifier: BSD-2-Clause
/** Facts of the API as a person reads them. Everything here is pure. */

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Seconds as 0:07, 12:30, 1:02:03. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds ?? 0))
  const s = String(whole % 60).padStart(2, '0')
  const m = Math.floor(whole / MINUTE) % 60
  const h = Math.floor(whole / HOUR)
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`
}

/** Seconds as an ISO 8601 duration, for <time datetime>. */
export function isoDuration(seconds) {
  return `PT${Math.max(0, Math.floor(seconds ?? 0))}S`
}

/** An E.164 number with gaps: +1 (555) 010-0001 in North America, groups elsewhere. */
export function phone(number) {
  if (!number) {
    return ''
  }
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number)
  if (american) {
    return `+1 (${american[1]}) ${american[2]}-${american[3]}`
  }
  const other = /^\+(\d{2})(\d{3})(\d{3})(\d+)$/.exec(number)
  return other ? `+${other.slice(1).join(' ')}` : number
}

/** Whether something is a number that can be dialed: some callers withhold theirs. */
export function isNumber(text) {
  return /^\+\d{5,}$/.test(text ?? '')
}

/** Up to two letters that stand for a name. */
export function initials(name) {
  const words = (name ?? '').split(/\s+/).filter((word) => /^\p{L}/u.test(word))
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words
  return picked.map((word) => [...word][0].toLocaleUpperCase()).join('')
}

/** Milliseconds as 640 ms or 1.24 s. */
export function milliseconds(ms, locale) {
  if (ms < 1000) {
    return `${Math.round(ms)} ms`
  }
  const seconds = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2
  })
  return `${seconds.format(ms / 1000)} s`
}

/** How long ago, in the largest unit that fits: "3 minutes ago". */
export function relative(iso, nowMs, locale, style = 'long') {
  const seconds = Math.round((Date.parse(iso) - nowMs) / 1000)
  const ago = Math.abs(seconds)
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style })
  if (ago < MINUTE) {
    return words.format(0, 'second')
  }
  if (ago < HOUR) {
    return words.format(Math.trunc(seconds / MINUTE), 'minute')
  }
  if (ago < DAY) {
    return words.format(Math.trunc(seconds / HOUR), 'hour')
  }
  if (ago < 30 * DAY) {
    return words.format(Math.trunc(seconds / DAY), 'day')
  }
  return words.format(Math.trunc(seconds / (30 * DAY)), 'month')
}

const formatters = new Map()

function formatter(locale, zone, options) {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`
  if (!formatters.has(key)) {
    formatters.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }))
  }
  return formatters.get(key)
}

/** Day and time in the client's zone. The year only when it is not this one. */
export function dayAndTime(iso, zone, nowMs, locale) {
  const date = new Date(iso)
  const options = { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }
  if (date.getUTCFullYear() !== new Date(nowMs).getUTCFullYear()) {
    options.year = 'numeric'
  }
  return formatter(locale, zone, options).format(date)
}

/** The same at full length, with the zone's name. */
export function fullTime(iso, zone, locale) {
  return formatter(locale, zone, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short'
  }).format(new Date(iso))
}

/** Day and time with the zone's name, where there is room for one line. */
export function dateTime(iso, zone, locale) {
  return formatter(locale, zone, {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short'
  }).format(new Date(iso))
}

/** A zone as a person says it: "New York, EST". */
export function zoneName(zone, nowMs, locale) {
  const parts = formatter(locale, zone, { timeZoneName: 'short' }).formatToParts(new Date(nowMs))
  const short = parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
  const place = zone.includes('/') ? zone.split('/').pop().replaceAll('_', ' ') : ''
  return place === '' ? short || zone : `${place}, ${short}`
}

/** A tool's argument for reading: its local days and times, which carry no zone, in words. */
export function argument(text, locale) {
  const found = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?(?::\d\d)?$/.exec(text)
  if (found === null) {
    return text
  }
  const options = { weekday: 'short', month: 'short', day: 'numeric' }
  if (found[2] !== undefined) {
    Object.assign(options, { hour: 'numeric', minute: '2-digit' })
  }
  const date = new Date(`${found[1]}T${found[2] ?? '00:00'}Z`)
  return Number.isNaN(date.getTime()) ? text : formatter(locale, 'UTC', options).format(date)
}

export function timeOfDay(iso, zone, locale) {
  return formatter(locale, zone, { hour: 'numeric', minute: '2-digit' }).format(new Date(iso))
}

/** "no_answer" as "No answer": for words the dictionary of the page does not have. */
export function humanize(word) {
  const text = String(word ?? '').replace(/[_-]+/g, ' ').trim()
  return text === '' ? '' : text[0].toLocaleUpperCase() + text.slice(1)
}

export function median(values) {
  if (values.length === 0) {
    return null
  }
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The zone of whoever looks: for what belongs to no business. */
export function ownZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** A day in words, without a time. */
export function day(iso, zone, locale) {
  return formatter(locale, zone, { year: 'numeric', month: 'short', day: 'numeric' })
    .format(new Date(iso))
}
