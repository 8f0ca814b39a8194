// SPDX-License-Identifier: BSD-2-Clause
/**
 * OpenAI's chat completions, and what others make of them (`flavor`: openai, openrouter, ollama,
 * others). Beside llm_server.js's knobs an answer has
 *
 *   say, calls: [{ id, name, args, index }]   words; tool calls
 *   args_split                 bytes of arguments in a fragment
 *   interleave                 fragments of several calls take turns
 *   no_index, args_object      left out; an object in place of a string
 *   finish                     another reason; null: none comes
 *   done: false                no [DONE]
 *   usage: 'every' | false     each time; never
 *   empties, obfuscation, reasoning, think    what is to be overlooked
 *   whole                      one object in place of a stream
 *   error: { after, shape }    chunk, event, object, line, bare, router: after so many events
 */
import { startLlm, tokens } from './llm_server.js'

const NAME = /^[a-zA-Z0-9_-]{1,64}$/
const KNOWN = new Set(['model', 'messages', 'stream', 'stream_options', 'max_tokens',
  'max_completion_tokens',
  'temperature', 'tools', 'tool_choice', 'parallel_tool_calls', 'reasoning_effort', 'store', 'stop',
    'seed'])
const MORE = {
  openai: [],
  openrouter: ['models', 'provider', 'route', 'reasoning'],
  ollama: [],
  others: ['chat_template_kwargs'],
}

const refuse = (status, message, code = null, param = null, type = 'invalid_request_error') =>
  ({ status, body: { error: { message, type, param, code } } })

const unanswered = (open, at) => refuse(400,
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each " +
  `'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open]}`,
  null, `messages.[${at}].role`)

const isText = (text) => typeof text === 'string' && text.trim() !== ''

function checkCalls(calls, at) {
  if (!Array.isArray(calls) || calls.length === 0) {
    return refuse(400, `Invalid 'messages[${at}].tool_calls': empty array.`, 'empty_array')
  }
  for (const [i, call] of calls.entries()) {
    if (typeof call.id !== 'string' || call.id === '' || call.type !== 'function') {
      return refuse(400, `Missing required parameter: 'messages[${at}].tool_calls[${i}].id'.`)
    }
    if (!NAME.test(call.function?.name ?? '')) {
      return refuse(400,
        `Invalid 'messages[${at}].tool_calls[${i}].function.name': string does not match ` +
        "pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", 'invalid_value')
    }
    // OpenAI takes any string; templates of others parse it.
    let args
    try {
      args = JSON.parse(call.function.arguments)
    } catch {
      args = null
    }
    if (typeof call.function.arguments !== 'string' || args === null || typeof args !== 'object' ||
      Array.isArray(args)) {
      return refuse(400, `Invalid 'messages[${at}].tool_calls[${i}].function.arguments'.`)
    }
  }
  return null
}

/** Whether messages are what the service accepts; `turns`: and what the strictest template does. */
export function checkMessages(messages, turns = true) {
  if (!Array.isArray(messages) || messages.length === 0) {
    return refuse(400, "Invalid 'messages': empty array.", 'empty_array', 'messages')
  }
  let open = new Set()
  const seen = new Set()
  let before = null
  for (const [at, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.has(message.tool_call_id)) {
        return refuse(400,
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding " +
          "message with 'tool_calls'.", null, `messages.[${at}].role`)
      }
      open.delete(message.tool_call_id)
      if (typeof message.content !== 'string') {
        return refuse(400, `Invalid value for 'content': expected a string, got null.`, null,
          `messages.[${at}].content`)
      }
      before = 'tool'
      continue
    }
    if (open.size > 0) {
      return unanswered(open, at)
    }
    if (!['system', 'user', 'assistant'].includes(message.role)) {
      return refuse(400,
        `Invalid value: '${message.role}'. Supported values are: 'system', 'assistant', 'user', ` +
        "'function', 'tool', and 'developer'.", 'invalid_value', `messages[${at}].role`)
    }
    if (message.role === 'assistant' && message.tool_calls !== undefined) {
      const wrong = checkCalls(message.tool_calls, at)
      if (wrong) {
        return wrong
      }
      for (const call of message.tool_calls) {
        if (seen.has(call.id)) {
          return refuse(400, `Duplicate tool call id '${call.id}'.`, 'invalid_value')
        }
        seen.add(call.id)
        open.add(call.id)
      }
    }
    if (!isText(message.content) && !(message.content === null && message.tool_calls)) {
      return refuse(400, "Invalid value for 'content': expected a string, got null.", null,
        `messages.[${at}].content`)
    }
    if (turns && ((message.role === 'system' && at > 0) ||
        (message.role === 'user' && before === 'user') ||
        (message.role === 'assistant' && before !== 'user' && before !== 'tool'))) {
      return refuse(400, 'Conversation roles must alternate user/assistant/user/assistant/...')
    }
    before = message.role
  }
  if (open.size > 0) {
    return unanswered(open, messages.length)
  }
  if (turns && before === 'assistant') {
    return refuse(400, 'Cannot have an assistant message at the end.')
  }
  return null
}

function checkTools(body) {
  if (body.tools === undefined) {
    return body.tool_choice === undefined ? null
      : refuse(400,
        "Invalid value for 'tool_choice': it is only allowed when 'tools' are specified.")
  }
  for (const [i, tool] of body.tools.entries()) {
    if (tool.type !== 'function' || !NAME.test(tool.function?.name ?? '') ||
        tool.function.parameters?.type !== 'object') {
      return refuse(400, `Invalid 'tools[${i}]'.`, 'invalid_function_parameters',
        `tools[${i}].function.parameters`)
    }
  }
  return body.tools.length > 0 ? null : refuse(400, "Invalid 'tools': empty array.", 'empty_array',
    'tools')
}

function checkSettings(body, flavor) {
  const unknown = Object.keys(body).find((name) => !KNOWN.has(name) && !MORE[flavor].includes(name))
  if (unknown !== undefined) {
    return refuse(400, `Unrecognized request argument supplied: ${unknown}`)
  }
  if (typeof body.model !== 'string' || body.model === '') {
    return refuse(400, 'you must provide a model parameter')
  }
  if (body.stream !== true && body.stream_options !== undefined) {
    return refuse(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
  }
  if (body.max_tokens !== undefined && body.max_completion_tokens !== undefined) {
    return refuse(400,
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
  }
  if (body.temperature !== undefined && !(body.temperature >= 0 && body.temperature <= 2)) {
    return refuse(400, "Invalid 'temperature': decimal above maximum value.",
      'decimal_above_max_value')
  }
  if (flavor === 'openai' && /^(o\d|gpt-5)/.test(body.model)) {
    if (body.max_tokens !== undefined) {
      return refuse(400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use " +
        "'max_completion_tokens' instead.", 'unsupported_parameter', 'max_tokens')
    }
    if (body.temperature !== undefined && body.temperature !== 1) {
      return refuse(400, "Unsupported value: 'temperature' does not support 0.4 with this model.",
        'unsupported_value', 'temperature')
    }
  } else if (flavor === 'openai' && body.reasoning_effort !== undefined) {
    return refuse(400, "Unrecognized request argument supplied: reasoning_effort")
  }
  if (flavor === 'openrouter' && body.models !== undefined &&
    (body.models.length === 0 || body.models.length > 3)) {
    return refuse(400, "'models' array must have 3 items or fewer.", 400)
  }
  return null
}

function toolDeltas(answer) {
  const lists = (answer.calls ?? []).map((call, i) => {
    const index = answer.no_index ? {} : { index: call.index ?? i }
    const args = call.args ?? ''
    if (answer.args_object) {
      return [{ ...index, id: call.id, type: 'function',
        function: { name: call.name, arguments: JSON.parse(args) } }]
    }
    const rest = answer.args_split ? tokens(args, answer.args_split) : [args]
    return [
      { ...index, ...(call.id === undefined ? {} : { id: call.id }), type: 'function',
        function: { name: call.name, arguments: '' } },
      ...rest.map((some) => ({ ...index, ...(answer.empty_ids ? { id: '' } : {}),
        function: { ...(answer.empty_ids ? { name: '' } : {}), arguments: some } })),
    ]
  })
  if (!answer.interleave) {
    return lists.flat()
  }
  const mixed = []
  for (let i = 0; lists.some((list) => i < list.length); i++) {
    lists.forEach((list) => { if (i < list.length) { mixed.push(list[i]) } })
  }
  return mixed
}

const ERRORS = {
  chunk: 'data: {"error":{"message":"The server had an error","type":"server_error",' +
    '"code":null}}\n\n',
  event: 'event: error\ndata: {"message":"Upstream closed early","type":"server_error"}\n\n',
  object: 'data: {"object":"error","message":"Internal error","type":"InternalServerError",' +
    '"code":500}\n\n',
  line: 'error: {"code":500,"message":"Failed to process","type":"server_error"}\n\n',
  bare: '{"error":{"message":"model runner has unexpectedly stopped","type":"api_error"}}\n',
  router: 'data: {"id":"gen-77","object":"chat.completion.chunk","provider":"OpenAI",' +
    '"error":{"code":"502","message":"Upstream closed early",' +
    '"metadata":{"error_type":"provider_unavailable"}},' +
    '"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n',
  finish: 'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"error"}]}\n\n',
}

export function openaiEvents(answer, body = { model: 'm',
  stream_options: { include_usage: true } }) {
  const usage = {
    prompt_tokens: 212, completion_tokens: 19, total_tokens: 231,
    prompt_tokens_details: { cached_tokens: 128 },
      completion_tokens_details: { reasoning_tokens: 0 },
    ...(answer.cost ? { cost: 0.0001, is_byok: false } : {}),
  }
  const finish = answer.finish !== undefined ? answer.finish : answer.calls?.length ? 'tool_calls'
    : 'stop'
  if (answer.whole) {
    return [JSON.stringify({ id: 'c', object: 'chat.completion', usage,
      choices: [{ index: 0, finish_reason: finish,
      message: { role: 'assistant', content: answer.say ?? null, refusal: null,
        tool_calls: (answer.calls ?? []).map((call) => ({ id: call.id, type: 'function',
          function: { name: call.name, arguments: call.args } })) } }] }, null, 1)]
  }
  const chunk = (delta, reason = null) => `data: ${JSON.stringify({
    id: 'chatcmpl-9a', object: 'chat.completion.chunk', created: 1790000000, model: body.model,
    choices: [{ index: 0, delta, finish_reason: reason }],
    ...(answer.usage === 'every' ? { usage } : { usage: null }),
    ...(answer.obfuscation ? { obfuscation: 'x7Jk2aQ' } : {}),
  })}\n\n`
  const events = [chunk({ role: 'assistant', content: '' })]
  if (answer.empties) {
    events.push(chunk({}), chunk({ content: null }), chunk({ role: 'assistant', content: '' }),
      chunk({ role: 'user', content: '' }), 'data: {"choices":[]}\n\n', 'data: {}\n\n', 'data:\n\n',
      'data: {"choices":[{}]}\n\n', 'data: {"choices":null}\n\n')
  }
  if (answer.reasoning) {
    events.push(chunk({ reasoning: 'secret thought' }),
      chunk({ reasoning_content: 'secret thought' }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'secret thought' }] }))
  }
  if (answer.think) {
    events.push(...tokens(`<think>${answer.think}</think>\n\n`, 3).map((content) =>
      chunk({ content })))
  }
  events.push(...tokens(answer.say ?? '', answer.token ?? 4).map((content) => chunk({ content })))
  if (answer.calls) {
    events.push(...(answer.together ? [chunk({ tool_calls: toolDeltas(answer) })]
      : toolDeltas(answer).map((call) => chunk({ tool_calls: [call] }))))
  }
  if (answer.error) {
    const at = answer.error.after ?? events.length
    return [...events.slice(0, at), ERRORS[answer.error.shape]]
  }
  if (finish !== null) {
    events.push(chunk({}, finish))
  }
  if (answer.usage === undefined && body.stream_options?.include_usage) {
    events.push(`data: ${JSON.stringify({ id: 'chatcmpl-9a', choices: [], usage })}\n\n`)
  }
  if (answer.done !== false) {
    events.push('data: [DONE]\n\n')
  }
  return events
}

export function startOpenAi({ flavor = 'openai', key = 'sk-test', context = Infinity,
  turns = true } = {}) {
  return startLlm({
    base: '/v1', path: '/v1/chat/completions', idHeader: 'x-request-id', refuse,
    events: openaiEvents,
    check(headers, body) {
      if (key !== null && headers.authorization !== `Bearer ${key}`) {
        return refuse(401,
          'Incorrect API key provided: sk-***. You can find your API key at the platform.',
          'invalid_api_key')
      }
      if (headers['content-type'] !== 'application/json') {
        return refuse(400, 'Unsupported content type.')
      }
      const wrong = checkSettings(body, flavor) ?? checkTools(body) ?? checkMessages(body.messages,
        turns)
      if (wrong) {
        return wrong
      }
      const bytes = JSON.stringify(body.messages).length
      return bytes <= context ? null
        : refuse(400,
          `This model's maximum context length is ${context} tokens. However, your messages ` +
          'resulted in ' +
          `${bytes} tokens. Please reduce the length of the messages.`, 'context_length_exceeded',
            'messages')
    },
  })
}
