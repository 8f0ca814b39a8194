// SPDX-License-Identifier: BSD-2-Clause
/**
 * The provider suite: what workers say to services outside, against strict fakes of them over
 * loopback (tests/fakes/). Arguments name single files.
 */
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const folder = import.meta.dirname
const names = (await readdir(folder)).filter((name) => name.endsWith('.test.js')).sort()
const files = process.argv.length > 2 ? process.argv.slice(2) : names.map((name) => join(folder,
  name))

const child = spawn(process.execPath,
  ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files], { stdio: 'inherit' })
child.on('exit', (code) => { process.exitCode = code ?? 1 })
