// SPDX-License-Identifier: BSD-2-Clause
/** The API's description, to be read and tried. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import 'swagger-ui-dist/swagger-ui.css'
import './styles/docs.css'

/*
 * The viewer writes HTML, which it cleans before (DOMPurify); our policy asks that somebody says
 * so. All it shows is our own description: no user's words come here.
 */
globalThis.trustedTypes?.createPolicy('default', { createHTML: (html) => html })

SwaggerUI({
  url: '/openapi.json',
  domNode: document.getElementById('docs'),
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
  withCredentials: false
})
