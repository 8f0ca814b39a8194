// SPDX-License-Identifier: BSD-2-Clause
/** How a receptionist's settings are laid out. `t` gives the words. */

export const TOOLS = [
  'get_available_slots', 'book_appointment', 'reschedule_appointment', 'cancel_appointment',
  'list_my_appointments', 'save_contact_name', 'search_knowledge', 'get_business_hours',
  'capture_lead', 'transfer_call', 'send_sms', 'end_call'
]
const PIPELINES = ['staged', 'realtime', 'echo']
const LANGUAGES = ['en-US', 'en-GB', 'de-DE', 'es-ES', 'fr-FR', 'it-IT']
const SPEECH = ['flite', 'cartesia', 'elevenlabs']
const VOICES = ['slt', 'rms', 'awb', 'kal']

export function agentSections(t) {
  const label = (name) => t(`agent.field.${name}`)
  const text = (name, more = {}) =>
    ({ name, kind: 'text', label: label(name), half: true, ...more })
  const number = (name, more) =>
    ({ name, kind: 'number', label: label(name), half: true, required: true, ...more })
  const section = (key, fields) =>
    ({ key, title: t(`agent.${key}`), text: t(`agent.${key}Text`), fields })

  return [
    section('greeting', [
      text('name', { half: false, required: true }),
      {
        name: 'initial_greeting', kind: 'area', rows: 3, label: label('initial_greeting'),
        hint: t('agent.greetingHint')
      },
      { name: 'is_active', kind: 'switch', label: label('is_active') }
    ]),
    section('voice', [
      text('tts_voice_id', { suggestions: VOICES }),
      number('tts_speed', { min: 0.5, max: 2, step: 0.05 }),
      text('language', { suggestions: LANGUAGES, required: true }),
      text('tts_provider', { suggestions: SPEECH, required: true }),
      text('tts_model', { half: false })
    ]),
    section('prompt', [
      {
        name: 'system_prompt', kind: 'area', rows: 12, label: label('system_prompt'),
        hint: t('agent.promptHint')
      },
      text('llm_provider', { required: true }),
      text('llm_model'),
      number('temperature', { min: 0, max: 2, step: 0.1, hint: t('agent.temperatureHint') })
    ]),
    section('tools', [{
      name: 'enabled_tools', kind: 'checks', label: label('enabled_tools'),
      options: TOOLS.map((value) => ({ value, label: t(`tool.${value}`) }))
    }]),
    section('turns', [
      { name: 'interruptions', kind: 'switch', label: label('interruptions') },
      number('endpointing_ms', { min: 100, max: 5000, step: 50, hint: t('agent.endpointingHint') }),
      number('max_call_seconds', { min: 30, max: 14400, step: 30 }),
      text('stt_provider', { required: true }),
      text('stt_model'),
      {
        name: 'pipeline', kind: 'choice', label: label('pipeline'), required: true,
        options: PIPELINES.map((value) => ({ value, label: t(`agent.pipeline.${value}`) }))
      }
    ])
  ]
}

/** One value of a version, for reading. */
export function valueText(value, t) {
  if (typeof value === 'boolean') {
    return t(value ? 'services.yes' : 'services.no')
  }
  if (Array.isArray(value)) {
    return value.map((name) => (TOOLS.includes(name) ? t(`tool.${name}`) : name)).join('\n')
  }
  return value === null || value === undefined || value === '' ? '–' : String(value)
}

/**
 * Two texts line by line: `[{ sign, text }]`, `sign` one of ' ', '-', '+'. The longest common
 * sequence of lines stays; texts of very many lines are shown one after the other.
 */
export function lineDiff(before, after) {
  const a = before.split('\n')
  const b = after.split('\n')
  if (a.length * b.length > 250_000) {
    return [...a.map((text) => ({ sign: '-', text })), ...b.map((text) => ({ sign: '+', text }))]
  }
  const common = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i][j] = a[i] === b[j]
        ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1])
    }
  }
  const lines = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i] })
      i += 1
      j += 1
    } else if (j === b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
      lines.push({ sign: '-', text: a[i] })
      i += 1
    } else {
      lines.push({ sign: '+', text: b[j] })
      j += 1
    }
  }
  return lines
}
