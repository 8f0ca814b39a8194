// SPDX-License-Identifier: BSD-2-Clause
/** An ApiError as a sentence for the person. */
export function problemText(error, t) {
  if (error.status === undefined) {
    throw error
  }
  if (error.status === 0) {
    return t('error.offline')
  }
  return [502, 503, 504].includes(error.status) ? t('error.away') : error.message
}
