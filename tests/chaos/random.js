// SPDX-License-Identifier: BSD-2-Clause
/** Chance that comes out the same for the same seed. */
export class Random {
  #state

  constructor(seed) {
    this.seed = seed
    this.#state = seed >>> 0
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  next() {
    this.#state = this.#state + 0x6d2b79f5 >>> 0
    let x = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state)
    x = x + Math.imul(x ^ x >>> 7, 61 | x) ^ x
    return ((x ^ x >>> 14) >>> 0) / 2 ** 32
  }

  /** A whole number from `low` up to, not including, `high`. */
  between(low, high) {
    return low + Math.floor(this.next() * (high - low))
  }

  pick(list) {
    return list[this.between(0, list.length)]
  }
}
