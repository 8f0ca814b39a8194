-- SPDX-License-Identifier: BSD-2-Clause
-- A call's row is made with the nonce of its first stream, and given to who made it.

drop function if exists private.call_start(uuid, uuid, uuid, text, text, text, text, text, text,
                                           text);
