// SPDX-License-Identifier: BSD-2-Clause
/**
 * The only file that speaks HTTP. It keeps the access token, in memory and nowhere else: a reload
 * loses it, and the refresh cookie, which no script can read, brings a new one.
 */

const REFRESH_AHEAD_MS = 20_000
const TIMEOUT_MS = 15_000
const PAGE_ROWS = 100

let token = null
let tokenEndsAt = 0
let refreshing = null
let onExpired = () => {}
let clockSkewMs = 0

/** What went wrong, in the API's own words. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  constructor(status, detail, fields = {}, retryAfter = null) {
    super(detail)
    this.status = status
    this.fields = fields
    this.retryAfter = retryAfter
  }
}

/** Who is told that the session is over and cannot be renewed. */
export function whenExpired(callback) {
  onExpired = callback
}

/** Milliseconds since the epoch by the server's clock, which all durations are counted by. */
export function serverNow() {
  return Date.now() + clockSkewMs
}

function keepToken(answer) {
  token = answer.access_token
  tokenEndsAt = Date.now() + answer.expires_in * 1000
  return answer
}

function dropToken() {
  token = null
  tokenEndsAt = 0
}

function learnClock(response) {
  const date = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(date)) {
    return
  }
  /* The header has whole seconds: only a difference that is no rounding counts as skew. */
  const skew = date + 500 - Date.now()
  clockSkewMs = Math.abs(skew) > 1500 ? skew : 0
}

async function errorOf(response) {
  let body = null
  try {
    body = await response.json()
  } catch {
    /* A proxy in between may answer with a page of its own. */
  }
  const fields = {}
  for (const { field, message } of Array.isArray(body?.errors) ? body.errors : []) {
    fields[field] = message
  }
  const retry = Number.parseInt(response.headers.get('retry-after') ?? '', 10)
  const detail = typeof body?.detail === 'string' ? body.detail : response.statusText
  return new ApiError(response.status, detail, fields, Number.isNaN(retry) ? null : retry)
}

/** The cursor of a list's next page, out of its Link. */
function cursorOf(response) {
  const link = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')
  return link === null ? null : new URL(link[1], window.location.origin).searchParams.get('cursor')
}

async function send(method, path, options = {}) {
  const { query, body, type = 'application/json', match, accept, signal } = options
  const url = new URL(path, window.location.origin)
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') {
      url.searchParams.set(key, value)
    }
  }
  const headers = { Accept: accept ?? 'application/json' }
  if (match) {
    headers['If-Match'] = match
  }
  if (body !== undefined) {
    headers['Content-Type'] = type
  }
  if (token !== null) {
    headers.Authorization = `Bearer ${token}`
  }
  const limit = AbortSignal.timeout(TIMEOUT_MS)
  let response
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit])
    })
  } catch (cause) {
    if (signal?.aborted) {
      throw cause
    }
    throw new ApiError(0, 'no answer')
  }
  learnClock(response)
  if (!response.ok) {
    throw await errorOf(response)
  }
  const total = Number.parseInt(response.headers.get('x-total-count') ?? '', 10)
  if (accept !== undefined) {
    return { data: await response.blob() }
  }
  const text = await response.text()
  try {
    const data = text === '' ? null : JSON.parse(text)
    return {
      data,
      total: Number.isNaN(total) ? null : total,
      next: cursorOf(response),
      etag: response.headers.get('etag')
    }
  } catch {
    throw new ApiError(0, 'unreadable answer')
  }
}

/**
 * A refresh token works once, so tabs take turns: the cookie that the second tab sends is then the
 * one that the first tab was given.
 */
function inTurn(work) {
  return navigator.locks ? navigator.locks.request('frontdesk-refresh', work) : work()
}

/** Trades the refresh cookie for an access token; any number of callers share one request. */
export function refresh() {
  refreshing ??= inTurn(() => send('POST', '/api/auth/refresh', { body: {} }))
    .then(({ data }) => keepToken(data))
    .finally(() => {
      refreshing = null
    })
  return refreshing
}

async function renew() {
  try {
    await refresh()
  } catch (error) {
    /* Only a refusal ends a session: a server that is away for a while does not. */
    if (error.status === 401 || error.status === 403) {
      dropToken()
      onExpired()
    }
    throw error
  }
}

async function request(method, path, options) {
  if (token === null || Date.now() > tokenEndsAt - REFRESH_AHEAD_MS) {
    await renew()
  }
  try {
    return await send(method, path, options)
  } catch (error) {
    if (error.status !== 401) {
      throw error
    }
  }
  await renew()
  return send(method, path, options)
}

async function getAll(path, query = {}, signal) {
  const rows = []
  for (;;) {
    const page = { ...query, limit: PAGE_ROWS, offset: rows.length }
    const { data } = await request('GET', path, { query: page, signal })
    rows.push(...data)
    if (data.length < PAGE_ROWS) {
      return rows
    }
  }
}

const part = encodeURIComponent

/** `second` is `{ totp_code }` or `{ recovery_code }` of who has a second factor. */
export async function login(email, password, second = {}) {
  dropToken()
  const body = { email, password, ...second }
  const { data } = await send('POST', '/api/auth/login', { body })
  return keepToken(data)
}

export async function logout() {
  try {
    await send('POST', '/api/auth/logout', { body: {} })
  } finally {
    dropToken()
  }
}

export async function logoutAll() {
  await request('POST', '/api/auth/logout-all', { body: {} })
  dropToken()
}

export async function me() {
  return (await request('GET', '/api/auth/me')).data
}

export function listClients() {
  return getAll('/api/clients')
}

/** One page of a client's calls: `{ data, total }`; `q`: words said, `contact`: whose they are. */
export function listCalls(clientId, { q, contact, limit, offset, signal }) {
  const query = { q, contact_id: contact, limit, offset }
  return request('GET', `/api/clients/${part(clientId)}/conversations`, { query, signal })
}

export async function getCall(id, { signal } = {}) {
  return (await request('GET', `/api/conversations/${part(id)}`, { signal })).data
}

export async function listActiveCalls({ signal } = {}) {
  return (await request('GET', '/api/active-calls', { signal })).data
}

/** All appointments that touch the time between two instants. */
export function listAppointments(clientId, { from, to, signal }) {
  return getAll(`/api/clients/${part(clientId)}/appointments`, { from, to }, signal)
}

/* Everything else is a list or an object at a path: see lib/resource.js. */

/** `{ data, total, next }`; `next` is the cursor of the page after it, or null. */
export function list(path, { query, signal } = {}) {
  return request('GET', path, { query, signal })
}

/** `{ data, etag }`. */
export function get(path, { query, signal } = {}) {
  return request('GET', path, { query, signal })
}

/** What a POST answers. */
export async function post(path, body = {}) {
  return (await request('POST', path, { body })).data
}

/** `etag`, when given, must still be the object's: else the answer is 412. */
export function put(path, body, etag = null) {
  return request('PUT', path, { body, match: etag })
}

export async function remove(path, etag = null, body = undefined) {
  return (await request('DELETE', path, { match: etag, body })).data
}

/** What a file of comma-separated values holds goes in as it is. */
export async function postCsv(path, text) {
  return (await request('POST', path, { body: text, type: 'text/csv' })).data
}

/** Something as a file: a list as comma-separated values, unless another type is asked for. */
export async function download(path, { query, accept = 'text/csv' } = {}) {
  return (await request('GET', path, { query, accept })).data
}

/** How one may log in here: `{ password, google }`. */
export async function loginMethods() {
  return (await send('GET', '/api/auth/methods')).data
}

/** For who is not logged in: signing up, links out of a mail. */
export async function ask(path, body) {
  return (await send('POST', path, { body })).data
}

/** A session that a page of its own has opened. */
export async function openSession(path, body) {
  dropToken()
  return keepToken((await send('POST', path, { body })).data)
}

export const segment = part
