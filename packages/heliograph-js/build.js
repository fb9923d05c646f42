// Makes what is in dist/: the module in one file, and the declarations. `npm run build`, or with another folder to compare with.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';

const folder = fileURLToPath(new URL('.', import.meta.url));
const out = process.argv[2];
const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

const bundle = await build({
  absWorkingDir: folder,
  entryPoints: ['src/bundle.js'],
  write: false,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
// esbuild joins the modules; the names that terser chooses compress better.
const { code } = await minify(bundle.outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 2 } });
mkdirSync(out, { recursive: true });
writeFileSync(`${out}/heliograph.js`, `/*! ${name} ${version} | ${license} */\n${code}\n`);
const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
const types = spawnSync(process.execPath, [tsc, '--project', folder, '--outDir', `${out}/types`], { stdio: 'inherit' });
process.exit(types.status ?? 1);
