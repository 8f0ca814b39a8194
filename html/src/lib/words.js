// SPDX-License-Identifier: BSD-2-Clause
import { useI18n } from 'vue-i18n'
import { humanize, isNumber, phone } from './format.js'

/** Words for what a call's columns say. One that the dictionary lacks is shown as it came. */
export function useWords() {
  const { t, te } = useI18n()

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

  return { callerOf, reasonOf, word }
}
