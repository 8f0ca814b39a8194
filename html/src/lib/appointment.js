// SPDX-License-Identifier: BSD-2-Clause
/** The form of an appointment made by hand. */
import { DateTime } from 'luxon'

const STATUSES = ['held', 'confirmed', 'canceled', 'completed', 'no_show']

/** @param {boolean} old one that is there already: it has a status, and keeps its length */
export function appointmentFields(t, services, old) {
  const minutes = {
    name: 'minutes', kind: 'number', label: t('appointments.minutes'), half: true, min: 5,
    max: 1440, step: 5, hint: t('appointments.minutesHint')
  }
  const status = {
    name: 'status', kind: 'choice', label: t('appointments.status'), half: true, required: true,
    options: STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))
  }
  return [
    {
      name: 'starts_at', kind: 'moment', label: t('appointments.starts'), required: true, half: true
    },
    {
      name: 'service_id', kind: 'choice', label: t('appointments.service'), half: true,
      options: [{ value: '', label: t('appointments.noService') },
        ...services.map(({ id, name }) => ({ value: id, label: name }))]
    },
    { name: 'customer_name', kind: 'text', label: t('appointments.customer'), half: true },
    { name: 'customer_phone', kind: 'phone', label: t('appointments.phone'), half: true },
    { name: 'notes', kind: 'area', label: t('appointments.notes'), rows: 3 },
    minutes,
    ...(old ? [status] : [])
  ]
}

/** What a new one's time is at first: the next full hour, or the week's first morning. */
export function firstTime(week, zone, nowMs) {
  const now = DateTime.fromMillis(nowMs, { zone })
  const monday = DateTime.fromISO(week, { zone })
  const hour = now.startOf('hour').plus({ hours: 1 })
  const isThisWeek = hour >= monday && hour < monday.plus({ weeks: 1 })
  return (isThisWeek ? hour : monday.set({ hour: 9 })).toFormat("yyyy-MM-dd'T'HH:mm")
}
