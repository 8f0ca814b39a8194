// SPDX-License-Identifier: BSD-2-Clause
/** The words of the page. English comes with it, other languages when they are wanted. */
import { createI18n } from 'vue-i18n'
import en from './locales/en.js'

export const LOCALES = { en: 'English', de: 'Deutsch' }

const LOADERS = {
  de: () => import('./locales/de.js')
}

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en }
})

/** The language to start with: the one chosen before, else the browser's first that we have. */
export function startLocale(chosen) {
  const wanted = [chosen, ...navigator.languages.map((tag) => tag.split('-')[0])]
  return wanted.find((tag) => tag !== null && Object.hasOwn(LOCALES, tag)) ?? 'en'
}

export async function setLocale(name) {
  const { global } = i18n
  if (!global.availableLocales.includes(name)) {
    global.setLocaleMessage(name, (await LOADERS[name]()).default)
  }
  global.locale.value = name
  document.documentElement.lang = name
}
