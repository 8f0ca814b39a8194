// SPDX-License-Identifier: BSD-2-Clause
/** A mail server that keeps what it gets, and the means to read it. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SMTPServer } from 'smtp-server'

const run = promisify(execFile)

/** An error that the server answers with its code. */
export function refusal(code) {
  return Object.assign(new Error('not this one'), { responseCode: code })
}

/** A key and a certificate of its own for 127.0.0.1: `name`.pem vouches for it. */
export async function certificate(folder, name) {
  const key = join(folder, `${name}.key`)
  const cert = join(folder, `${name}.pem`)
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', key, '-out', cert])
  return { key: await readFile(key), cert: await readFile(cert), file: cert }
}

/** Bytes of quoted-printable text. */
function unquote(text) {
  const bytes = text.replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** Headers by their names in lower case, unfolded, and the two parts of a mail of ours. */
export function parse(raw) {
  const end = raw.indexOf('\r\n\r\n')
  const headers = Object.fromEntries(raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim()]))
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'])[1]
  const [text, html] = raw.slice(end).split(`--${boundary}`).slice(1, 3)
    .map((part) => unquote(part.slice(part.indexOf('\r\n\r\n') + 4)))
  return { headers, text, html, raw }
}

export class Mailbox {
  /** Mails taken or not, oldest first: { from, to, secure, user, raw, headers, text, html }. */
  mails = []
  /** Decide about a recipient, or a whole mail: what they throw is the answer. */
  onRecipient = () => {}
  onMail = () => {}

  #server
  #options

  constructor(options = {}) {
    this.#options = options
  }

  async open(port = 0) {
    this.#server = new SMTPServer({
      authOptional: !this.#options.user,
      hideSTARTTLS: !this.#options.cert,
      disableReverseLookup: true,
      logger: false,
      ...this.#options,
      onAuth: ({ username, password }, session, done) => {
        const { user, password: secret } = this.#options
        done(username === user && password === secret ? null : refusal(535), { user: username })
      },
      onRcptTo: ({ address }, session, done) => {
        Promise.resolve(address).then(this.onRecipient).then(() => done(), done)
      },
      onData: (stream, session, done) => this.#take(stream, session).then(() => done(), done)
    })
    this.#server.on('error', () => {})
    await new Promise((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.port = this.#server.server.address().port
    return this
  }

  async #take(stream, session) {
    const chunks = []
    for await (const chunk of stream) {
      chunks.push(chunk)
    }
    const { mailFrom, rcptTo } = session.envelope
    const mail = {
      from: mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      secure: session.secure,
      user: session.user,
      ...parse(Buffer.concat(chunks).toString('latin1'))
    }
    this.mails.push(mail)
    await this.onMail(mail)
  }

  /** The mails to an address. */
  to(address) {
    return this.mails.filter((mail) => mail.to.includes(address))
  }

  close() {
    return new Promise((resolve) => this.#server.close(resolve))
  }
}
