// SPDX-License-Identifier: BSD-2-Clause
/** What services outside may be at their worst: sockets that do as a test says, certificates. */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A server of bytes: `talk(socket, head)` is called with each request's head. */
export async function rawServer(talk, options = {}, create = createPlain) {
  const sockets = new Set()
  const heads = []
  const server = create(options, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let head = ''
    const read = (bytes) => {
      head += bytes.toString('latin1')
      if (head.includes('\r\n\r\n')) {
        const whole = head
        head = ''
        heads.push(whole)
        talk(socket, whole)
      }
    }
    socket.on('data', read)
    if (options.pauseOnConnect) {
      socket.pause()
    }
    socket.silence = () => socket.off('data', read)
  })
  server.on('tlsClientError', () => {})
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    heads, sockets, port: server.address().port,
    url: (scheme, path = '/') => `${scheme}://localhost:${server.address().port}${path}`,
    close: () => {
      sockets.forEach((socket) => socket.destroy())
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Writes `piece` until the other side has had enough, or `bytes` are written. */
export function pour(socket, piece, bytes) {
  let left = bytes
  let written = 0
  const next = () => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length
      written += piece.length
      if (!socket.write(piece)) {
        socket.once('drain', next)
        return
      }
    }
  }
  next()
  return () => written
}

export const accept = (head) => createHash('sha1')
  .update(`${/sec-websocket-key: (\S+)/i.exec(head)[1]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  .digest('base64')

export const hello = (head, more = '') =>
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n'
  + `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept(head)}\r\n${more}\r\n`

/** One frame of a server; `mask` as no server may. */
export function frame(opcode, payload, { fin = true, mask = false, length } = {}) {
  const bytes = Buffer.from(payload)
  const n = length ?? bytes.length
  const first = Buffer.from([(fin ? 0x80 : 0) | opcode])
  let size
  if (n < 126) {
    size = Buffer.from([n | (mask ? 0x80 : 0)])
  } else if (n < 65536) {
    size = Buffer.from([126 | (mask ? 0x80 : 0), n >> 8, n & 255])
  } else {
    size = Buffer.alloc(9)
    size[0] = 127 | (mask ? 0x80 : 0)
    size.writeBigUInt64BE(BigInt(n), 1)
  }
  return Buffer.concat([first, size, mask ? Buffer.alloc(4) : Buffer.alloc(0), bytes])
}

/**
 * A certificate authority of this test's own, and what it signed: `ca` is its file, `make(name,
 * names,
 * from, to)` gives { key, cert } good between the two dates (YYYYMMDDHHMMSSZ).
 */
export class Authority {
  static async create() {
    const authority = new Authority()
    authority.folder = await mkdtemp(join(tmpdir(), 'frontdesk-ca-'))
    authority.ca = join(authority.folder, 'ca.pem')
    const key = join(authority.folder, 'ca.key')
    await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout', key, '-out', authority.ca, '-days', '2', '-subj', '/CN=Test authority'])
    await writeFile(join(authority.folder, 'index.txt'), '')
    await writeFile(join(authority.folder, 'serial'), '1000\n')
    return authority
  }

  async make(name, names, from, to) {
    const at = (file) => join(this.folder, file)
    await writeFile(at('ca.cnf'),
      `[ca]\ndefault_ca=a\n[a]\ndir=${this.folder}\ndatabase=$dir/index.txt\n`
      + 'new_certs_dir=$dir\nserial=$dir/serial\ncertificate=$dir/ca.pem\nprivate_key=$dir/ca.key\n'
      + 'default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n[e]\n'
      + `subjectAltName=${names}\n`)
    await run('openssl', ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
      '-keyout',
      at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', `/CN=${name}`])
    const dates = from ? ['-startdate', from, '-enddate', to] : ['-days', '2']
    await run('openssl', ['ca', '-batch', '-notext', '-config', at('ca.cnf'), '-extensions', 'e',
      '-in',
      at(`${name}.csr`), '-out', at(`${name}.pem`), ...dates])
    return { key: await readFile(at(`${name}.key`)), cert: await readFile(at(`${name}.pem`)) }
  }

  close() {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/**
 * A port that swallows whoever comes: it listens, accepts nobody, and its queue is full, so that
 * the
 * kernel drops the SYNs of all others.
 */
export async function blackHole() {
  const script = 'import socket,sys\ns=socket.socket()\ns.bind(("127.0.0.1",0))\ns.listen(0)\n'
    + 'p=s.getsockname()[1]\nl=[]\n'
    + 'for i in range(8):\n c=socket.socket()\n c.setblocking(False)\n'
    + ' c.connect_ex(("127.0.0.1",p))\n l.append(c)\n'
    + 'print(p,flush=True)\nsys.stdin.read()\n'
  const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const port = await new Promise((resolve) => child.stdout.once('data',
    (line) => resolve(Number(line))))
  return { port, close: () => child.stdin.end() }
}

export const rss = async (pid) => Number(/VmRSS:\s+(\d+)/.exec(
  await readFile(`/proc/${pid}/status`, 'utf8'))[1])
