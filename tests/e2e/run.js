// SPDX-License-Identifier: BSD-2-Clause
/**
 * The end-to-end suite: starts one stack, runs every story against it, several at a time as they
 * mostly wait for speech, and stops it. Arguments name single files.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack, freePort, root } from './stack.js'

const CONCURRENCY = 6
/** No story takes so long; one that hangs is ended. */
const STORY_MS = 300000

const folder = join(root, 'tests', 'e2e')

async function stories() {
  if (process.argv.length > 2) {
    return process.argv.slice(2)
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.test.js')).sort()
  return names.map((name) => join(folder, name))
}

function runStories(files, home) {
  const child = spawn(process.execPath, ['--test', `--test-concurrency=${CONCURRENCY}`,
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
  let failed

  try {
    await stack.start()
    await stack.watchLogs()
    failed = await runStories(await stories(), home) !== 0
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
