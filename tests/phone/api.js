// SPDX-License-Identifier: BSD-2-Clause
/** The dashboard's API, as a logged-in user. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What `make start` wrote about its stack. */
export async function readDemo(home = process.env.FRONTDESK_HOME ?? 'var') {
  try {
    return JSON.parse(await readFile(join(home, 'demo.json'), 'utf8'))
  } catch (error) {
    throw new Error(`no stack runs on ${home}: make start first`, { cause: error })
  }
}

export class Api {
  #cookie = ''
  #login

  constructor(baseUrl) {
    this.baseUrl = baseUrl
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

  /** Any request; the answer with its body read as JSON where it is some. */
  async request(method, path, { body, headers = {}, token = this.token } = {}) {
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    for (const cookie of response.headers.getSetCookie()) {
      this.#cookie = cookie.split(';')[0]
    }
    return { status: response.status, headers: response.headers, text,
      json: isJson ? JSON.parse(text) : undefined }
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
