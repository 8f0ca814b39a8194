// SPDX-License-Identifier: BSD-2-Clause
/** A browser by what it says of itself: "Firefox, Linux". Empty when that says nothing known. */

const PROGRAMS = [
  [/\bEdgA?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'], [/\bChrom(e|ium)\/|\bCriOS\/|HeadlessChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'], [/^curl\//, 'curl']
]
const SYSTEMS = [
  [/\b(iPhone|iPad)\b/, 'iOS'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux']
]

const named = (table, text) => table.find(([pattern]) => pattern.test(text))?.[1]

export function browserName(userAgent) {
  const text = userAgent ?? ''
  return [named(PROGRAMS, text), named(SYSTEMS, text)].filter(Boolean).join(', ')
}

/** A phone, for its picture. */
export function isHandheld(userAgent) {
  return /\b(iPhone|iPad|Android|Mobile)\b/.test(userAgent ?? '')
}
