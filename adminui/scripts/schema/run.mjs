// Writes src/api/schema.ts from the OpenAPI document that is named.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const ran = spawnSync(here('node_modules/.bin/openapi-typescript'), [process.argv[2], '--alphabetize', '-o', here('../../src/api/schema.ts')], { stdio: 'inherit' });
process.exit(ran.status ?? 1);
