// SPDX-License-Identifier: BSD-2-Clause
/** The pages that the navigation leads to, in groups. */

/** How many of the first group a phone's bar has room for. */
export const TABS = 4

const GROUPS = [
  {
    label: '',
    pages: [
      { path: '/calls', icon: 'phone', label: 'page.calls' },
      { path: '/appointments', icon: 'calendar', label: 'page.appointments' },
      { path: '/contacts', icon: 'people', label: 'page.contacts' },
      { path: '/leads', icon: 'star', label: 'page.leads' }
    ]
  },
  {
    label: 'group.receptionist',
    pages: [
      { path: '/agents', icon: 'bell', label: 'page.agents' },
      { path: '/knowledge', icon: 'book', label: 'page.knowledge' },
      { path: '/hours', icon: 'clock', label: 'page.hours' },
      { path: '/departments', icon: 'right', label: 'page.departments' }
    ]
  },
  {
    label: 'group.business',
    pages: [
      { path: '/client', icon: 'building', label: 'page.client' },
      { path: '/team', icon: 'user', label: 'page.team' },
      { path: '/api-keys', icon: 'key', label: 'page.api-keys' },
      { path: '/audit', icon: 'note', label: 'page.audit' }
    ]
  },
  {
    label: 'group.admin',
    admin: true,
    pages: [
      { path: '/admin/users', icon: 'people', label: 'page.admin-users' },
      { path: '/admin/jobs', icon: 'bolt', label: 'page.admin-jobs' }
    ]
  }
]

/** What a user may open; SQL says what they may do there. */
export function groupsFor(user) {
  return GROUPS.filter(({ admin }) => !admin || user?.role === 'admin')
}
