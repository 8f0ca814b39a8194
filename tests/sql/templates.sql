-- SPDX-License-Identifier: BSD-2-Clause
-- Each template is whole: a client can be made of it as it is.

begin;
\ir lib/fixture.sql
select plan(33);

create function test.template(p_key text) returns setof text language plpgsql as $$
declare
    v_template record;
    v_client   frontdesk.client_objects;
begin
    select * into v_template from api.template_get(p_key);
    return next cmp_ok(jsonb_array_length(v_template.knowledge), '>=', 10, p_key || ': knowledge');
    return next is((select count(*)::int from jsonb_array_elements(v_template.knowledge) k
                     where jsonb_array_length(k -> 'keywords') = 0), 0, p_key || ': keywords');
    return next cmp_ok((select count(*)::int from regexp_matches(
                            v_template.agent ->> 'system_prompt', '^# ', 'gn')), '>=', 6,
                       p_key || ': a prompt in parts');
    return next matches(v_template.agent ->> 'system_prompt', 'nine one one',
                        p_key || ': emergencies');

    v_client := api.client_create(json_build_object('name', 'Made of ' || p_key,
                                                    'template', p_key));
    return next is(v_client.system_prompt || v_client.initial_greeting ~ '\[', false,
                   p_key || ': nothing to fill in where it is spoken');
end
$$;

select test.as_user(:owner_a) \g /dev/null
select results_eq('select key from api.template_list()',
    $$ values ('general'), ('medical'), ('restaurant'), ('legal'), ('home_services'), ('salon') $$,
    'there are six');
select is((select count(*)::int from api.template_get('zoo')), 0, 'and no others');
select is((select agent ->> 'initial_greeting' from api.template_get('medical')),
          (select initial_greeting from api.template_list() where key = 'medical'),
          'one of them by its key');

select test.template(key) from api.template_list();

select * from finish();
rollback;
