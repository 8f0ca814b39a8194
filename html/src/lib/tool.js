// SPDX-License-Identifier: BSD-2-Clause
/**
 * The content of a `tool` turn, taken apart for reading: `{ name, args, result, failed }`.
 * `args` is a list of [label, text]; `result` is text, several lines of it when it has structure.
 */

function parse(content) {
  if (content !== null && typeof content === 'object') {
    return content
  }
  try {
    const value = JSON.parse(content)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function unwrap(value) {
  if (typeof value !== 'string') {
    return value
  }
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function short(value) {
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function written(value) {
  return value === null ? '' : JSON.stringify(value, null, 2)
}

export function readTool(content) {
  const body = parse(content)
  if (body === null) {
    return { name: null, args: [], result: String(content ?? ''), failed: false }
  }
  const args = unwrap(body.arguments ?? body.args ?? body.input ?? {})
  const result = unwrap(body.result ?? body.output ?? null)
  const pairs = args !== null && typeof args === 'object' ? Object.entries(args) : [['', args]]
  return {
    name: body.name ?? body.tool ?? null,
    args: pairs.map(([label, value]) => [label, short(value)]),
    result: typeof result === 'string' ? result : written(result),
    failed: result !== null && typeof result === 'object' && result.ok === false
  }
}
