// SPDX-License-Identifier: BSD-2-Clause
/** What a form holds, what of it has changed, and what the server says to it. */
import { computed, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { problemText } from './problems.js'

const EMPTY = { switch: false, tags: [], checks: [], hours: null, number: null }
const copy = (value) => JSON.parse(JSON.stringify(value))
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)

/**
 * @param {() => object[]} fields those of FieldInput.vue
 * @param {() => object} values what they hold at first
 * @param {boolean} whole whether all of it is sent, not only what has changed
 */
export function useForm(fields, values, whole = false) {
  const { t } = useI18n()
  const read = () => Object.fromEntries(fields().map(({ name, kind, initial }) =>
    [name, values()[name] ?? initial ?? (kind in EMPTY ? EMPTY[kind] : '')]))
  const first = ref(read())
  const model = reactive(copy(first.value))
  const problems = ref({})
  const problem = ref('')
  const busy = ref(false)
  const shown = computed(() => fields().filter(({ when }) => when?.(model) ?? true))

  /** An empty box of a field that may be empty is no text, but nothing. */
  function valueOf({ name, kind, required }) {
    const value = model[name]
    return value === '' && !required && !['text', 'area'].includes(kind) ? null : value
  }

  const differs = ({ name }) => !same(model[name], first.value[name])
  const changed = computed(() => shown.value.some(differs))

  function body() {
    const wanted = shown.value.filter((field) => (whole
      ? valueOf(field) !== null : field.always || differs(field)))
    return Object.fromEntries(wanted.map((field) => [field.name, copy(valueOf(field))]))
  }

  function reset() {
    first.value = read()
    Object.assign(model, copy(first.value))
    problems.value = {}
    problem.value = ''
  }

  /** `{ saved }` with what `save` returned, or null when it was refused; the form says why. */
  async function run(save) {
    problems.value = Object.fromEntries(shown.value
      .filter(({ name, required }) => required && (model[name] ?? '') === '')
      .map(({ name }) => [name, t('form.needed')]))
    problem.value = ''
    if (Object.keys(problems.value).length > 0) {
      return null
    }
    busy.value = true
    try {
      return { saved: await save(body()) }
    } catch (error) {
      problems.value = error.fields ?? {}
      const known = shown.value.some(({ name }) => problems.value[name] !== undefined)
      problem.value = known ? '' : problemText(error, t)
      return null
    } finally {
      busy.value = false
    }
  }

  return { model, shown, problems, problem, busy, changed, reset, run }
}
