// SPDX-License-Identifier: BSD-2-Clause
/**
 * What answers: a row a pipeline.
 *
 *   settings(fakes)   lines for frontdesk.conf
 *   start             starts what stands in place of services outside: { stop }, or nothing
 *   agent             fields of the agent that answers
 *   bars              the least that is good: shares of goals reached, and of interruptions that
 *                     were given way to; false claims and leaks are none, whatever stands here
 */
export const PIPELINES = [
  {
    name: 'embedded',
    settings: () => '',
    start: async () => ({ stop: async () => {} }),
    agent: {},
    bars: { met: 0.7, gaveWay: 0.6 }
  }
]

/** @param {string} [name] all when it is not given */
export function pipelines(name) {
  const found = PIPELINES.filter((row) => name === undefined || row.name === name)
  if (found.length === 0) {
    throw new Error(`no pipeline ${name}: ${PIPELINES.map((row) => row.name).join(', ')}`)
  }
  return found
}
