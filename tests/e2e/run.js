// SPDX-License-Identifier: BSD-2-Clause
/**
 * The end-to-end suite: starts one stack, runs every story against it, several at a time as they
 * mostly wait, and stops it. Arguments name single files.
 *
 * Who speaks needs the processor to be understood in time, so stories run in three rounds: those
 * that speak, those that only ask, and those that start more stacks.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack, freePort, root } from './stack.js'

const CONCURRENCY = 6
const SPEAKING = ['agents', 'booking', 'call', 'clients', 'echo', 'eval', 'interruption',
  'knowledge', 'lead', 'media', 'patience', 'questions', 'voice']
const STARTING = ['google', 'isolation', 'keys', 'mail', 'outside', 'postgres', 'stack',
  'survival', 'unchecked']
/** No story takes so long; one that hangs is ended. */
const STORY_MS = 300000

const folder = join(root, 'tests', 'e2e')

/** Files, and how many of them at a time. */
async function rounds() {
  if (process.argv.length > 2) {
    return [{ files: process.argv.slice(2), atOnce: CONCURRENCY }]
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.test.js')).sort()
    .map((name) => name.replace('.test.js', ''))
  const files = (list) => list.map((name) => join(folder, `${name}.test.js`))
  const asking = names.filter((name) => !SPEAKING.includes(name) && !STARTING.includes(name))
  return [
    { files: files(SPEAKING), atOnce: CONCURRENCY },
    { files: files(asking), atOnce: CONCURRENCY },
    { files: files(STARTING), atOnce: 2 }
  ]
}

function runStories({ files, atOnce }, home) {
  const child = spawn(process.execPath, ['--test', `--test-concurrency=${atOnce}`,
    `--test-timeout=${STORY_MS}`, '--test-reporter=spec', ...files],
  { stdio: 'inherit', env: { ...process.env, FRONTDESK_E2E_HOME: home } })
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => child.kill(signal))
  }
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
}

async function main() {
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-e2e-'))
  const stack = new Stack(home, await freePort())
  let failed = false

  try {
    await stack.start()
    await stack.watchLogs()
    for (const round of await rounds()) {
      failed = await runStories(round, home) !== 0 || failed
    }
  } finally {
    process.stdout.write(await stack.stop())
  }

  const alarms = await stack.alarms()
  if (alarms.length > 0) {
    process.stderr.write(`alarms in the logs:\n${alarms.join('\n')}\n`)
  }
  if (failed || alarms.length > 0) {
    process.stderr.write(`the stack's logs and data are kept in ${home}\n`)
    process.exitCode = 1
  } else {
    await rm(home, { recursive: true, force: true })
  }
}

await main()
