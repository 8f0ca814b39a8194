-- SPDX-License-Identifier: BSD-2-Clause
-- Who may do what for a client: its members by role, and who was invited to become one.

create table frontdesk.client_members (
    client_id   uuid not null references frontdesk.clients on delete cascade,
    user_id     uuid not null references frontdesk.users on delete cascade,
    role        text not null check (role in ('owner', 'manager', 'viewer')),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (client_id, user_id)
);
comment on table frontdesk.client_members is
    'People of a client: an owner may do everything, a manager all but the team, keys and removing '
    'the client, a viewer sees; clients.owner_user_id is always one of the owners';

create index client_members_user on frontdesk.client_members (user_id, client_id, role);
comment on index frontdesk.client_members_user is
    'private.visible_clients, writable_clients, managed_clients, owned_clients';

create table frontdesk.client_invitations (
    id           uuid not null default gen_random_uuid() primary key,
    client_id    uuid not null references frontdesk.clients on delete cascade,
    email        text not null check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$'
                                      and length(email) <= 254),
    role         text not null check (role in ('owner', 'manager', 'viewer')),
    token_hash   text not null check (token_hash ~ '^[0-9a-f]{64}$'),
    invited_by   uuid references frontdesk.users on delete set null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null default now() + interval '7 days',
    accepted_at  timestamptz,
    unique (client_id, id),
    unique (token_hash)  -- api.invitation_accept
);
comment on table frontdesk.client_invitations is
    'Sent by mail; the token in it, once, makes the user with that address a member';
comment on column frontdesk.client_invitations.token_hash is
    'SHA-256 of the token, which is in the mail alone';

create unique index client_invitations_open on frontdesk.client_invitations (client_id, email)
    where accepted_at is null;
comment on index frontdesk.client_invitations_open is
    'one open invitation of an address; api.invitation_create replaces it';
create index client_invitations_client on frontdesk.client_invitations
    (client_id, created_at desc, id desc);
comment on index frontdesk.client_invitations_client is 'api.invitation_list, newest first';
create index client_invitations_inviter on frontdesk.client_invitations (invited_by);
comment on index frontdesk.client_invitations_inviter is 'removing a user';

reset role;
insert into frontdesk.client_members (client_id, user_id, role, created_at)
select c.id, c.owner_user_id, 'owner', c.created_at from frontdesk.clients c;
