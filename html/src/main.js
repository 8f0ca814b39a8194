// SPDX-License-Identifier: BSD-2-Clause
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'bootstrap/dist/css/bootstrap.min.css'
import './styles/main.css'
import App from './app.vue'
import { i18n, setLocale } from './i18n.js'
import { whenExpired } from './lib/api.js'
import { router } from './router.js'
import { useCalls } from './stores/calls.js'
import { useClients } from './stores/clients.js'
import { usePreferences } from './stores/preferences.js'
import { useSession } from './stores/session.js'

const app = createApp(App)
app.use(createPinia())
app.use(i18n)

whenExpired(() => {
  const here = router.currentRoute.value
  useSession().expire()
  useCalls().closeLive()
  useClients().clear()
  if (!here.meta.open) {
    router.replace({ name: 'login', query: { next: here.fullPath } })
  }
})

setLocale(usePreferences().locale)
  .catch(() => {
    /* Its file did not come: English is there. */
  })
  .then(() => {
    app.use(router)
    app.mount('#app')
  })
