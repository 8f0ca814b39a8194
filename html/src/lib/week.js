// SPDX-License-Identifier: BSD-2-Clause
/** Weeks in a client's zone. A week starts on Monday; days have 23 to 25 hours. */
import { DateTime } from 'luxon'

/** Monday's date (yyyy-mm-dd) of the week that an instant or a date falls in. */
export function weekOf(value, zone) {
  const day = typeof value === 'number'
    ? DateTime.fromMillis(value, { zone })
    : DateTime.fromISO(value, { zone })
  return (day.isValid ? day : DateTime.now().setZone(zone)).startOf('week').toISODate()
}

export function addWeeks(date, weeks, zone) {
  return DateTime.fromISO(date, { zone }).plus({ weeks }).toISODate()
}

/** First instant of the week and of the one after it, as UTC strings for the API. */
export function weekSpan(date, zone) {
  const start = DateTime.fromISO(date, { zone })
  return { from: instant(start), to: instant(start.plus({ weeks: 1 })) }
}

function instant(time) {
  return time.toUTC().toISO({ suppressMilliseconds: true })
}

/** "November 16 – 22, 2026", as the locale writes a range. */
export function weekLabel(date, zone, locale) {
  const start = DateTime.fromISO(date, { zone })
  const words = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: zone })
  return words.formatRange(start.toJSDate(), start.plus({ days: 6 }).toJSDate())
}

/**
 * The seven days with their appointments, each with its place in the day's column: minutes from
 * midnight, and a lane among those it overlaps with.
 */
export function layOut(date, zone, appointments, nowMs, locale) {
  const monday = DateTime.fromISO(date, { zone })
  const today = DateTime.fromMillis(nowMs, { zone }).toISODate()
  const days = []
  for (let i = 0; i < 7; i += 1) {
    const day = monday.plus({ days: i }).setLocale(locale)
    const iso = day.toISODate()
    days.push({
      date: iso,
      weekday: day.toFormat('ccc'),
      number: day.day,
      label: day.toLocaleString({ weekday: 'long', month: 'long', day: 'numeric' }),
      today: iso === today,
      past: iso < today,
      entries: assignLanes(entriesOf(day, appointments))
    })
  }
  return days
}

function entriesOf(day, appointments) {
  const end = day.plus({ days: 1 })
  const entries = []
  for (const appointment of appointments) {
    const starts = DateTime.fromISO(appointment.starts_at, { zone: day.zone })
    const ends = DateTime.fromISO(appointment.ends_at, { zone: day.zone })
    if (starts < end && ends > day) {
      const from = starts < day ? 0 : starts.hour * 60 + starts.minute
      const until = ends >= end ? 24 * 60 : ends.hour * 60 + ends.minute
      entries.push({ appointment, from, until: Math.max(until, from + 15), lane: 0, lanes: 1 })
    }
  }
  return entries.sort((a, b) => a.from - b.from || b.until - a.until)
}

/** Each takes the first lane that is free again; those that touch one another share the width. */
function assignLanes(entries) {
  let group = []
  let groupEnd = -1
  const close = () => {
    const lanes = Math.max(1, ...group.map((entry) => entry.lane + 1))
    for (const entry of group) {
      entry.lanes = lanes
    }
    group = []
  }
  for (const entry of entries) {
    if (entry.from >= groupEnd) {
      close()
    }
    const taken = new Set(group.filter((other) => other.until > entry.from).map((o) => o.lane))
    while (taken.has(entry.lane)) {
      entry.lane += 1
    }
    group.push(entry)
    groupEnd = Math.max(groupEnd, entry.until)
  }
  close()
  return entries
}

/** Whole hours that the grid must show: a working day, longer where something is booked outside. */
export function hoursOf(days) {
  let first = 8
  let last = 18
  for (const day of days) {
    for (const { from, until } of day.entries) {
      first = Math.min(first, Math.floor(from / 60))
      last = Math.max(last, Math.ceil(until / 60))
    }
  }
  return { first, last }
}

export function hourLabel(hour, locale) {
  return DateTime.utc(2000, 1, 1, hour % 24).setLocale(locale)
    .toLocaleString({ hour: 'numeric' })
}

/** Minutes since midnight in the zone. */
export function minuteOfDay(nowMs, zone) {
  const now = DateTime.fromMillis(nowMs, { zone })
  return now.hour * 60 + now.minute
}
