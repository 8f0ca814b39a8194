// SPDX-License-Identifier: BSD-2-Clause
/**
 * What stands between the stack and its Postgres and can do what networks do: let all pass, pass
 * it on late, hold it back, swallow it. For the time being or, `hole`, for good: what a connection
 * lost there is lost, and the connection never works again.
 */
import { readFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'

export class Gate {
  #pairs = new Set()
  #mode = 'pass'
  #delayMs = 0
  #server = net.createServer((socket) => this.#accept(socket))

  /** @param {string} home of the stack whose Postgres is behind it */
  constructor(home) {
    this.home = home
  }

  /** @returns {Promise<number>} the port */
  async open() {
    const sockets = (await readFile(join(this.home, 'run', 'sockets'), 'utf8')).trim()
    this.path = join(sockets, '.s.PGSQL.5432')
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.port = this.#server.address().port
    return this.port
  }

  close() {
    this.#pairs.forEach((pair) => pair.end())
    return new Promise((resolve) => this.#server.close(resolve))
  }

  get connections() {
    return this.#pairs.size
  }

  pass() {
    this.#set('pass')
  }

  /** Nothing arrives before pass(); then all of it does. */
  stall() {
    this.#set('stall')
  }

  /** Nothing arrives, ever; new connections are taken and left alone. */
  hole() {
    this.#pairs.forEach((pair) => { pair.lost = true })
    this.#set('hole')
  }

  /** Each piece arrives so much later. */
  slow(delayMs) {
    this.#delayMs = delayMs
    this.#set('slow')
  }

  #set(mode) {
    this.#mode = mode
    this.#pairs.forEach((pair) => pair.turn())
  }

  #accept(near) {
    const far = net.connect(this.path)
    const pair = {
      lost: this.#mode === 'hole',
      turn: () => [near, far].forEach((one) =>
        this.#mode === 'stall' ? one.pause() : one.resume()),
      end: () => {
        this.#pairs.delete(pair)
        near.destroy()
        far.destroy()
      }
    }
    this.#pairs.add(pair)
    this.#carry(near, far, pair)
    this.#carry(far, near, pair)
    pair.turn()
  }

  #carry(from, to, pair) {
    const tell = (what) => {
      if (pair.lost) {
        return
      }
      if (this.#mode === 'slow') {
        setTimeout(what, this.#delayMs)
      } else {
        what()
      }
    }
    from.setNoDelay()
    from.on('data', (data) => tell(() => to.writable && to.write(data)))
    from.on('close', () => tell(pair.end))
    from.on('error', () => {})
  }
}
