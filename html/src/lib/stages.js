// SPDX-License-Identifier: BSD-2-Clause
/** The stages of an answer, with their names and times as people read them. */
import { computed, toValue } from 'vue'
import { useI18n } from 'vue-i18n'
import { milliseconds } from './format.js'

/**
 * @param parts stages as latency.js gives them: a value, a ref or a getter
 * @returns the same with `label` and `text`, and `show`, which writes any milliseconds
 */
export function useStages(parts) {
  const { t, locale } = useI18n()
  const show = (ms) => milliseconds(ms, locale.value)
  const stages = computed(() => toValue(parts).map((part) => ({
    ...part,
    label: t(`stage.${part.name}`),
    text: show(part.ms)
  })))
  return { stages, show }
}
