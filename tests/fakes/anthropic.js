// SPDX-License-Identifier: BSD-2-Clause
/**
 * Anthropic's messages. Beside llm_server.js's knobs an answer has
 *
 *   say, calls: [{ id, name, args }]   words; tool calls, each a block of its own
 *   args_split, interleave     bytes of arguments in a delta; blocks take turns
 *   thinking                   a block of thought before all else
 *   pings, unknown             events that say nothing, that nobody knows
 *   stop                       another stop_reason; null: none comes
 *   end: false                 no message_stop
 *   whole                      one object in place of a stream
 *   error: { after, type }     an error event after so many events
 */
import { startLlm, tokens } from './llm_server.js'

const ID = /^[a-zA-Z0-9_-]+$/
const NAME = /^[a-zA-Z0-9_-]{1,128}$/
const KNOWN = new Set(['model', 'messages', 'max_tokens', 'stream', 'system', 'temperature',
  'tools', 'tool_choice',
  'stop_sequences', 'top_p', 'top_k', 'metadata', 'thinking', 'service_tier'])

const refuse = (status, message, type = 'invalid_request_error') =>
  ({ status, body: { type: 'error', error: { type, message }, request_id: 'req_refused' } })

function checkText(block, where) {
  if (typeof block.text !== 'string' || block.text === '') {
    return refuse(400, `messages: text content blocks must be non-empty`)
  }
  return block.text.trim() !== '' ? null
    : refuse(400, `${where}: text content blocks must contain non-whitespace text`)
}

function checkUser(blocks, asked, at) {
  let isText = false
  const left = new Set(asked)
  for (const [i, block] of blocks.entries()) {
    const where = `messages.${at}.content.${i}`
    if (block.type === 'text') {
      isText = true
      const wrong = checkText(block, where)
      if (wrong) {
        return wrong
      }
    } else if (block.type === 'tool_result') {
      if (!asked.has(block.tool_use_id)) {
        return refuse(400,
          `${where}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ` +
          `${block.tool_use_id}. Each \`tool_result\` block must have a corresponding ` +
          '`tool_use` block in the previous message.')
      }
      if (!left.delete(block.tool_use_id)) {
        return refuse(400,
          `messages.${at}.content: each tool_use must have a single result. Found multiple ` +
          `\`tool_result\` blocks with id: ${block.tool_use_id}`)
      }
      if (isText) {
        return refuse(400, `${where}: \`tool_result\` blocks must come first in the content array`)
      }
      if (typeof block.content !== 'string') {
        return refuse(400, `${where}.tool_result.content: Input should be a valid string`)
      }
    } else {
      return refuse(400,
        `${where}: Input tag '${block.type}' found using 'type' does not match any of the ` +
        'expected tags')
    }
  }
  return left.size === 0 ? null
    : refuse(400,
      `messages.${at - 1}: \`tool_use\` ids were found without \`tool_result\` blocks ` +
      `immediately after: ${[...left].join(', ')}. Each \`tool_use\` block must have a ` +
      'corresponding `tool_result` block in the next message.')
}

function checkAssistant(blocks, seen, at) {
  const asked = new Set()
  for (const [i, block] of blocks.entries()) {
    const where = `messages.${at}.content.${i}`
    if (block.type === 'text') {
      const wrong = checkText(block, where)
      if (wrong) {
        return { wrong }
      }
    } else if (block.type === 'tool_use') {
      if (!ID.test(block.id ?? '')) {
        return { wrong: refuse(400,
          `${where}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`) }
      }
      if (!NAME.test(block.name ?? '')) {
        return { wrong: refuse(400,
          `${where}.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`) }
      }
      if (seen.has(block.id)) {
        return { wrong: refuse(400, `${where}: \`tool_use\` ids must be unique`) }
      }
      if (block.input === null || typeof block.input !== 'object' || Array.isArray(block.input)) {
        return { wrong: refuse(400, `${where}.tool_use.input: Input should be a valid dictionary`) }
      }
      seen.add(block.id)
      asked.add(block.id)
    } else {
      return { wrong: refuse(400,
        `${where}: Input tag '${block.type}' does not match any of the expected tags`) }
    }
  }
  return { asked }
}

/** Whether messages are what the service accepts; it would merge roles that do not alternate. */
export function checkMessages(messages) {
  if (!Array.isArray(messages) || messages.length === 0) {
    return refuse(400, 'messages: at least one message is required')
  }
  if (messages[0].role !== 'user') {
    return refuse(400, 'messages: first message must use the "user" role')
  }
  let asked = new Set()
  let before = null
  const seen = new Set()
  for (const [at, message] of messages.entries()) {
    if (message.role !== 'user' && message.role !== 'assistant') {
      return refuse(400,
        `messages: Unexpected role "${message.role}". The Messages API accepts a top-level ` +
        '`system` ' +
        'parameter, not "system" as an input message role.')
    }
    if (message.role === before) {
      return refuse(400,
        'messages: roles must alternate between "user" and "assistant", but found multiple ' +
        `"${message.role}" roles in a row`)
    }
    before = message.role
    const blocks = typeof message.content === 'string' ? [{ type: 'text', text: message.content }]
      : message.content
    if (!Array.isArray(blocks) || blocks.length === 0) {
      return refuse(400,
        `messages.${at}: all messages must have non-empty content except for the optional final ` +
        'assistant message')
    }
    if (message.role === 'user') {
      const wrong = checkUser(blocks, asked, at)
      if (wrong) {
        return wrong
      }
      asked = new Set()
    } else {
      const found = checkAssistant(blocks, seen, at)
      if (found.wrong) {
        return found.wrong
      }
      asked = found.asked
    }
  }
  return before === 'user' ? null
    : refuse(400,
      'This model does not support assistant message prefill. The conversation must end with a ' +
      'user message.')
}

function checkBody(body) {
  const unknown = Object.keys(body).find((name) => !KNOWN.has(name))
  if (unknown !== undefined) {
    return refuse(400, `${unknown}: Extra inputs are not permitted`)
  }
  for (const name of ['model', 'max_tokens', 'messages']) {
    if (body[name] === undefined) {
      return refuse(400, `${name}: Field required`)
    }
  }
  if (!(body.max_tokens >= 1)) {
    return refuse(400, 'max_tokens: Input should be greater than or equal to 1')
  }
  if (body.temperature !== undefined && !(body.temperature >= 0 && body.temperature <= 1)) {
    return refuse(400, 'temperature: range: 0..1')
  }
  for (const [i, block] of (Array.isArray(body.system) ? body.system : []).entries()) {
    if (block.type !== 'text' || !block.text ||
      (block.cache_control && block.cache_control.type !== 'ephemeral')) {
      return refuse(400, `system.${i}: Input should be a valid text block`)
    }
  }
  for (const [i, tool] of (body.tools ?? []).entries()) {
    if (!NAME.test(tool.name ?? '') || tool.input_schema?.type !== 'object') {
      return refuse(400, `tools.${i}.custom.input_schema.type: Field required`)
    }
  }
  if (body.tools === undefined && JSON.stringify(body.messages).includes('"tool_use"')) {
    return refuse(400,
      'Requests which have `tool_use` or `tool_result` blocks in messages must define tools')
  }
  return checkMessages(body.messages)
}

const event = (type, members = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`

export function anthropicEvents(answer) {
  const input = { input_tokens: 212, cache_read_input_tokens: 1800, cache_creation_input_tokens: 0 }
  const stop = answer.stop !== undefined ? answer.stop : answer.calls?.length ? 'tool_use'
    : 'end_turn'
  if (answer.whole) {
    return [JSON.stringify({ id: 'msg_1', type: 'message', role: 'assistant', stop_reason: stop,
      usage: { ...input, output_tokens: 9 },
      content: [...(answer.say ? [{ type: 'text', text: answer.say }] : []),
        ...(answer.calls ?? []).map((call) => ({ type: 'tool_use', id: call.id, name: call.name,
          input: JSON.parse(call.args) }))] })]
  }
  const events = [event('message_start', { message: { id: 'msg_1', type: 'message',
    role: 'assistant', content: [],
    model: 'claude', stop_reason: null, usage: { ...input, output_tokens: 1 } } })]
  if (answer.pings) {
    events.push(event('ping'))
  }
  let index = 0
  const block = (content, deltas) => {
    const at = index++
    return [event('content_block_start', { index: at, content_block: content }),
      ...deltas.map((delta) => event('content_block_delta', { index: at, delta })),
      event('content_block_stop', { index: at })]
  }
  if (answer.thinking) {
    events.push(...block({ type: 'thinking', thinking: '', signature: '' },
      [{ type: 'thinking_delta', thinking: answer.thinking },
        { type: 'signature_delta', signature: 'abc' }]))
  }
  if (answer.say) {
    events.push(...block({ type: 'text', text: '' },
      tokens(answer.say, answer.token ?? 4).flatMap((text) => [
        ...(answer.unknown ? [{ type: 'citations_delta', citation: {} },
          { type: 'new_delta', text: 'no' }] : []),
        { type: 'text_delta', text }])))
  }
  if (answer.unknown) {
    events.push(event('message_mood', { mood: 'fine' }),
      ...block({ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
        [{ type: 'input_json_delta', partial_json: '{"query":"x"}' }]))
  }
  const blocks = (answer.calls ?? []).map((call) => block(
    { type: 'tool_use', id: call.id, name: call.name, input: {} },
    ['', ...tokens(call.args ?? '', answer.args_split ?? 1000000)].map((json) =>
      ({ type: 'input_json_delta', partial_json: json }))))
  if (answer.interleave) {
    for (let i = 0; blocks.some((list) => i < list.length); i++) {
      blocks.forEach((list) => { if (i < list.length) { events.push(list[i]) } })
    }
  } else {
    events.push(...blocks.flat())
  }
  if (answer.error) {
    const type = answer.error.type ?? 'overloaded_error'
    return [...events.slice(0, answer.error.after ?? events.length),
      event('error', { error: { type, message: 'Overloaded' }, request_id: 'req_7' })]
  }
  if (stop !== null) {
    events.push(event('message_delta', { delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: 19 } }))
  }
  if (answer.end !== false) {
    events.push(event('message_stop'))
  }
  return events
}

export function startAnthropic({ key = 'sk-ant-test', context = Infinity } = {}) {
  return startLlm({
    base: '', path: '/v1/messages', idHeader: 'request-id', refuse,
    events: anthropicEvents,
    check(headers, body) {
      if (key !== null && headers['x-api-key'] !== key) {
        return refuse(401, 'invalid x-api-key', 'authentication_error')
      }
      if (headers['anthropic-version'] !== '2023-06-01') {
        return refuse(400, 'anthropic-version: header is required')
      }
      const wrong = checkBody(body)
      if (wrong) {
        return wrong
      }
      const bytes = JSON.stringify(body.messages).length
      return bytes <= context ? null
        : refuse(400, `prompt is too long: ${bytes} tokens > ${context} maximum`)
    },
  })
}
