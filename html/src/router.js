// SPDX-License-Identifier: BSD-2-Clause
/** Paths to pages, and who may open them. */
import { createRouter, createWebHistory } from 'vue-router'
import { useSession } from './stores/session.js'

const routes = [
  { path: '/', redirect: '/calls' },
  {
    path: '/login',
    name: 'login',
    component: () => import('./pages/login.vue'),
    meta: { open: true }
  },
  {
    path: '/calls',
    name: 'calls',
    component: () => import('./pages/calls.vue'),
    children: [
      { path: ':id', name: 'call', component: () => import('./pages/call.vue'), props: true }
    ]
  },
  {
    path: '/appointments',
    name: 'appointments',
    component: () => import('./pages/appointments.vue')
  },
  { path: '/:rest(.*)*', name: 'missing', component: () => import('./pages/not-found.vue') }
]

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
  const session = useSession()
  const known = await session.restore()
  if (to.meta.open) {
    return known ? ownPath(to.query.next) : true
  }
  if (known) {
    return true
  }
  return { name: 'login', query: to.fullPath === '/calls' ? {} : { next: to.fullPath } }
})
