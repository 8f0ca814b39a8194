# SPDX-License-Identifier: BSD-2-Clause
"""
A yardstick: the same echo of media streams on FastAPI, served by uvicorn with what makes it
fastest where that is installed: uvloop, httptools, and no compression.

    /usr/bin/python3 uvicorn_echo.py PORT
"""

import base64
import json
import sys

try:
    import uvicorn
    from fastapi import FastAPI, WebSocket, WebSocketDisconnect
    from websockets.exceptions import ConnectionClosed
except ImportError as error:
    sys.exit(f"uvicorn_echo: {error}: install what conf/bin/deps.sh names for benchmarks")

app = FastAPI()


@app.websocket("/")
async def stream(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            message = json.loads(await socket.receive_text())
            if message["event"] != "media":
                continue
            audio = base64.b64decode(message["media"]["payload"])
            await socket.send_text(
                json.dumps(
                    {
                        "event": "media",
                        "streamSid": message["streamSid"],
                        "media": {"payload": base64.b64encode(audio).decode("ascii")},
                    }
                )
            )
    except (WebSocketDisconnect, ConnectionClosed):
        pass


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        backlog=4096,
        ws="websockets",
        ws_per_message_deflate=False,
        log_level="critical",
        access_log=False,
    )
