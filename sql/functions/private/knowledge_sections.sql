-- SPDX-License-Identifier: BSD-2-Clause
-- The sections of a document: a heading, how deep it is (1 to 6, 0 for what comes before any), and
-- the lines below it.  In plain text, a question or a short line by itself is a heading.

create or replace function private.knowledge_sections(p_content text, p_is_markdown boolean)
returns table (depth int, heading text, body text)
language sql immutable parallel safe
begin atomic
    with lines as (
        select l.n, l.line, btrim(l.line, E' \t') as t,
               coalesce(lag(btrim(l.line, E' \t')) over (order by l.n), '') as before,
               coalesce(lead(btrim(l.line, E' \t')) over (order by l.n), '.') as after
          from string_to_table(replace(p_content, E'\r', ''), E'\n') with ordinality l (line, n)),
    marked as (
        -- What most lines are comes first: there may be many.
        select m.n, m.line, m.t,
               case when m.t = '' or length(m.t) > 300 then 0
                    when m.t ilike 'q%:%' and m.t ~* '^(q|question)\s*:\s*\S' then 6
                    when p_is_markdown then
                        case when m.t like '#%' and m.t ~ '^#{1,6}\s+\S'
                                 then length(substring(m.t from '^#+'))
                             when m.after like '===%' and m.after ~ '^=+$' then 1
                             when m.after like '---%' and m.after ~ '^-+$' and m.before = ''
                                  and m.t !~ '^[-|>*#]' then 2
                             when m.t ~ '^(\*\*|__)[^*_]+(\*\*|__):?$' then 6
                             else 0 end
                    when m.before <> '' then 0
                    when m.t like '%?' then 6
                    when m.after = '' and length(m.t) <= 80 and m.t !~ '[.!,;]$'
                         and m.t !~ '^([-*+•]|[0-9]+[.)])\s' then 6
                    else 0 end as depth
          from lines m)
    select max(s.depth),
           max(s.t) filter (where s.depth > 0),
           string_agg(s.line, E'\n' order by s.n) filter (where s.depth = 0)
      from (select m.*, count(*) filter (where m.depth > 0) over (order by m.n) as section
              from marked m) s
     group by s.section
     order by s.section;
end;

grant execute on function private.knowledge_sections(text, boolean) to frontdesk_api;
