// SPDX-License-Identifier: BSD-2-Clause
/** Conversations against a stack that runs, several at a time. */
import { factsOf, giveBack, plantStranger } from './facts.js'
import { broken, scoreOf } from './score.js'
import { Talk } from './talk.js'

async function hold(talk, pipeline, untilMs) {
  try {
    if (performance.now() > untilMs) {
      throw new Error('no time was left for this call')
    }
    await talk.run()
    const { callId } = talk.transcript
    const facts = await factsOf(talk.stack, {
      callId, from: talk.from, phone: talk.phoneWanted, endedBy: talk.endedBy
    })
    await giveBack(talk.stack, callId)
    return scoreOf(talk, facts, pipeline)
  } catch (error) {
    await talk.phone?.hangUp()
    await talk.transcript?.finish().catch(() => {})
    return broken(talk, error, pipeline)
  }
}

/**
 * @param {{ stack: import('../e2e/stack.js').Stack, list: object[], seed: number,
 *           atOnce: number, pipeline: string, minutes?: number,
 *           onScore?: (score: object, talk: Talk) => void }} what `list` as conversations() gives
 *   it; after so many minutes no call is begun any more
 * @returns {Promise<object[]>} scores in the order of `list`
 */
export async function holdAll({ stack, list, seed, atOnce, pipeline, minutes = 7,
  onScore = () => {} }) {
  const untilMs = performance.now() + minutes * 60000
  const client = stack.client('receptionist', 'olivia')
  const api = await stack.api('admin')
  const scores = []
  let next = 0

  await plantStranger(stack, client)
  const line = async () => {
    while (next < list.length) {
      const nth = next++
      const talk = new Talk({ stack, api, client, ...list[nth], seed, nth })
      scores[nth] = await hold(talk, pipeline, untilMs)
      onScore(scores[nth], talk)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, line))
  return scores
}
