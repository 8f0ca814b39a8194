# SPDX-License-Identifier: BSD-2-Clause
"""
A yardstick: the list of calls on FastAPI and asyncpg, served by uvicorn with uvloop and httptools:
the same token is checked, the same user acted as, the same function asked in a transaction, and
the same fields answered.

    JWT_SECRET=... POOL=4 PGHOST=... /usr/bin/python3 api_fastapi.py PORT
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import sys
import time
import uuid
from typing import Optional

try:
    import asyncpg
    import uvicorn
    from fastapi import FastAPI, Header, HTTPException, Query
except ImportError as error:
    sys.exit(f"api_fastapi: {error}: install what conf/bin/deps.sh names for benchmarks")

ACT = "select api.act_in_session($1, $2)"
# As FrontDesk asks: what is absent is a parameter too.
LIST = """select * from api.call_log_list($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
    $14, $15, $16)"""

app = FastAPI()
secret = os.environ["JWT_SECRET"].encode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims_of(authorization: str) -> dict:
    """The claims of a token that is ours and has not expired."""
    try:
        kind, token = authorization.split(" ")
        header, payload, mac = token.split(".")
        right = hmac.digest(secret, f"{header}.{payload}".encode(), hashlib.sha256)
        if (
            kind == "Bearer"
            and hmac.compare_digest(right, decoded(mac))
            and json.loads(decoded(header))["alg"] == "HS256"
        ):
            claims = json.loads(decoded(payload))
            if claims["exp"] > time.time():
                return claims
    except (KeyError, ValueError):
        pass
    raise HTTPException(401)


@app.on_event("startup")
async def open_pool() -> None:
    size = int(os.environ["POOL"])
    app.state.pool = await asyncpg.create_pool(
        min_size=size, max_size=size, server_settings={"plan_cache_mode": "force_generic_plan"}
    )


@app.get("/api/call-logs")
async def call_logs(
    client_id: uuid.UUID,
    status: Optional[str] = None,
    since: Optional[datetime.datetime] = Query(None, alias="from"),
    limit: int = Query(50, ge=1, le=10000),
    authorization: str = Header(""),
) -> list:
    claims = claims_of(authorization)
    async with app.state.pool.acquire() as connection:
        async with connection.transaction():
            await connection.execute(ACT, claims["sub"], claims["sid"])
            rows = await connection.fetch(
                LIST,
                *(client_id, None, None, status, None, None, since, None),
                *(None, None, None, None, limit, None, None, None),
            )
    return [dict(row) for row in rows]


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        backlog=4096,
        loop="uvloop",
        http="httptools",
        log_level="critical",
        access_log=False,
    )
