import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('..', import.meta.url));
const dist = join(folder, 'dist');
const bundle = join(dist, 'heliograph.js');

/** @param {string} root */
function readAll(root) {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name))
    .map((file) => [file.slice(root.length + 1), readFileSync(file, 'utf8')]));
}

test('bundle_gzipped_isUnderTenKilobytes', () => {
  const size = gzipSync(readFileSync(bundle), { level: 9 }).length;
  assert.ok(size < 10 * 1024, `${size} bytes`);
});

test('dist_isWhatTheSourcesMake', (context) => {
  const out = mkdtempSync(join(tmpdir(), 'heliograph-js-'));
  context.after(() => rmSync(out, { recursive: true }));
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(folder, 'build.js'), out], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  const [made, kept] = [readAll(out), readAll(dist)];
  assert.deepEqual(Object.keys(kept).sort(), Object.keys(made).sort(), 'dist/ is stale: npm run build');
  for (const [name, text] of Object.entries(made)) {
    assert.ok(kept[name] === text, `dist/${name} is stale: npm run build`);
  }
});

test('bundle_exportsWhatTheModulesDo', async () => {
  const [one, many] = [await import('../dist/heliograph.js'), await import('../src/bundle.js')];
  assert.deepEqual(Object.keys(one), Object.keys(many));
});
