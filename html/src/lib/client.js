// SPDX-License-Identifier: BSD-2-Clause
/** How a business's settings are laid out. `t` gives the words. */

const ROUTINGS = ['ai_only', 'owner_first', 'ai_after_hours', 'human_only']
const MODES = ['stream', 'gather']
const RINGING = ['owner_first', 'ai_after_hours', 'human_only']

export function clientSections(t) {
  const label = (name) => t(`client.field.${name}`)
  const number = (name, min, max, more = {}) =>
    ({ name, kind: 'number', label: label(name), half: true, required: true, min, max, ...more })
  const radio = (name, values) => ({
    name, kind: 'radio', label: label(name), required: true,
    options: values.map((value) =>
      ({ value, label: t(`client.${name}.${value}`), hint: t(`client.${name}.${value}_text`) }))
  })
  const section = (key, fields) =>
    ({ key, title: t(`client.${key}`), text: t(`client.${key}Text`), fields })

  return [
    section('business', [
      { name: 'name', kind: 'text', label: label('name'), required: true },
      {
        name: 'timezone', kind: 'text', label: label('timezone'), required: true, half: true,
        suggestions: Intl.supportedValuesOf('timeZone')
      },
      {
        name: 'owner_phone', kind: 'phone', label: label('owner_phone'), half: true,
        hint: t('client.ownerHint'), placeholder: '+15550100999'
      },
      { name: 'is_active', kind: 'switch', label: label('is_active') }
    ]),
    section('answering', [
      radio('routing', ROUTINGS),
      number('ring_seconds', 5, 60, { when: (model) => RINGING.includes(model.routing) }),
      radio('voice_mode', MODES)
    ]),
    section('booking', [
      number('appointment_minutes', 5, 1440, { step: 5 }),
      number('slot_step_minutes', 5, 240, { step: 5 }),
      number('buffer_before_minutes', 0, 240, { step: 5 }),
      number('buffer_after_minutes', 0, 240, { step: 5 }),
      number('lead_minutes', 0, 43200, { step: 30 }),
      number('max_days_ahead', 1, 730)
    ])
  ]
}
