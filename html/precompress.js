// SPDX-License-Identifier: BSD-2-Clause
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

const compress = promisify(gzip)
const TEXT = /\.(css|html|js|json|svg|txt|webmanifest)$/
const WORTH_BYTES = 512

/**
 * Writes `file.gz` beside every text file of the bundle, for nginx's gzip_static: compressed once,
 * here, at the best level, instead of for every visitor.
 */
export function precompress() {
  let folder
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      for (const entry of entries) {
        if (!entry.isFile() || !TEXT.test(entry.name)) {
          continue
        }
        const path = join(entry.parentPath, entry.name)
        const text = await readFile(path)
        if (text.length >= WORTH_BYTES) {
          const small = await compress(text, { level: constants.Z_BEST_COMPRESSION })
          await writeFile(`${path}.gz`, small)
        }
      }
    }
  }
}
