// SPDX-License-Identifier: BSD-2-Clause
/** What a field of the API's description does not take, as JSON or as text of a query. */

const json = (value) => JSON.stringify(value)

const INJECTION = '\'; drop table frontdesk.users; -- " $1 {1,2} %s \\x00'

/** Texts that are none of our business: they are taken as they are, or refused in words. */
export const TEXTS = {
  SQL: INJECTION,
  wildcards: '%_\\%',
  'from right to left, of no width': '\u202eabc\u200b\u2066\ufeffxyz',
  HTML: '<img src=x onerror=alert(1)>&amp;',
  lines: 'a\r\nBcc: nobody@evil.example\r\n\r\nx',
  'of four bytes': '🦷'.repeat(8)
}

const NOT_A = {
  integer: ['"5"', '"1e3"', '1.5', '9223372036854775808', '-9223372036854775809', '1e999', 'NaN',
    'true', '[5]', '{}', '0x10', '05'],
  number: ['"5"', '1e999', 'NaN', 'true', '[5]', '-1e308'],
  boolean: ['"true"', '1', '0', '[]', '"on"'],
  string: ['5', 'true', '["x"]', '{}', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"'],
  array: ['"x"', '{}', '5', '[null]', '[[]]'],
  object: ['"x"', '[]', '5']
}

const FORMATS = {
  uuid: ['', 'null', '0', '../', '{00000000-0000-4000-8000-000000000000}',
    '00000000-0000-4000-8000-00000000000', INJECTION],
  email: ['x', '@', 'a@', 'a@b.example\r\nBcc: c@d.example', 'a@b.example,c@d.example',
    'a b@c.example'],
  'date-time': ['now', 'infinity', 'epoch', '2031-02-31', '2031-13-01T00:00:00Z',
    '2031-01-01T25:00:00Z', '0000-01-01T00:00:00Z', '2031-01-01T00:00:00', '1e3', INJECTION],
  date: ['today', '2031-02-31', '31/01/2031', '0000-01-01', '2031-01-01T00:00:00Z', INJECTION]
}

const PHONES = ['+', '+x', '911', '+1234567890123456',
  '+\uff11\uff12\uff11\uff12\uff15\uff15\uff15', '+12125550100 ext 5', '+12125550100\n',
  '+0123456789', INJECTION]

const typeOf = ({ type }) => [type].flat().find((one) => one !== 'null')

/** Texts that a string's format, choices or pattern exclude. */
function wrongTexts(schema) {
  if (schema.enum !== undefined) {
    return ['', schema.enum[0].toUpperCase(), `${schema.enum[0]} `, 'nonsense', INJECTION]
  }
  if (/^\^\\\+/.test(schema.pattern ?? '')) {
    return PHONES
  }
  if (schema.pattern !== undefined) {
    return ['25:00', '9:00', '09:60', INJECTION]
  }
  return FORMATS[schema.format] ?? []
}

/** JSON that a body's field refuses. */
export function wrongJson(schema, isRequired) {
  const type = typeOf(schema)
  return [
    ...NOT_A[type] ?? [],
    ...[schema.type].flat().includes('null') && !isRequired ? [] : ['null'],
    ...wrongTexts(schema).map(json),
    ...schema.minimum === undefined ? [] : [String(schema.minimum - 1)],
    ...schema.maximum === undefined ? [] : [String(schema.maximum + 1)],
    ...schema.minLength > 0 ? ['""'] : [],
    ...schema.maxLength === undefined ? [] : [json('x'.repeat(schema.maxLength + 1))],
    ...schema.maxItems === undefined ? [] : [`[${'"x",'.repeat(schema.maxItems)}"x"]`]
  ]
}

const cursor = (text) => Buffer.from(text).toString('base64url')

/** Of a page that never was. */
const CURSORS = ['x', '!', 'a'.repeat(5000), cursor('x'), cursor('|'), cursor('null|null'),
  cursor('2031-01-01'), cursor('2031-01-01T00:00:00Z|'), cursor('2031-01-01T00:00:00Z|x'),
  cursor(`${INJECTION}|${INJECTION}`), cursor('a\0|00000000-0000-4000-8000-000000000000')]

/** Text that a query's field refuses, percent-encoded. */
export function wrongQuery(name, schema) {
  if (name === 'cursor') {
    return CURSORS
  }
  const type = typeOf(schema)
  const texts = [
    ...['integer', 'number'].includes(type) ? ['', 'x', '1e3', '0x10', '1.5', '9223372036854775808',
      '99999999999999999999', INJECTION] : [],
    ...type === 'boolean' ? ['', '1', 'TRUE', 'maybe'] : [],
    ...wrongTexts(schema),
    ...schema.minimum === undefined ? [] : [String(schema.minimum - 1)],
    ...schema.maximum === undefined ? [] : [String(schema.maximum + 1)],
    ...schema.maxLength === undefined ? [] : ['x'.repeat(schema.maxLength + 1)]
  ]
  return [...texts.map(encodeURIComponent), '%00', 'a%00b', '%ff', '%c0%80']
}

/** Fields that nobody sets, whatever object it is. */
export const NEVER = ['balance_seconds', 'role', 'owner_user_id', 'client_id', 'user_id', 'id',
  'is_admin', 'is_suspended', 'is_active', 'created_at', 'key_hash', '__proto__', 'constructor']

/** A body whose one field is raw JSON. */
export function rawBody(body, name, raw) {
  const { [name]: _, ...rest } = body
  const text = json(rest)
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}${json(name)}:${raw}}`
}
