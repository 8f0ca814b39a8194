// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { invitationToken, newcomer } from './people.js'
import { useStack } from './stack.js'

const stack = await useStack()
const client = stack.client('receptionist', 'olivia')
const members = `/api/clients/${client.id}/members`
const invitations = `/api/clients/${client.id}/invitations`
const services = `/api/clients/${client.id}/services`
const olivia = await stack.api('olivia')
const marco = await stack.api('marco')
const manager = await stack.api('manager')
const viewer = await stack.api('viewer')

const ask = async (api, method, path, options) => {
  const answer = await api.request(method, path, options)
  return { ...answer, api }
}

function is(answer, status) {
  assert.equal(answer.status, status, answer.text)
  return answer
}

/** Somebody new who works for the client in a role. */
async function hired(role) {
  const person = await newcomer(stack)
  is(await ask(olivia, 'POST', members, { body: { email: person.user.email, role } }), 201)
  const token = await invitationToken(stack, person.user.email)
  is(await ask(person, 'POST', '/api/invitations/accept', { body: { token } }), 200)
  return person
}

const service = () => ({ name: `e2e ${randomUUID()}`, minutes: 30 })

describe('a team', { concurrency: true }, () => {
  test('is seen by all who are in it, and by nobody else', async () => {
    for (const api of [olivia, manager, viewer]) {
      const team = await api.get(members)
      for (const [email, role] of [['olivia@brightsmile.example', 'owner'],
        ['manager@brightsmile.example', 'manager'], ['viewer@brightsmile.example', 'viewer']]) {
        assert.equal(team.find((member) => member.email === email)?.role, role)
      }
    }
    is(await ask(marco, 'GET', members), 404)
    assert.deepEqual((await viewer.get('/api/clients')).map(({ id }) => id), [client.id])
  })

  test('a viewer changes nothing', async () => {
    const [{ id }] = (await viewer.get(members)).filter(({ role }) => role === 'manager')
    for (const [method, path, body] of [
      ['POST', services, service()],
      ['POST', members, { email: 'x@example.com', role: 'viewer' }],
      ['PUT', `${members}/${id}`, { role: 'viewer' }],
      ['DELETE', `${members}/${id}`],
      ['GET', invitations]
    ]) {
      is(await ask(viewer, method, path, { body }), 403)
      is(await ask(marco, method, path, { body }), 404)
    }
  })

  test('a manager changes what is the client\'s, but not the team', async () => {
    const made = is(await ask(manager, 'POST', services, { body: service() }), 201)
    is(await ask(manager, 'DELETE', `/api/services/${made.json.id}`), 200)
    is(await ask(manager, 'POST', members, { body: { email: 'x@example.com', role: 'viewer' } }),
      403)
    is(await ask(manager, 'PUT', `${members}/${viewer.user.id}`, { body: { role: 'owner' } }), 403)
  })

  test('a changed role holds at the next request', async () => {
    const person = await hired('viewer')
    is(await ask(person, 'POST', services, { body: service() }), 403)
    is(await ask(olivia, 'PUT', `${members}/${person.user.id}`, { body: { role: 'manager' } }), 200)
    const made = is(await ask(person, 'POST', services, { body: service() }), 201)
    is(await ask(person, 'DELETE', `/api/services/${made.json.id}`), 200)
    is(await ask(olivia, 'PUT', `${members}/${person.user.id}`, { body: { role: 'viewer' } }), 200)
    is(await ask(person, 'POST', services, { body: service() }), 403)
    is(await ask(olivia, 'DELETE', `${members}/${person.user.id}`), 200)
    is(await ask(person, 'GET', members), 404)
  })

  test('everybody may leave, but the last owner', async () => {
    const person = await hired('viewer')
    is(await ask(person, 'DELETE', `${members}/${person.user.id}`), 200)
    is(await ask(person, 'GET', `/api/clients/${client.id}`), 404)
    is(await ask(olivia, 'DELETE', `${members}/${olivia.user.id}`), 409)
    is(await ask(olivia, 'PUT', `${members}/${olivia.user.id}`, { body: { role: 'viewer' } }), 409)
    assert.equal((await olivia.get(`${members}/${olivia.user.id}`)).role, 'owner')
  })

  test('who changes a member that was changed meanwhile is told', async () => {
    const person = await hired('viewer')
    const path = `${members}/${person.user.id}`
    const { headers: { etag } } = is(await ask(olivia, 'GET', path), 200)
    is(await ask(olivia, 'PUT', path, { body: { role: 'manager' } }), 200)
    is(await ask(olivia, 'PUT', path,
      { body: { role: 'viewer' }, headers: { 'if-match': etag } }), 412)
    assert.equal((await olivia.get(path)).role, 'manager')
    is(await ask(olivia, 'DELETE', path), 200)
  })

  for (const [what, body, field] of [
    ['no role', { email: 'x@example.com' }, 'role'],
    ['a role there is not', { email: 'x@example.com', role: 'admin' }, 'role'],
    ['no address', { email: 'x', role: 'viewer' }, 'email'],
    ['what is not known', { email: 'x@example.com', role: 'viewer', admin: true }, 'admin']
  ]) {
    test(`an invitation with ${what} is refused`, async () => {
      const { json } = is(await ask(olivia, 'POST', members, { body }), 400)
      assert.ok(json.errors?.some((error) => error.field === field) ?? json.detail.includes(field),
        JSON.stringify(json))
    })
  }
})

describe('an invitation', { concurrency: true }, () => {
  test('makes who it is for a member, once', async () => {
    const person = await newcomer(stack)
    const { email } = person.user
    const made = is(await ask(olivia, 'POST', members, { body: { email, role: 'viewer' } }), 201)
    assert.equal(made.json.status, 'open')
    assert.deepEqual((await olivia.get(made.headers.location)).email, email)
    assert.ok(!/token/.test(made.text), 'the token is in the mail alone')

    const token = await invitationToken(stack, email)
    const accept = (api, value) =>
      ask(api, 'POST', '/api/invitations/accept', { body: { token: value } })
    is(await accept(marco, token), 403)
    is(await accept(person, token.replace(/.$/, (last) => last === '0' ? '1' : '0')), 404)
    const { json } = is(await accept(person, token), 200)
    assert.deepEqual(json, { client_id: client.id, client_name: client.name, role: 'viewer' })
    is(await accept(person, token), 404)
    assert.equal((await olivia.get(made.headers.location)).status, 'accepted')
    is(await ask(olivia, 'POST', members, { body: { email, role: 'manager' } }), 409)
    is(await ask(olivia, 'DELETE', `${members}/${person.user.id}`), 200)
  })

  test('that is taken back is worth nothing', async () => {
    const person = await newcomer(stack)
    const { email } = person.user
    const { json: { id } } = is(
      await ask(olivia, 'POST', members, { body: { email, role: 'viewer' } }), 201)
    const token = await invitationToken(stack, email)
    assert.ok((await olivia.get(`${invitations}?status=open`)).some((row) => row.id === id))
    is(await ask(olivia, 'DELETE', `${invitations}/${id}`), 200)
    is(await ask(person, 'POST', '/api/invitations/accept', { body: { token } }), 404)
  })

  test('that is sent twice with one key is one', async () => {
    const email = `e2e-${randomUUID()}@example.com`
    const send = () => ask(olivia, 'POST', members, {
      body: { email, role: 'viewer' }, headers: { 'idempotency-key': email }
    })
    const first = is(await send(), 201)
    const again = is(await send(), 201)
    assert.equal(again.headers['idempotency-replayed'], 'true')
    assert.equal(again.text, first.text)
    is(await ask(olivia, 'POST', members, { body: { email, role: 'viewer' } }), 429)
    is(await ask(olivia, 'DELETE', first.headers.location), 200)
  })
})
