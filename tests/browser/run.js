// SPDX-License-Identifier: BSD-2-Clause
/**
 * The browser suite: starts one stack, lets people use its dashboard one after the other, and stops
 * it. Arguments name single files.
 */
import { spawn } from 'node:child_process'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Stack, freePort, root } from '../e2e/stack.js'

const folder = join(root, 'tests', 'browser')
const home = join(process.env.FRONTDESK_BUILD ?? join(root, 'build'), 'browser')

async function stories() {
  if (process.argv.length > 2) {
    return process.argv.slice(2)
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.test.js')).sort()
  return names.map((name) => join(folder, name))
}

/* One at a time: each story looks at the calls of the same owner. */
function runStories(files) {
  const child = spawn(process.execPath,
    ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files],
    { stdio: 'inherit', env: { ...process.env, FRONTDESK_HOME: home } })
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
}

const stack = new Stack(home, await freePort())
await stack.stop()
await rm(home, { recursive: true, force: true })
await mkdir(home, { recursive: true })
process.once('SIGINT', () => {})
try {
  await stack.start()
  await stack.watchLogs()
  process.exitCode = await runStories(await stories())
} finally {
  process.stdout.write(await stack.stop())
}

const alarms = await stack.alarms()
if (alarms.length > 0) {
  process.stderr.write(`alarms in the logs:\n${alarms.join('\n')}\n`)
  process.exitCode = 1
}
