// SPDX-License-Identifier: BSD-2-Clause
import { download } from './api.js'

/** Hands a list to the person as a file. */
export async function saveList(path, name, query) {
  const url = URL.createObjectURL(await download(path, { query: { ...query } }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** Hands words to the person as a file. */
export function saveText(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
