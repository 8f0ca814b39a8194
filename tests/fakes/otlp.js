// SPDX-License-Identifier: BSD-2-Clause
/**
 * A collector of OpenTelemetry traces (OTLP/HTTP 1.x, JSON). Refuses what the protocol buffers'
 * JSON form does not have: ids of another length, times that are no strings of digits, spans that
 * end before they begin, unknown members.
 */
import { createServer } from 'node:http'

const SPAN = new Set(['traceId', 'spanId', 'parentSpanId', 'name', 'kind', 'startTimeUnixNano',
  'endTimeUnixNano', 'attributes'])
const VALUE = { stringValue: 'string', intValue: 'string', boolValue: 'boolean' }

function fault(condition, reason) {
  if (!condition) {
    throw new Error(reason)
  }
}

function readAttributes(list) {
  fault(Array.isArray(list), 'attributes are an array')
  return Object.fromEntries(list.map(({ key, value }) => {
    const [[type, given], ...more] = Object.entries(value)
    fault(typeof key === 'string' && more.length === 0, 'a key has one value')
    fault(VALUE[type] === typeof given, `no such value: ${type}`)
    fault(type !== 'intValue' || /^-?\d+$/.test(given), 'an intValue is a text of digits')
    return [key, given]
  }))
}

function readSpan(span) {
  fault(Object.keys(span).every((name) => SPAN.has(name)), 'an unknown member')
  fault(/^[0-9a-f]{32}$/.test(span.traceId) && !/^0+$/.test(span.traceId), 'traceId')
  fault(/^[0-9a-f]{16}$/.test(span.spanId) && !/^0+$/.test(span.spanId), 'spanId')
  fault(span.parentSpanId === undefined || /^[0-9a-f]{16}$/.test(span.parentSpanId), 'parent')
  fault(/^\d{19}$/.test(span.startTimeUnixNano) && /^\d{19}$/.test(span.endTimeUnixNano), 'time')
  fault(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), 'it ends before it begins')
  fault([1, 2, 3, 4, 5].includes(span.kind), 'kind')
  return { ...span, attributes: readAttributes(span.attributes) }
}

/** `spans` as they came; `token`: who comes without it is refused. */
export async function startCollector({ token } = {}) {
  const fake = { spans: [], resources: [], refused: [], requests: 0 }
  const server = createServer((req, res) => {
    const chunks = []
    req.on('data', (chunk) => chunks.push(chunk))
    req.on('end', () => {
      fake.requests += 1
      try {
        fault(req.method === 'POST' && req.url === '/v1/traces', 'no such place')
        fault(req.headers['content-type'] === 'application/json', 'content-type')
        fault(!token || req.headers.authorization === `Bearer ${token}`, 'who are you')
        for (const { resource, scopeSpans } of JSON.parse(Buffer.concat(chunks)).resourceSpans) {
          fake.resources.push(readAttributes(resource.attributes))
          scopeSpans.forEach(({ spans }) => fake.spans.push(...spans.map(readSpan)))
        }
        res.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}')
      } catch ({ message }) {
        fake.refused.push(message)
        res.writeHead(400, { 'content-type': 'application/json' })
          .end(JSON.stringify({ code: 3, message }))
      }
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  fake.url = `http://127.0.0.1:${server.address().port}/v1/traces`
  fake.close = () => {
    server.closeAllConnections()
    server.close()
  }
  return fake
}
