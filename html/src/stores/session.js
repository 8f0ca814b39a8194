// SPDX-License-Identifier: BSD-2-Clause
import { defineStore } from 'pinia'
import { ref } from 'vue'
import * as api from '../lib/api.js'

/**
 * Says that this browser has logged in before, nothing more. Without it a first visit would ask for
 * a session that cannot be there.
 */
const HINT = 'frontdesk.session'

/** Where to go on after a way to Google and back, which is another page load. */
const NEXT = 'frontdesk.next'

/** Who is logged in. */
export const useSession = defineStore('session', () => {
  const user = ref(null)
  const expired = ref(false)
  /** The last attempt to restore the session met no server. */
  const away = ref(false)
  /** Sign-in with Google is set up here. */
  const google = ref(false)

  function begin(answer) {
    localStorage.setItem(HINT, '1')
    expired.value = false
    away.value = false
    user.value = answer.user
  }

  async function login(email, password, second) {
    begin(await api.login(email, password, second))
  }

  /** A new user is logged in at once. */
  async function register(body) {
    begin(await api.openSession('/api/auth/register', body))
  }

  async function learnMethods() {
    try {
      google.value = (await api.loginMethods()).google
    } catch {
      /* The password is good in any case. */
    }
  }

  /** Leaves for Google; what comes back is at /signed-in or at /login. */
  async function goToGoogle(next) {
    const answer = await api.ask('/api/auth/google/initiate', {})
    const url = new URL(answer.authorization_url)
    if (!/^https?:$/.test(url.protocol)) {
      throw new api.ApiError(0, 'no address')
    }
    sessionStorage.setItem(NEXT, next)
    window.location.assign(url.href)
  }

  /** Back from Google: the session is in the cookie. */
  function returnFromGoogle() {
    localStorage.setItem(HINT, '1')
    return restore()
  }

  /** Back from Google, and a second factor was asked for. */
  async function proveToGoogle(state, second) {
    begin(await api.openSession('/api/auth/google/callback', { state, ...second }))
  }

  /** Where the way to Google began. */
  function takeNext() {
    const next = sessionStorage.getItem(NEXT)
    sessionStorage.removeItem(NEXT)
    return next
  }

  /** What the answer to a login does not tell: whether the address is verified, and more. */
  async function learn() {
    const known = await api.me()
    if (user.value?.id === known.id) {
      user.value = known
    }
    return known
  }

  /** After a reload: a session out of the cookie, if there is one. */
  async function restore() {
    if (user.value !== null || localStorage.getItem(HINT) === null) {
      return user.value !== null
    }
    try {
      const answer = await api.refresh()
      user.value = answer.user ?? await api.me()
      away.value = false
      return true
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        localStorage.removeItem(HINT)
        expired.value = true
        away.value = false
        return false
      }
      away.value = true
      return false
    }
  }

  /** Leaves the page in any case; a server that is away forgets the session when it runs out. */
  async function logout() {
    localStorage.removeItem(HINT)
    try {
      await api.logout()
    } catch {
      /* Nothing the person could do about it. */
    }
    user.value = null
    expired.value = false
  }

  async function logoutAll() {
    await api.logoutAll()
    localStorage.removeItem(HINT)
    user.value = null
    expired.value = false
  }

  function expire() {
    localStorage.removeItem(HINT)
    expired.value = user.value !== null
    user.value = null
  }

  return {
    user, expired, away, google, login, register, learn, learnMethods, goToGoogle,
    returnFromGoogle, proveToGoogle, takeNext, restore, logout, logoutAll, expire
  }
})
