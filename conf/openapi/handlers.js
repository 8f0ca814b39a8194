// SPDX-License-Identifier: BSD-2-Clause
/** What the description says of routes whose answers no SQL function makes. */

const text = { type: 'string' }
const object = (properties, required = Object.keys(properties)) =>
  ({ type: 'object', properties, required })
const json = (schema) => ({ 'application/json': { schema } })

/** Chapters by the first word of a path that is not "clients". */
export const chapters = {
  auth: 'Accounts',
  'api-keys': 'Accounts',
  invitations: 'Team',
  members: 'Team',
  'audit-log': 'Audit log',
  clients: 'Clients',
  agents: 'Agents',
  templates: 'Agents',
  'phone-numbers': 'Phone numbers',
  'business-hours': 'Hours and services',
  holidays: 'Hours and services',
  services: 'Hours and services',
  departments: 'Departments',
  'transfer-targets': 'Departments',
  knowledge: 'Knowledge',
  providers: 'Provider keys',
  contacts: 'Contacts',
  conversations: 'Calls',
  'conversation-logs': 'Calls',
  'call-logs': 'Calls',
  transcripts: 'Calls',
  'active-calls': 'Calls',
  leads: 'Leads',
  appointments: 'Appointments',
  analytics: 'Analytics',
  ledger: 'Balance',
  usage: 'Balance',
  admin: 'Administration'
}

/** What the chapters are about. */
export const about = {
  Accounts: 'Who you are: sign-up, sessions, second factor, API keys',
  Administration: 'For administrators of the whole system',
  Agents: 'AI configurations of a client, their versions, and templates to begin with',
  Analytics: 'Calls in numbers',
  Appointments: 'What was booked, by the receptionist or by hand',
  'Audit log': 'Who changed what, when, from where',
  Balance: 'Prepaid seconds: what came and what went',
  Calls: 'Calls, their transcripts, and those of this moment',
  Clients: 'Businesses whose telephone is answered',
  Contacts: 'People known by their number',
  Departments: 'Whom calls can be passed on to',
  'Hours and services': 'When a client works, and what can be booked',
  Knowledge: 'What the receptionist can tell',
  Leads: 'Callers who want to hear back',
  Operations: 'For those who run the system',
  'Phone numbers': 'Numbers people call',
  'Provider keys': 'A client\'s own keys for outside services',
  Team: 'Who works on a client with you',
  Telephony: 'For the carrier'
}

const user = object({
  id: { type: 'string', format: 'uuid' }, email: text, name: text,
  role: { type: 'string', enum: ['admin', 'owner'] }
})

export const session = object({
  access_token: text, token_type: { const: 'Bearer' }, expires_in: { type: 'integer' }, user
})

export const message = object({ message: text })

const opened = ['200', {
  description: 'An access token; the refresh token is in a cookie that no script can read',
  headers: { 'Set-Cookie': { schema: text } },
  content: json(session)
}]

const login = {
  tag: 'Accounts',
  summary: 'Log in',
  once: true,
  description: 'With a second factor, the password alone is answered 401 with errors naming '
    + 'totp_code; ask again with totp_code or recovery_code beside it.',
  answer: opened
}
const said = (summary, description = 'Done') => ({
  tag: 'Accounts', summary, answer: ['200', { description, content: json(message) }]
})
const codes = (summary) => ({
  tag: 'Accounts',
  summary,
  once: true,
  answer: ['200', {
    description: 'Ten codes, shown this once',
    content: json(object({ recovery_codes: { type: 'array', items: text } }))
  }]
})
const refresh = { tag: 'Accounts', summary: 'Trade the refresh cookie for an access token',
  answer: opened }
const logout = { tag: 'Accounts', summary: 'Log out',
  answer: ['200', { description: 'The session has ended', content: json(message) }] }

const initiate = {
  tag: 'Accounts',
  summary: 'Begin to sign in with Google',
  description: 'The state in the address is also in a cookie: only this browser can come back '
    + 'with it, once, within ten minutes. 503 where it is not set up.',
  answer: ['200', {
    description: 'Where the browser goes',
    headers: { 'Set-Cookie': { schema: text } },
    content: json(object({ authorization_url: { type: 'string', format: 'uri' } }))
  }]
}
const callback = {
  get: {
    tag: 'Accounts',
    summary: 'Back from Google: a browser',
    answer: ['303', {
      description: 'Into the dashboard, logged in, or to its login page, which says why not',
      headers: { Location: { schema: text }, 'Set-Cookie': { schema: text } }
    }]
  },
  post: {
    tag: 'Accounts',
    summary: 'Back from Google: a program',
    description: 'With a second factor, state and code are answered 401 with errors naming '
      + 'totp_code; ask again with the state and totp_code or recovery_code.',
    answer: opened
  }
}

const form = {
  'application/x-www-form-urlencoded': { schema: { type: 'object', additionalProperties: text } }
}
const webhook = (summary) => ({
  tag: 'Telephony',
  summary,
  description: 'For the carrier: X-Twilio-Signature is required. GET takes the same as a query.',
  content: form,
  answer: ['200', { description: 'TwiML', content: { 'text/xml': { schema: text } } }]
})
const voice = webhook('A call comes in: number, client, routing, TwiML')
const transfer = webhook('After a dial: done, or on to the receptionist')

const state = (summary) => ({
  tag: 'Operations',
  summary,
  refusals: { 405: { $ref: '#/components/responses/405' } },
  answer: ['200', {
    description: 'Well; 503 with the same shape when not',
    content: json(object({ status: text, timestamp: { type: 'string', format: 'date-time' } }))
  }]
})

export const handlers = {
  '/voice': voice,
  '/incoming-call': voice,
  '/twilio/voice': voice,
  '/twilio/resume': webhook('A stream ended and the call did not'),
  '/twilio/transfer-status': transfer,
  '/transfer-callback': transfer,
  '/twilio/call-status': webhook('What became of a call'),
  '/ws/{client_id:text}/{caller_phone:text}': {
    tag: 'Telephony',
    summary: 'A call\'s media stream',
    description: 'Twilio Media Streams over WebSocket; the call token comes as a stream parameter.',
    answer: ['101', { description: 'A WebSocket' }]
  },
  '/api/auth/login': login,
  '/auth/login': login,
  '/api/auth/refresh': refresh,
  '/auth/refresh': refresh,
  '/api/auth/logout': logout,
  '/auth/logout': logout,
  '/api/auth/methods': {
    tag: 'Accounts',
    summary: 'Ways to log in that are set up here',
    answer: ['200', {
      description: 'What the login page offers',
      content: json(object({ password: { const: true }, google: { type: 'boolean' } }))
    }]
  },
  '/api/auth/google/initiate': initiate,
  '/auth/google/initiate': initiate,
  '/api/auth/google/callback': callback,
  '/auth/google/callback': callback,
  '/api/auth/register': {
    tag: 'Accounts',
    summary: 'Sign up',
    once: true,
    description: 'A link to confirm the address is mailed.',
    answer: ['201', opened[1]]
  },
  '/api/auth/logout-all': said('End every session of the user'),
  '/api/auth/forgot-password': {
    ...said('Mail a link that sets a new password',
      'The same answer whether there is such a user or not'),
    once: true
  },
  '/api/auth/reset-password': { ...said('Set a new password by a mailed link'), once: true },
  '/api/auth/me': { tag: 'Accounts', summary: 'Change name, address or password', sql: 'api.me' },
  '/api/auth/totp': {
    post: {
      tag: 'Accounts',
      summary: 'A new secret for an authenticator',
      once: true,
      answer: ['200', {
        description: 'It counts once POST /api/auth/totp/confirm has seen a code of it',
        content: json(object({ secret: text, otpauth_url: text }))
      }]
    },
    delete: said('The password alone is enough again')
  },
  '/api/auth/totp/confirm': codes('The second factor counts from now on'),
  '/api/auth/totp/recovery-codes': codes('New recovery codes in place of the old'),

  '/health': state('How everything is'),
  '/health/live': state('Whether this process answers'),
  '/health/ready': state('Whether new calls can be taken'),
  '/metrics': {
    tag: 'Operations',
    summary: 'Counters for Prometheus',
    refusals: { 405: { $ref: '#/components/responses/405' } },
    answer: ['200', { description: 'Prometheus text', content: { 'text/plain': { schema: text } } }]
  }
}
