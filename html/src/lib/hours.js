// SPDX-License-Identifier: BSD-2-Clause
/** Weekly hours as the API has them: `{ weekday, opens, closes }`, Monday is 1, midnight 24:00. */
import { DateTime } from 'luxon'

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]
const MIDNIGHT = '24:00'

/** "Monday", or "Mon" when `style` is short. */
export function weekdayName(weekday, locale, style = 'long') {
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' })
    .format(Date.UTC(2024, 0, weekday)) // the first of January 2024 was a Monday
}

/** The week as seven days, each with its intervals. */
export function daysOf(hours) {
  return WEEKDAYS.map((weekday) => ({
    weekday,
    intervals: hours.filter((item) => item.weekday === weekday)
      .map(({ opens, closes }) => ({ opens, closes }))
  }))
}

export function hoursOf(days) {
  return days.flatMap(({ weekday, intervals }) =>
    intervals.map(({ opens, closes }) => ({ weekday, opens, closes })))
}

/** What a box for a time of day shows; it has no 24:00. */
export const boxOf = (closes) => (closes === MIDNIGHT ? '00:00' : closes)
export const closesOf = (box) => (box === '00:00' ? MIDNIGHT : box)

/** The interval that one adds to a day: after the last, or a working day. */
export function nextInterval(intervals) {
  const last = intervals.at(-1)
  if (last === undefined) {
    return { opens: '09:00', closes: '17:00' }
  }
  const from = Math.min(Number(last.closes.slice(0, 2)) + 1, 23)
  const until = Math.min(from + 4, 24)
  return { opens: `${pad(from)}:00`, closes: `${pad(until)}:00` }
}

const pad = (number) => String(number).padStart(2, '0')

/** What is wrong with a day's intervals: 'order', 'overlap' or ''. */
export function problemOf(intervals) {
  if (intervals.some(({ opens, closes }) => !opens || !closes || closes <= opens)) {
    return 'order'
  }
  const sorted = intervals.toSorted((a, b) => a.opens.localeCompare(b.opens))
  return sorted.some((item, n) => n > 0 && item.opens < sorted[n - 1].closes) ? 'overlap' : ''
}

/** A local date and time, as a box has it, as an instant; and the other way round. */
export function instantOf(local, zone) {
  return DateTime.fromISO(local, { zone }).toUTC().toISO({ suppressMilliseconds: true })
}

export function localOf(iso, zone) {
  return DateTime.fromISO(iso, { zone }).toFormat("yyyy-MM-dd'T'HH:mm")
}
