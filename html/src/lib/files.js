// SPDX-License-Identifier: BSD-2-Clause
import { download } from './api.js'

/** Hands what is at a path to the person as a file: a list unless `accept` says otherwise. */
export async function saveList(path, name, query, accept) {
  const url = URL.createObjectURL(await download(path, { query: { ...query }, accept }))
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
