// SPDX-License-Identifier: BSD-2-Clause
/** Chance that comes out the same for the same seed. */
import { createHash } from 'node:crypto'

export class Chance {
  #state

  /** @param {...(string | number)} seed */
  constructor(...seed) {
    this.#state = createHash('sha256').update(seed.join('\n')).digest().readUInt32LE(0) || 1
  }

  /** From 0 to below 1. */
  next() {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) / 4294967296
  }

  between([least, most]) {
    return Math.round(least + this.next() * (most - least))
  }

  of(list) {
    return list[Math.floor(this.next() * list.length)]
  }
}
