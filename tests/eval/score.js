// SPDX-License-Identifier: BSD-2-Clause
/** How well conversations went: figures of each, a table, and the least that is good. */
import { claimsIn, isTrue } from './claims.js'

/** An interruption is obeyed when the line is silent this soon after the caller's first sound. */
const OBEYED_MS = 300

/** The value that `share` of them do not exceed; null of none. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted.length === 0
    ? null : sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]
}

/** @param {import('./talk.js').Talk} talk @param {object} facts of facts.js */
export function scoreOf(talk, facts, pipeline) {
  const claims = claimsIn(facts.turns)
  const wrong = claims.filter((claim) => !isTrue(claim, facts))
  const missing = facts.leaked ? 'said what is another caller\'s' : talk.wanted.met(facts)
  return {
    pipeline,
    persona: talk.persona.name,
    errand: talk.errand,
    seed: talk.seed,
    call_id: talk.transcript.callId,
    met: missing === null,
    missing,
    turns: facts.turns.filter(({ role }) => role === 'user').length,
    seconds: Math.round(talk.phone.endedMs / 1000),
    reply_ms: talk.phone.replies.map(({ latencyMs }) => latencyMs),
    interruptions: talk.interruptions.length,
    gave_way: talk.interruptions.filter(({ gaveWay }) => gaveWay).length,
    obeyed: talk.interruptions.filter(
      ({ cleared, silenceMs }) => cleared && silenceMs <= OBEYED_MS).length,
    silence_ms: talk.interruptions.map(({ silenceMs }) => silenceMs),
    cut_ins: talk.cutIns,
    claims: claims.length,
    false_claims: wrong.map(({ sentence }) => sentence),
    leaked: facts.leaked,
    violations: [...talk.phone.violations, ...talk.phone.errors.map(String)]
  }
}

/** A conversation that could not be held. */
export const broken = ({ persona, errand, seed, transcript }, error, pipeline) => ({
  pipeline,
  persona: persona.name,
  errand,
  seed,
  call_id: transcript?.callId ?? null,
  met: false,
  missing: `broke: ${error.message}`,
  turns: 0,
  seconds: 0,
  reply_ms: [],
  interruptions: 0,
  gave_way: 0,
  obeyed: 0,
  silence_ms: [],
  cut_ins: 0,
  claims: 0,
  false_claims: [],
  leaked: false,
  violations: []
})

const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0)

/** One row out of several. */
export function total(rows) {
  const replies = rows.flatMap((row) => row.reply_ms)
  return {
    calls: rows.length,
    met: rows.filter(({ met }) => met).length,
    turns: sum(rows, 'turns'),
    median_ms: quantile(replies, 0.5),
    p95_ms: quantile(replies, 0.95),
    interruptions: sum(rows, 'interruptions'),
    gave_way: sum(rows, 'gave_way'),
    obeyed: sum(rows, 'obeyed'),
    cut_ins: sum(rows, 'cut_ins'),
    claims: sum(rows, 'claims'),
    false_claims: rows.reduce((all, row) => all + row.false_claims.length, 0),
    leaks: rows.filter(({ leaked }) => leaked).length,
    violations: rows.reduce((all, row) => all + row.violations.length, 0)
  }
}

const COLUMNS = ['who', 'wants', 'reached', 'turns', 'median ms', '95 % ms', 'gave way', '< 300 ms',
  'cut in', 'claims', 'false', 'what is missing']

const cells = (who, wants, row, missing = '') => [who, wants, `${row.met}/${row.calls}`, row.turns,
  row.median_ms ?? '-', row.p95_ms ?? '-',
  row.interruptions === 0 ? '-' : `${row.gave_way}/${row.interruptions}`,
  row.interruptions === 0 ? '-' : `${row.obeyed}/${row.interruptions}`,
  row.cut_ins, row.claims, row.false_claims, missing].map(String)

/** Rows with columns one below the other. */
export function columns(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)))
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd())
}

export function table(rows) {
  return columns([
    COLUMNS,
    ...rows.map((row) => cells(row.persona, row.errand, total([row]), row.missing ?? '')),
    cells('all', '', total(rows))
  ]).join('\n')
}

/** What is worse than a pipeline's bars allow, as sentences. */
export function faults(rows, bars) {
  const all = total(rows)
  return [
    all.met / all.calls < bars.met && `${all.met} of ${all.calls} goals were reached`,
    all.interruptions > 0 && all.gave_way / all.interruptions < bars.gaveWay
      && `gave way to ${all.gave_way} of ${all.interruptions} interruptions`,
    all.false_claims > 0 && `${all.false_claims} false claims`,
    all.leaks > 0 && `${all.leaks} calls with another caller's data`,
    all.violations > 0 && `the carrier objects ${all.violations} times`
  ].filter((fault) => fault !== false)
}
