// SPDX-License-Identifier: BSD-2-Clause
/**
 * Where the time went between the end of the caller's words and the first sound of the answer.
 * The stages follow one another; what none of them claims is delivery.
 */
import { median } from './format.js'

const STAGES = [
  { name: 'endpoint', key: 'endpoint_ms' },
  { name: 'stt', key: 'stt_ms' },
  { name: 'llm', key: 'llm_ms' },
  { name: 'tool', key: 'tool_ms' },
  { name: 'tts', key: 'tts_ms' }
]

function number(value) {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

/**
 * `{ total_ms, answers, parts: [{ name, ms, from, width }] }` with from and width in percent, or
 * null where nothing was heard. `answers` is false for what nobody had asked: the greeting.
 */
export function breakdown(timings) {
  const total = number(timings?.first_frame_ms)
  if (total === null || total === 0) {
    return null
  }
  const parts = []
  let rest = total
  for (const { name, key } of STAGES) {
    const ms = number(timings[key])
    if (ms !== null && ms > 0) {
      parts.push({ name, ms })
      rest -= ms
    }
  }
  if (rest >= 1) {
    parts.push({ name: 'delivery', ms: rest })
  }
  return { total_ms: total, answers: number(timings.endpoint_ms) !== null, parts: inPercent(parts) }
}

/** Each part with where it starts and how wide it is in a bar of all of them. */
function inPercent(parts) {
  const sum = parts.reduce((ms, part) => ms + part.ms, 0)
  let from = 0
  return parts.map((part) => {
    const width = part.ms / sum * 100
    from += width
    return { ...part, from: from - width, width }
  })
}

/**
 * How fast a whole call was answered: `{ median_ms, slowest_ms, count, parts }`, or null. Parts are
 * the medians of the stages over the turns that had them.
 */
export function overview(turns) {
  const all = turns.map((turn) => breakdown(turn.timings)).filter((one) => one?.answers)
  if (all.length === 0) {
    return null
  }
  const totals = all.map((one) => one.total_ms)
  const byName = new Map()
  for (const { name, ms } of all.flatMap((one) => one.parts)) {
    byName.set(name, [...byName.get(name) ?? [], ms])
  }
  const names = [...STAGES.map((stage) => stage.name), 'delivery']
  const parts = names.filter((name) => byName.has(name))
    .map((name) => ({ name, ms: median(byName.get(name)) }))
  return {
    median_ms: median(totals),
    slowest_ms: Math.max(...totals),
    count: all.length,
    parts: inPercent(parts)
  }
}
