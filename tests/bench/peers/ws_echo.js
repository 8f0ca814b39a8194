// SPDX-License-Identifier: BSD-2-Clause
/**
 * A yardstick: the same echo of media streams on Node and its most used WebSocket package.
 *
 *   node ws_echo.js PORT
 */
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({
  port: Number(process.argv[2]), host: '127.0.0.1', perMessageDeflate: false, backlog: 4096
})

server.on('connection', (socket) => {
  socket.on('error', () => socket.terminate())
  socket.on('message', (data) => {
    const message = JSON.parse(data)
    if (message.event !== 'media') {
      return
    }
    const audio = Buffer.from(message.media.payload, 'base64')
    socket.send(JSON.stringify({
      event: 'media',
      streamSid: message.streamSid,
      media: { payload: audio.toString('base64') }
    }))
  })
})
