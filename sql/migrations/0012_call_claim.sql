-- SPDX-License-Identifier: BSD-2-Clause
-- A claim now names the stream it is for.

drop function if exists worker.call_claim(uuid, text);
