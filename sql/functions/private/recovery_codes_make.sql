-- SPDX-License-Identifier: BSD-2-Clause
-- Ten new recovery codes of a user in place of those before.  50 random bits each, in letters and
-- digits that are not taken for each other.  Runs as frontdesk_definer: nobody reads the hashes.

set local role frontdesk_definer;

create or replace function private.recovery_codes_make(p_user_id uuid) returns text[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_letters constant text := '23456789abcdefghjkmnpqrstuvwxyz_';
    v_codes   text[] := '{}';
    v_code    text;
    v_chance  bytea;
begin
    delete from frontdesk.recovery_codes r where r.user_id = p_user_id;
    while cardinality(v_codes) < 10 loop
        v_code := '';
        v_chance := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
        for i in 0..31 loop
            -- Of 32 letters the last is none: its byte is passed over.
            continue when get_byte(v_chance, i) % 32 = 31;
            v_code := v_code || substr(v_letters, get_byte(v_chance, i) % 32 + 1, 1);
            exit when length(v_code) = 10;
        end loop;
        continue when length(v_code) < 10 or v_code = any (v_codes);
        v_codes := v_codes || v_code;
        insert into frontdesk.recovery_codes (user_id, code_hash)
        values (p_user_id, private.secret_hash(v_code));
    end loop;
    return (select array_agg(left(c, 5) || '-' || right(c, 5)) from unnest(v_codes) c);
end
$$;
