// SPDX-License-Identifier: BSD-2-Clause
import { useI18n } from 'vue-i18n'
import { argument, humanize, isNumber, phone } from './format.js'

const LOCAL_TIME = /\b(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)\b/g

/** Words for what a call's columns say. One that the dictionary lacks is shown as it came. */
export function useWords() {
  const { locale, t, te } = useI18n()

  function callerOf(call) {
    if (call.contact_name) {
      return call.contact_name
    }
    return isNumber(call.caller_phone) ? phone(call.caller_phone) : t('calls.unknownCaller')
  }

  function word(group, value) {
    const key = `${group}.${value}`
    return te(key, 'en') ? t(key) : humanize(value)
  }

  /** Empty when it would only say the status again. */
  function reasonOf(call) {
    const { ended_reason: reason, status } = call
    return !reason || reason === status ? '' : word('reason', reason)
  }

  /** With the client's days and times, which it has as a machine writes them, in words. */
  function summaryOf(call) {
    return (call.summary ?? '').replaceAll(LOCAL_TIME, (found, day, time) =>
      argument(`${day}T${time}`, locale.value))
  }

  return { callerOf, reasonOf, summaryOf, word }
}
