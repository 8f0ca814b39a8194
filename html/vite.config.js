// SPDX-License-Identifier: BSD-2-Clause
import { defineConfig } from 'vite'
import vue from '@vitejs/plugin-vue'
import { precompress } from './precompress.js'

export default defineConfig({
  base: '/',
  plugins: [vue(), precompress()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false
  },
  build: {
    target: 'es2022',
    sourcemap: false,
    license: { fileName: 'licenses.md' }, // whose work the bundle contains
    assetsInlineLimit: 0, // the page's policy allows fonts from files only
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: ['index.html', 'docs.html'],
      output: {
        codeSplitting: {
          /* What every page needs and only changes with a dependency. */
          groups: [{
            name: 'vendor',
            test: /node_modules\/(@?vue|@intlify|pinia|@popperjs|bootstrap\/js)|plugin-vue/
          }]
        }
      }
    }
  },
  server: {
    // `npm run dev` beside a running stack: `FRONTDESK_URL=http://127.0.0.1:8080 npm run dev`
    proxy: { '/api': process.env.FRONTDESK_URL ?? 'http://127.0.0.1:8080' }
  }
})
