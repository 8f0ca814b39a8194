// SPDX-License-Identifier: BSD-2-Clause
/** The dashboard's API, as a logged-in user. */
import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { request } from './http.js'

/** What `make start` wrote about its stack. */
export async function readDemo(home = process.env.FRONTDESK_HOME ?? 'var') {
  try {
    return JSON.parse(await readFile(join(home, 'demo.json'), 'utf8'))
  } catch (error) {
    throw new Error(`no stack runs on ${home}: make start first`, { cause: error })
  }
}

/**
 * Logins are limited by address. On the loopback network every user of a test comes from an
 * address of its own, as people do.
 */
function ownAddress(baseUrl) {
  const isLoopback = new URL(baseUrl).hostname.startsWith('127.')
  return isLoopback
    ? `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}` : undefined
}

export class Api {
  #cookie = ''
  #login

  constructor(baseUrl) {
    this.baseUrl = baseUrl
    this.from = ownAddress(baseUrl)
    this.token = null
    this.user = null
  }

  /** Logs in as the first user of a role, or whose address starts with a name. */
  static async as(demo, who = 'admin') {
    const user = demo.users.find(({ role, email }) => role === who || email.startsWith(who))
    const api = new Api(demo.base_url)
    await api.login(user.email, user.password)
    return api
  }

  /** Any request, with the user's token and cookie. */
  async request(method, path, { body, headers = {}, token = this.token } = {}) {
    const answer = await request(method, new URL(path, this.baseUrl), {
      from: this.from,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    })
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      this.#cookie = cookie.split(';')[0]
    }
    return answer
  }

  get cookie() {
    return this.#cookie
  }

  set cookie(cookie) {
    this.#cookie = cookie
  }

  async login(email, password) {
    const answer = await this.request('POST', '/api/auth/login',
      { body: { email, password }, token: null })
    if (answer.status !== 200) {
      throw new Error(`login answered ${answer.status}: ${answer.text.slice(0, 200)}`)
    }
    this.#login = [email, password]
    this.token = answer.json.access_token
    this.user = answer.json.user
    return answer
  }

  /** A GET that must succeed; an expired token is renewed once. */
  async get(path) {
    let answer = await this.request('GET', path)
    if (answer.status === 401 && this.#login !== undefined) {
      await this.login(...this.#login)
      answer = await this.request('GET', path)
    }
    if (answer.status !== 200) {
      throw new Error(`GET ${path} answered ${answer.status}: ${answer.text.slice(0, 200)}`)
    }
    return answer.json
  }

  /** The newest call from a number to a client, live or over; undefined when there is none. */
  async findCall(clientId, from) {
    const live = (await this.get('/api/active-calls'))
      .filter((call) => call.client_id === clientId && call.caller_phone === from)
      .sort((a, b) => b.start_time.localeCompare(a.start_time))
    if (live.length > 0) {
      return live[0].call_id
    }
    const past = await this.get(`/api/clients/${clientId}/conversations?limit=50`)
    return past.find((call) => call.caller_phone === from)?.id
  }

  conversation(id) {
    return this.get(`/api/conversations/${id}`)
  }
}
