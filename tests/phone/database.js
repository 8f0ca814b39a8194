// SPDX-License-Identifier: BSD-2-Clause
/** Looks into a stack's own database, as its superuser, through psql. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Rows of a query as objects. `:'name'` in it stands for a variable.
 * @param {string} home the stack's FRONTDESK_HOME
 * @param {string} query without a semicolon
 * @param {Record<string, string | number>} [variables]
 */
export async function rows(home, query, variables = {}) {
  return JSON.parse(await psql(home,
    `select coalesce(json_agg(row), '[]') from (${query}) row`, variables))
}

/** Runs any statement and returns what psql prints. */
export async function psql(home, statement, variables = {}) {
  const sockets = (await readFile(join(home, 'run', 'sockets'), 'utf8')).trim()
  const child = run('psql', [
    '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', sockets, '-U', 'postgres', '-d', 'frontdesk',
    ...Object.entries(variables).flatMap(([name, value]) => ['-v', `${name}=${value}`]), '-f', '-'
  ], { maxBuffer: 1 << 26 })
  child.child.stdin.end(`${statement};\n`)
  return (await child).stdout
}
