// SPDX-License-Identifier: BSD-2-Clause
/** The quick ones of tests/chaos, on a stack of their own, with a few calls each. */
import { after, before, test } from 'node:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cases as drain } from '../chaos/cases/drain.js'
import { cases as nginx } from '../chaos/cases/nginx.js'
import { cases as reload } from '../chaos/cases/reload.js'
import { cases as supervisor } from '../chaos/cases/supervisor.js'
import { cases as workers } from '../chaos/cases/workers.js'
import { checkInvariants, takeBaseline } from '../chaos/invariants.js'
import { Random } from '../chaos/random.js'
import { World } from '../chaos/world.js'
import { freePort } from './stack.js'

const QUICK = ['worker-killed', 'supervisor-killed', 'nginx-killed', 'nginx-disowned',
  'reload-3', 'drain']

const world = new World({
  home: await mkdtemp(join(tmpdir(), 'frontdesk-survival-')),
  port: await freePort(),
  random: new Random(1),
  calls: 8
})

before(() => world.start())
after(async () => {
  await world.stack.stop()
  await rm(world.home, { recursive: true, force: true })
})

for (const one of [...workers, ...supervisor, ...nginx, ...reload, ...drain]
  .filter(({ name }) => QUICK.includes(name))) {
  test(`calls go on: ${one.about}`, async (t) => {
    await world.beginCase()
    const baseline = await takeBaseline(world)
    const { calls, figures } = await one.run(world)
    await checkInvariants(world, calls, baseline)
    t.diagnostic(JSON.stringify(figures))
  })
}
