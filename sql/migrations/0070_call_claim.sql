-- SPDX-License-Identifier: BSD-2-Clause
-- A claim now names what its worker knows; what makes a call answers for it.

drop function if exists worker.call_claim(uuid, text, text);
drop function if exists private.call_start(uuid, uuid, uuid, text, text, text, text, text, text,
                                           text, int);
