// SPDX-License-Identifier: BSD-2-Clause
/** Paths to pages, and who may open them. */
import { createRouter, createWebHistory } from 'vue-router'
import { keepToken } from './lib/fragment.js'
import { useSession } from './stores/session.js'

const files = import.meta.glob('./pages/*.vue')

/** A page whose file has its name. */
const page = (path, name, meta = {}) =>
  ({ path, name, component: files[`./pages/${name}.vue`], meta })

/* Open to everybody; those for guests have nothing to say to who is logged in. */
const open = { open: true }
const guest = { open: true, guest: true }
/* Of use without a business too. */
const free = { free: true }

const routes = [
  { path: '/', redirect: '/calls' },
  page('/login', 'login', guest),
  page('/register', 'register', guest),
  page('/signed-in', 'signed-in', open),
  page('/verify-email', 'verify-email', open),
  page('/forgot-password', 'forgot-password', guest),
  page('/reset-password', 'reset-password', open),
  {
    ...page('/calls', 'calls'),
    children: [{ ...page(':id', 'call'), props: true }]
  },
  page('/appointments', 'appointments'),
  page('/contacts', 'contacts'),
  page('/leads', 'leads'),
  page('/agents', 'agents'),
  { ...page('/agents/:id', 'agent'), props: true },
  page('/knowledge', 'knowledge'),
  page('/hours', 'hours'),
  page('/departments', 'departments'),
  page('/client', 'client'),
  page('/clients/new', 'new-client', free),
  page('/team', 'team'),
  page('/invitation', 'invitation', open),
  page('/api-keys', 'api-keys', free),
  page('/audit', 'audit'),
  page('/profile', 'profile', free),
  page('/admin/users', 'admin-users', free),
  page('/admin/jobs', 'admin-jobs', free),
  page('/more', 'more', free),
  { ...page('/:rest(.*)*', 'missing'), component: files['./pages/not-found.vue'] }
].map((row) => ({ component: files['./pages/not-found.vue'], ...row }))

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.name === from.name ? undefined : { top: 0 })
})

/** Only a path of our own is gone back to: `next` comes from the address bar. */
export function ownPath(next) {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/calls'
}

router.beforeEach(async (to) => {
  if (keepToken(to.hash)) {
    return { path: to.path, query: to.query, replace: true }
  }
  const session = useSession()
  const known = await session.restore()
  if (to.meta.open) {
    return known && to.meta.guest ? ownPath(to.query.next) : true
  }
  if (known) {
    return true
  }
  return { name: 'login', query: to.fullPath === '/calls' ? {} : { next: to.fullPath } }
})
