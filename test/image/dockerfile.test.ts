// The Dockerfile, without a builder: what a linter says, that it names what exists, and that the closed context is enough to
// make the very bytes of the image's file.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { type Stage, stagesOf } from './dockerfile.ts';
import { hadolint } from './hadolint.ts';

const run = promisify(execFile);
const project = join(import.meta.dirname, '..', '..');
const text = await readFile(join(project, 'Dockerfile'), 'utf8');
const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly engines: { readonly node: string };
  readonly devDependencies: { readonly node: string };
};
const [build, final] = stagesOf(text) as [Stage, Stage];
const scratch = await mkdtemp(join(tmpdir(), 'fairlead-context-'));
afterAll(() => rm(scratch, { recursive: true, force: true }));

it('has nothing that a linter complains of', async () => {
  expect(await hadolint(join(project, 'Dockerfile'))).toEqual([]);
});

it('builds with the Node of the tests and runs on the same major version, which the project supports', () => {
  const built = /^node:([\d.]+)-/.exec(build.base)?.[1];
  expect(built).toBe(manifest.devDependencies.node);
  const major = Number(built?.split('.')[0]);
  expect(final.base).toMatch(new RegExp(`/nodejs${major}-debian\\d+:nonroot$`));
  expect(manifest.engines.node).toMatch(new RegExp(`^>=${major}\\.`));
  expect(Number(process.versions.node.split('.')[0])).toBe(major);
});

it('takes other bases from outside, and names none of them "latest"', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const pinned = stagesOf(text, { BUILD_IMAGE: `node@${digest}`, BASE_IMAGE: `base@${digest}` });
  expect(pinned.map(({ base }) => base)).toEqual([`node@${digest}`, `base@${digest}`]);
  expect(pinned[1]?.labels['org.opencontainers.image.base.name']).toBe(`base@${digest}`);
  expect([build.base, final.base].filter((base) => !/:[^:]+$/.test(base) || base.endsWith(':latest'))).toEqual([]);
});

it('makes the bundle on the platform of the builder, and has nothing of a platform after that', () => {
  expect(build.platform).toBe('$BUILDPLATFORM');
  expect(final.platform).toBeUndefined();
  expect(final.runs).toEqual([]);
});

it('runs no script of a dependency while it builds', () => {
  const installs = build.runs.filter((line) => line.includes('npm '));
  expect(installs).toEqual(['npm ci --ignore-scripts --no-audit --no-fund']);
});

it("copies one file, which is root's and which nobody may write", () => {
  expect(final.copies).toEqual([
    {
      ...{ from: 'build', chown: '0:0', chmod: '0444' },
      ...{ sources: ['/src/dist/image/fairlead.mjs'], target: '/app/fairlead.mjs' },
    },
  ]);
  expect(final.entrypoint?.at(-1)).toBe('/app/fairlead.mjs');
  expect(final.user).toBe('65532:65532');
});

it('labels the image with what the package says', () => {
  expect(final.labels).toEqual({
    'org.opencontainers.image.title': 'Fairlead',
    'org.opencontainers.image.description': manifest.description,
    'org.opencontainers.image.version': manifest.version,
    'org.opencontainers.image.revision': 'unknown',
    'org.opencontainers.image.licenses': manifest.license,
    'org.opencontainers.image.base.name': final.base,
  });
});

it('is what docs/image.md says of it: every flag, every build argument with its default', async () => {
  const page = await readFile(join(project, 'docs/image.md'), 'utf8');
  const table = page.split('\n').filter((line) => line.startsWith('| `'));
  const flags = final.entrypoint?.filter((word) => word.startsWith('--')) ?? [];
  const folders = flags.flatMap((flag) => /^--allow-fs-read=(.*)/.exec(flag)?.[1] ?? []);
  const said = table.find((line) => line.startsWith('| `--allow-fs-read=')) ?? '';
  expect([...said.matchAll(/(\/[^`]*\/)`/g)].map(([, folder]) => folder)).toEqual(folders);
  for (const flag of flags) expect(table.join('\n')).toContain(`\`${flag.split('=')[0]}`);
  const args = [...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name!, value!] as const);
  for (const [name, value] of new Map(args)) {
    expect(table).toContain(`| \`${name}\` | ${name === 'VERSION' ? "the package's" : `\`${value}\``} |`);
  }
});

it('needs no more than the closed context, and makes the same bytes wherever it is built', {
  timeout: 60_000,
}, async () => {
  const lines = (await readFile(join(project, '.dockerignore'), 'utf8')).split('\n');
  const [first, ...rules] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  const allowed = rules.map((rule) => rule.replace(/^!/, ''));
  expect(allowed.filter((rule) => /[*?!]|node_modules|dist|\.git/.test(rule))).toEqual([]);
  const there = join(scratch, 'first');
  for (const rule of allowed) await cp(join(project, rule), join(there, rule), { recursive: true });
  await run('cp', ['-al', join(project, 'node_modules'), there]);

  const [command, check, ...more] = build.runs.at(-1)!.split(' && ');
  expect([command, more]).toEqual(['node build.ts', []]);
  expect(check).toMatch(/^test "\$\(node dist\/image\/fairlead\.mjs --version\)" = "\$\{VERSION\}"$/);
  const made = async (folder: string) => {
    await run(process.execPath, ['build.ts'], { cwd: folder });
    const files = ['dist/image/fairlead.mjs', 'dist/fairlead.js', 'dist/third-party-licences.txt'];
    return Promise.all(files.map((file) => readFile(join(folder, file))));
  };
  const before = await made(there);
  await rename(there, join(scratch, 'second'));
  const after = await made(join(scratch, 'second'));
  expect(after.map((bytes, index) => bytes.equals(before[index]!))).toEqual([true, true, true]);
});
