// SPDX-License-Identifier: BSD-2-Clause
/**
 * `make eval`: personas call each pipeline, and a table says how it went.
 *
 *   node tests/eval/run.js [--seed n] [--pipeline name] [--persona name,...] [--errand name]
 *     [--at-once n] [--say]
 *
 * Exits with 1 when a pipeline is below its bars.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Stack, freePort } from '../e2e/stack.js'
import { holdAll } from './hold.js'
import { conversations } from './personas.js'
import { pipelines } from './pipelines.js'
import { faults, table, total } from './score.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    pipeline: { type: 'string' },
    persona: { type: 'string' },
    errand: { type: 'string' },
    'at-once': { type: 'string', default: '3' },
    say: { type: 'boolean', default: false }
  }
})

const print = (line = '') => process.stdout.write(`${line}\n`)

function say(talk) {
  print()
  for (const { role, content, interrupted } of talk.conversation?.transcript ?? []) {
    print(`  ${role.padEnd(9)}  ${content}${interrupted ? ' (cut off)' : ''}`)
  }
}

function list() {
  const found = conversations({ only: values.persona?.split(','), errand: values.errand })
  if (found.length === 0) {
    throw new Error('no such persona with such an errand')
  }
  return found
}

/** The agent that answers becomes what the pipeline says. */
async function configure(stack, fields) {
  if (Object.keys(fields).length === 0) {
    return
  }
  const [{ id }] = await stack.rows(
    "select id from frontdesk.agents where client_id = :'client'::uuid and is_default",
    { client: stack.client('receptionist', 'olivia').id })
  const answer = await (await stack.api('admin')).request('PUT', `/api/agents/${id}`,
    { body: fields })
  if (answer.status !== 200) {
    throw new Error(`the agent was not changed: ${answer.status} ${answer.text}`)
  }
}

/** Starts a stack for a pipeline, has everybody call, and returns what is below its bars. */
async function evaluate(pipeline) {
  const home = await mkdtemp(join(tmpdir(), 'frontdesk-eval-'))
  const stack = new Stack(home, await freePort())
  const fakes = await pipeline.start()
  try {
    await stack.start(pipeline.settings(fakes))
    await configure(stack, pipeline.agent)
    const scores = await holdAll({
      stack,
      list: list(),
      seed: Number(values.seed),
      atOnce: Number(values['at-once']),
      pipeline: pipeline.name,
      onScore: (score, talk) => {
        if (values.say) {
          say(talk)
        }
        print(JSON.stringify(score))
      }
    })
    print()
    print(table(scores))
    print()
    print(JSON.stringify({ pipeline: pipeline.name, seed: Number(values.seed), ...total(scores) }))
    return faults(scores, pipeline.bars)
  } finally {
    await stack.stop()
    await fakes.stop()
    await rm(home, { recursive: true, force: true })
  }
}

async function main() {
  for (const pipeline of pipelines(values.pipeline)) {
    for (const fault of await evaluate(pipeline)) {
      process.stderr.write(`eval: ${pipeline.name}: ${fault}\n`)
      process.exitCode = 1
    }
  }
}

await main()
