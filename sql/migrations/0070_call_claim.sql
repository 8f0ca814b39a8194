-- SPDX-License-Identifier: BSD-2-Clause
-- A claim now names what its worker knows.

drop function if exists worker.call_claim(uuid, text, text);
