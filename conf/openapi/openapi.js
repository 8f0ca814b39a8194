// SPDX-License-Identifier: BSD-2-Clause
/**
 * The API's description (OpenAPI 3.1) from what answers: the route table says what goes in, the
 * columns of its SQL functions what comes out. Only what handlers of their own answer is written
 * down by hand, in handlers.js.
 *
 *     openapi.js ROWS COLUMNS > openapi.json
 *
 * ROWS is what build/rows prints, COLUMNS what columns.sql answers.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { about, chapters, handlers } from './handlers.js'

const TEXT_LIMIT = 10_000

const plain = {
  uuid: { type: 'string', format: 'uuid' },
  text: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  time: { type: 'string', format: 'date-time', description: 'RFC 3339, or a date' },
  date: { type: 'string', format: 'date' },
  clock: { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' },
  phone: { type: 'string', pattern: '^\\+[1-9][0-9]{6,14}$' },
  email: { type: 'string', format: 'email', maxLength: 254 },
  limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
  offset: { type: 'integer', minimum: 0, maximum: 1_000_000, default: 0 },
  cursor: { type: 'string', description: 'of a Link of the page before' }
}

const columns = {
  uuid: plain.uuid,
  text: plain.text,
  'text[]': { type: 'array', items: { type: 'string' } },
  integer: plain.integer,
  smallint: plain.integer,
  bigint: plain.integer,
  real: plain.number,
  'double precision': plain.number,
  numeric: plain.number,
  boolean: plain.boolean,
  'timestamp with time zone': { type: 'string', format: 'date-time' },
  date: plain.date,
  'time without time zone': { type: 'string' },
  json: {},
  jsonb: {}
}

const bounds = {
  text: ['minLength', 'maxLength'],
  integer: ['minimum', 'maximum'],
  number: ['minimum', 'maximum'],
  texts: ['minItems', 'maxItems'],
  objects: ['minItems', 'maxItems']
}

function baseOf(field) {
  switch (field.type) {
    case 'choice':
      return { type: 'string', enum: field.choices.split('|') }
    case 'texts':
      return { type: 'array', items: { type: 'string', maxLength: 200 } }
    case 'objects':
      return { type: 'array', items: bodyOf(field.items) }
    case 'object':
      return field.items === undefined ? { type: 'object' } : bodyOf(field.items)
    default:
      return plain[field.type]
  }
}

function schemaOf(field) {
  const schema = { ...baseOf(field) }
  const [least, most] = bounds[field.type] ?? []
  if (least !== undefined && field.max !== undefined) {
    schema[least] = field.min
    schema[most] = field.max
  }
  if (field.nullable) {
    schema.type = [schema.type, 'null']
    schema.enum = schema.enum && [...schema.enum, null]
  }
  if (field.about !== undefined) {
    schema.description = field.about
  }
  return JSON.parse(JSON.stringify(schema))
}

function bodyOf(fields, partial = false) {
  const required = partial ? [] : fields.filter((field) => field.required).map(({ name }) => name)
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(fields.map((field) => [field.name, schemaOf(field)])),
    ...(required.length > 0 ? { required } : {})
  }
}

/* What a statement checks first stands before the function that it is about. */
const sqlName = (sql) => [...sql.matchAll(/\bapi\.([a-z0-9_]+)/g)].at(-1)?.[1]
const words = (name) => name.replaceAll(/[-_]/g, ' ')
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1)
const camel = (name) => words(name).split(' ').map(capital).join('')

function plural(noun) {
  if (/(s|y of)$/.test(noun)) {
    return noun
  }
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`
}

/** "/api/agents/{n:int}" and what its parts are. */
function pathOf(pattern) {
  const parameters = []
  const path = pattern.replaceAll(/\{([a-z_]+)(?::([a-z]+))?\}/g, (all, name, kind = 'uuid') => {
    const schema = kind === 'int' ? { type: 'integer', minimum: 0 } : plain[kind]
    parameters.push({ name, in: 'path', required: true, schema })
    return `{${name}}`
  })
  return { path, parameters }
}

/** The chapter of a path is its last fixed part but one's, unless the row says another. */
function tagOf(row) {
  if (row.tag !== undefined) {
    return row.tag
  }
  const fixed = row.path.split('/').filter((part) => part !== '' && !part.startsWith('{'))
  const [first, second, third] = fixed[0] === 'api' ? fixed.slice(1) : fixed
  const key = first === 'clients' && second !== undefined ? second : first
  return chapters[key] ?? chapters[third] ?? capital(words(key ?? 'api'))
}

function summaryOf(row) {
  if (row.about !== undefined) {
    return row.about
  }
  const [, noun, verb] = /^(.*?)(?:_(list|get|create|update|delete|set))?$/.exec(sqlName(row.sql))
  const says = {
    list: 'List', get: 'Get', create: 'Create', update: 'Change', delete: 'Delete', set: 'Replace'
  }[verb]
  if (says === undefined) {
    return capital(words(noun))
  }
  return `${says} ${verb === 'list' ? plural(words(noun)) : words(noun)}`
}

const error = (description) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
})

const retryAfter = {
  'Retry-After': { description: 'Seconds', schema: { type: 'integer' } }
}

const refusals = {
  400: error('The request is not well formed; errors names each field.'),
  401: error('Nobody is logged in, or no longer.'),
  403: error('The role does not allow it.'),
  404: error('It is not there, or it is not yours.'),
  405: error('This cannot be done here; Allow says what can.'),
  409: error('It is in conflict with what is there.'),
  412: error('It was changed since; the ETag is another.'),
  413: error('The body is too large.'),
  415: error('The body has the wrong type.'),
  422: error('It is well formed and impossible.'),
  429: { ...error('Too many requests.'), headers: retryAfter },
  503: { ...error('The database is away for a moment.'), headers: retryAfter }
}

/** One SQL function's answer as a schema of its own, shared by functions with the same columns. */
class Schemas {
  #known = new Map()
  all = {}

  constructor(functions) {
    this.functions = functions
  }

  of(sql) {
    const name = sqlName(sql)
    const found = this.functions[name]
    if (found === undefined) {
      throw new Error(`api.${name} is in the route table, but not in the database`)
    }
    const properties = Object.fromEntries(found.map(([column, type]) => {
      if (columns[type] === undefined) {
        throw new Error(`api.${name}: nobody has said what ${type} is in JSON`)
      }
      return [column, this.#nullable(column, columns[type])]
    }))
    return this.#named(name, { type: 'object', properties })
  }

  #nullable(column, schema) {
    return column === 'id' || schema.type === undefined
      ? schema : { ...schema, type: [schema.type, 'null'] }
  }

  #named(name, schema) {
    const text = JSON.stringify(schema)
    const noun = camel(name.replace(/_(list|get|create|update|set)$/, ''))
    if (!this.#known.has(text)) {
      const taken = noun in this.all
      const full = taken ? camel(name) : noun
      this.#known.set(text, full)
      this.all[full] = schema
    }
    return { $ref: `#/components/schemas/${this.#known.get(text)}` }
  }
}

const json = (schema) => ({ 'application/json': { schema } })

const listHeaders = {
  'X-Total-Count': {
    description: 'How many there are, where counting is cheap', schema: { type: 'integer' }
  },
  Link: { description: 'rel="next": the page after this one', schema: { type: 'string' } }
}

const tagHeader = { ETag: { description: 'For If-Match', schema: { type: 'string' } } }

function answerOf(row, schemas) {
  switch (row.result) {
    case 'list': {
      const list = json({ type: 'array', items: schemas.of(row.sql) })
      const csv = row.csv ? { 'text/csv': { schema: { type: 'string' } } } : {}
      return ['200', { description: 'The list', headers: listHeaders, content: { ...list, ...csv } }]
    }
    case 'one':
      return ['200',
        { description: 'The object', headers: tagHeader, content: json(schemas.of(row.sql)) }]
    case 'created':
      return ['201', {
        description: 'The new object',
        headers: { ...tagHeader, Location: { schema: { type: 'string' } } },
        content: json(schemas.of(row.sql))
      }]
    case 'message':
      return ['200', {
        description: 'Done',
        content: json({
          type: 'object',
          properties: { message: { type: 'string' } },
          required: ['message']
        })
      }]
    default:
      return ['200', {
        description: 'The document',
        content: {
          'application/json': { schema: {} },
          'text/plain': { schema: { type: 'string' } },
          'text/vtt': { schema: { type: 'string' } }
        }
      }]
  }
}

const header = (name, description, schema = { type: 'string' }) =>
  ({ name, in: 'header', required: false, description, schema })

function headersOf(row, method, written) {
  const list = []
  if (method === 'post' && (row.sql !== undefined || written?.once)) {
    list.push(header('Idempotency-Key', 'The same key again gets the same answer, for a day',
      { type: 'string', minLength: 1, maxLength: 255 }))
  }
  if (row.match) {
    list.push(header('If-Match', 'Only if the ETag is still this one'))
  }
  if (row.result === 'one' && method === 'get') {
    list.push(header('If-None-Match', 'Answers 304 if the ETag is still this one'))
  }
  return list
}

function bodyContent(row) {
  const content = json(bodyOf(row.body, row.partial))
  return row.csv_body ? { ...content, 'text/csv': { schema: { type: 'string' } } } : content
}

function queryOf(row) {
  const query = (row.query ?? []).map((field) => {
    const { description, ...schema } = schemaOf(field)
    return {
      name: field.name, in: 'query', required: field.required,
      ...(description === undefined ? {} : { description }), schema
    }
  })
  if (row.csv) {
    query.push({
      name: 'format', in: 'query', required: false, description: 'The list as a file',
      schema: { type: 'string', enum: ['json', 'csv'] }
    })
  }
  return query
}

function refusalsOf(row, method) {
  const reading = method === 'get'
  const codes = [400, ...(row.access === 'public' ? [] : [401, 403]), 404,
    ...(reading ? [] : [409, 413, 415, 422]), ...(row.match ? [412] : []), 429, 503]
  return Object.fromEntries(codes.sort().map((code) =>
    [code, { $ref: `#/components/responses/${code}` }]))
}

function operationOf(row, method, parameters, schemas) {
  const known = row.sql === undefined ? handlers[row.path] : undefined
  const written = known?.[method] ?? known
  if (row.sql === undefined && written === undefined) {
    throw new Error(`${method} ${row.path}: handlers.js does not say what it answers`)
  }
  const [status, answer] = written?.answer
    ?? answerOf({ ...row, sql: written?.sql ?? row.sql }, schemas)
  const all = [...parameters, ...(row.sql === undefined ? written.query ?? [] : []),
    ...queryOf(row), ...headersOf(row, method, written)]
  const content = row.body !== undefined ? bodyContent(row) : written?.content
  const id = `${method}_${row.path}`.replaceAll(/:[a-z]+\}/g, '').replaceAll(/[^a-z0-9]+/gi, '_')
    .replace(/_+$/, '')
  return {
    operationId: id,
    tags: [written?.tag ?? tagOf(row)],
    summary: written?.summary ?? summaryOf(row),
    ...(written?.description === undefined ? {} : { description: written.description }),
    security: row.access === 'public' ? [] : [{ bearer: [] }],
    ...(all.length > 0 ? { parameters: all } : {}),
    ...(content !== undefined && method !== 'get'
      ? { requestBody: { required: true, content } } : {}),
    responses: {
      [status]: answer,
      ...(written?.refusals ?? refusalsOf(row, method)),
      ...(row.result === 'one' && method === 'get'
        ? { 304: { description: 'It has not changed.' } } : {})
    }
  }
}

/**
 * @param {object[]} rows of the route table
 * @param {Record<string, [string, string][]>} functions columns by function of the schema api
 */
export function describe(rows, functions) {
  const paths = {}
  const tags = new Set()
  const schemas = new Schemas(functions)
  for (const row of rows) {
    const { path, parameters } = pathOf(row.path)
    paths[path] ??= {}
    for (const method of row.methods) {
      const operation = operationOf(row, method, parameters, schemas)
      paths[path][method] = operation
      operation.tags.forEach((tag) => tags.add(tag))
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'FrontDesk',
      version: '1',
      description: 'A self-hosted telephone receptionist. Times are RFC 3339 in UTC, ids are UUIDs, '
        + 'money is in minor units with its currency, durations are seconds unless the name says '
        + '_ms. Unknown fields and query parameters are refused. What is another\'s and what is '
        + 'not there get the same answer.',
      license: { name: 'BSD-2-Clause', identifier: 'BSD-2-Clause' }
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [...tags].sort().map((name) => ({ name, description: about[name] ?? name })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http', scheme: 'bearer',
          description: 'An access token of POST /api/auth/login, or an API key (fdk_…)'
        }
      },
      responses: refusals,
      schemas: {
        Error: {
          type: 'object',
          required: ['detail'],
          properties: {
            detail: { type: 'string', maxLength: TEXT_LIMIT, description: 'One sentence' },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                required: ['field', 'message'],
                properties: { field: { type: 'string' }, message: { type: 'string' } }
              }
            }
          }
        },
        ...Object.fromEntries(Object.entries(schemas.all).sort(([a], [b]) => (a < b ? -1 : 1)))
      }
    }
  }
}

/** A line for each path and each schema, so that a change of one is a change of one line. */
function written(value, levels) {
  const lines = Object.entries(value).map(([key, part]) =>
    `${JSON.stringify(key)}:${levels[key] ? written(part, levels[key]) : JSON.stringify(part)}`)
  return `{\n${lines.join(',\n')}\n}`
}

const LEVELS = { paths: {}, components: { securitySchemes: {}, responses: {}, schemas: {} } }

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , rowsFile, columnsFile] = process.argv
  const rows = readFileSync(rowsFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  const functions = JSON.parse(readFileSync(columnsFile, 'utf8'))
  process.stdout.write(`${written(describe(rows, functions), LEVELS)}\n`)
}
