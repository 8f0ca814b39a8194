// SPDX-License-Identifier: BSD-2-Clause
/** The carrier's side of HTTP: signed, form-encoded requests. */
import { randomBytes, randomUUID } from 'node:crypto'
import twilio from 'twilio'

const TIMEOUT_MS = 15000

export const newSid = (prefix) => prefix + randomBytes(16).toString('hex')

/** What the carrier leaves out of a signed URL: user, fragment, and the port of https. */
export function signedUrl(url) {
  const { protocol, hostname, host, pathname, search } = new URL(url)
  return `${protocol}//${protocol === 'https:' ? hostname : host}${pathname}${search}`
}

/**
 * @param {string} token the account's auth token
 * @param {string} url
 * @param {Record<string, string | string[]>} [params]
 */
export function sign(token, url, params = {}) {
  return twilio.getExpectedTwilioSignature(token, signedUrl(url), params)
}

export class WebhookError extends Error {
  constructor(url, status, body) {
    super(`${new URL(url).pathname} answered ${status}: ${body.slice(0, 200)}`)
    this.status = status
    this.body = body
  }
}

/** A form body; an array sends its name once for each value. */
export function formBody(params) {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const one of [value].flat()) {
      body.append(name, one)
    }
  }
  return body.toString()
}

/**
 * Posts a webhook once.
 * @param {{ url: string, params: object, token: string, signature?: string | null,
 *           headers?: object, signal?: AbortSignal }} request `signature` overrides the right
 *   one; null sends none
 * @returns {Promise<{ url: string, status: number, type: string, body: string,
 *                     headers: Headers, ms: number }>}
 */
export async function post({ url, params, token, signature, headers = {} }) {
  const started = performance.now()
  const proof = signature === undefined ? sign(token, url, params) : signature
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'user-agent': 'TwilioProxy/1.1',
      'i-twilio-idempotency-token': randomUUID(),
      ...(proof === null ? {} : { 'x-twilio-signature': proof }),
      ...headers
    },
    body: formBody(params)
  })
  const body = await response.text()
  return {
    url,
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body,
    headers: response.headers,
    ms: performance.now() - started
  }
}
