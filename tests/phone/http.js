// SPDX-License-Identifier: BSD-2-Clause
/** One HTTP request with everything in the caller's hands: method, headers, source address. */
import http from 'node:http'
import https from 'node:https'

const TIMEOUT_MS = 15000

/**
 * @param {string} method
 * @param {string | URL} url
 * @param {{ headers?: object, body?: string | Buffer, from?: string }} [options] `from` is the
 *   local address to come from
 * @returns {Promise<{ status: number, headers: http.IncomingHttpHeaders, text: string,
 *                     json: unknown }>} `json` is undefined where the body is none
 */
export function request(method, url, { headers = {}, body, from } = {}) {
  const target = new URL(url)
  const client = target.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const outgoing = client.request(target, {
      method,
      agent: false,
      localAddress: from,
      timeout: TIMEOUT_MS,
      headers: {
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...headers
      }
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${url}: no answer`)))
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => resolve(answer(response, Buffer.concat(parts))))
    })
    outgoing.end(body)
  })
}

function answer(response, body) {
  const text = body.toString()
  const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== ''
  return {
    status: response.statusCode,
    headers: response.headers,
    body,
    text,
    json: isJson ? JSON.parse(text) : undefined
  }
}
