// SPDX-License-Identifier: BSD-2-Clause
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { setLocale, startLocale } from '../i18n.js'

const THEME = 'frontdesk.theme'
const LOCALE = 'frontdesk.locale'
const KEYS = 'frontdesk.shortcuts'
const DARK = window.matchMedia('(prefers-color-scheme: dark)')

/** How this browser likes to see the dashboard. Kept in it, not in the account. */
export const usePreferences = defineStore('preferences', () => {
  const stored = localStorage.getItem(THEME)
  const theme = ref(stored === 'light' || stored === 'dark' ? stored : 'system')
  const locale = ref(startLocale(localStorage.getItem(LOCALE)))
  const shortcuts = ref(localStorage.getItem(KEYS) !== 'off')

  function showTheme() {
    const dark = theme.value === 'dark' || (theme.value === 'system' && DARK.matches)
    document.documentElement.dataset.bsTheme = dark ? 'dark' : 'light'
  }

  DARK.addEventListener('change', showTheme)
  watch(theme, (name) => {
    localStorage.setItem(THEME, name)
    showTheme()
  })
  watch(shortcuts, (on) => localStorage.setItem(KEYS, on ? 'on' : 'off'))
  showTheme()

  async function speak(name) {
    await setLocale(name)
    locale.value = name
    localStorage.setItem(LOCALE, name)
  }

  return { theme, locale, shortcuts, speak }
})
