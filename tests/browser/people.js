// SPDX-License-Identifier: BSD-2-Clause
/** People who come to the dashboard for the first time, and the mail they get. */
import { mailTo, mailedToken } from '../e2e/mail.js'
import { invitationToken } from '../e2e/people.js'
import { newEmail, newPassword, registerVerified } from '../e2e/person.js'

const home = process.env.FRONTDESK_HOME ?? 'var'

/** As the helpers of the API's stories know a stack. */
export const stackOf = (desk) => ({ home, demo: desk.demo })

/** Somebody with an account, an address that is verified, and no business. */
export async function newcomer(desk, name) {
  return registerVerified(stackOf(desk), { name })
}

/** Such a person at a browser, logged in. */
export async function newcomerAt(desk, person, options) {
  const visitor = await desk.visitor(options)
  await visitor.page.goto('/login')
  await visitor.submit(person.email, person.password)
  await visitor.page.locator('main h1').waitFor()
  return visitor
}

export const tokenOf = (desk, email, page, known) => mailedToken(stackOf(desk), email, page, known)
export const invitationOf = (desk, email) => invitationToken(stackOf(desk), email)
export const mailOf = (desk, email, pattern) => mailTo(stackOf(desk), email, pattern)
export { home, newEmail, newPassword }
