// The command as a whole, over real files and with the real provider.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addValidate } from '../../../src/cli/validate.ts';
import { serviceText } from '../manifest/texts.ts';

const AWS = 'service.beta.kubernetes.io/aws-load-balancer';
const BAD = serviceText('bad', { [`${AWS}-type`]: 'nbl' });
const ODD = serviceText('odd', { [`${AWS}-tipe`]: 'nlb' });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-validate-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

function write(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

async function run(...args: readonly string[]) {
  let out = '';
  let err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  const program = new Command('fairlead').exitOverride();
  const all = ['validate', ...args];
  await addValidate(program, all, {});
  await program.parseAsync(all, { from: 'user' });
  const code = process.exitCode;
  vi.restoreAllMocks();
  return { out: out.replaceAll(folder, 'DIR'), err: err.replaceAll(folder, 'DIR'), code };
}

describe('fairlead validate', () => {
  it('says nothing of good Services but how many they are', async () => {
    expect(await run('-f', write('a.yaml', `${serviceText('a')}---\n${serviceText('b')}`))).toEqual({
      out: '',
      err: '2 Services checked in 1 file: 0 errors, 0 warnings.\n',
      code: 0,
    });
  });

  it('shows the line and what is meant', async () => {
    expect(await run('-f', write('a.yaml', BAD))).toEqual({
      out: [
        `DIR/a.yaml:6:56: error: Service default/bad: Annotation ${AWS}-type is "nbl"; expected classic, nlb, nlb-ip or external (did you mean "nlb"?).`,
        `    6 |     ${AWS}-type: nbl`,
        `      | ${' '.repeat(55)}^~~`,
        '',
      ].join('\n'),
      err: '1 Service checked in 1 file: 1 error, 0 warnings.\n',
      code: 1,
    });
  });

  it('leaves out lines and summary where asked to be quiet', async () => {
    const { out, err, code } = await run('-f', write('a.yaml', BAD), '-q');
    expect(out.split('\n')).toHaveLength(2);
    expect([err, code]).toEqual(['', 1]);
  });

  it('fails on warnings only where asked to', async () => {
    const file = write('a.yaml', ODD);
    expect((await run('-f', file)).code).toBe(0);
    expect((await run('-f', file, '--fail-on', 'error')).code).toBe(0);
    expect((await run('-f', file, '--fail-on', 'warning')).code).toBe(1);
  });

  it('tells what could not be read, and the rest all the same', async () => {
    const broken = write('broken.yaml', `${BAD}---\nkind: Service\n  x: y: z\n`);
    const { out, err, code } = await run(
      '-f',
      broken,
      '-f',
      join(folder, 'none.yaml'),
      '-f',
      write('b.yaml', ODD),
      '-q',
    );
    const heads = out
      .trim()
      .split('\n')
      .map((line) => line.split(': ').slice(0, 2).join(': '));
    expect(heads).toEqual([
      'DIR/broken.yaml:6:56: error',
      'DIR/broken.yaml:12:7: error',
      'DIR/none.yaml: error',
      'DIR/b.yaml:6:5: warning',
    ]);
    expect([err, code]).toEqual(['', 3]);
  });

  it('reads no text that is no UTF-8, and no more than is allowed', async () => {
    const binary = await run('-f', write('a.yaml', new Uint8Array([0xff, 0x00])));
    expect([binary.out, binary.code]).toEqual(['DIR/a.yaml: error: is no UTF-8 text\n', 3]);
    const odd = await run('-f', write('c.yaml', new Uint8Array([0xff, 0xfe, 0x00])));
    expect([odd.out, odd.code]).toEqual(['DIR/c.yaml: error: is no UTF-16LE text\n', 3]);
    const large = await run('-f', write('b.yaml', '#'.repeat(32 * 1024 * 1024 + 1)));
    expect([large.out, large.code]).toEqual(['DIR/b.yaml: error: is larger than 32 MiB\n', 3]);
  });

  it('reads UTF-16 with its mark, as kubectl does', async () => {
    const little = Buffer.from(`\uFEFF${BAD}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big]) {
      const { out, code } = await run('-f', write('a.yaml', bytes), '-q');
      expect([out, code]).toEqual([expect.stringMatching(/^DIR\/a\.yaml:6:56: error: Service default\/bad: /), 1]);
    }
  });

  it('says how files are named', async () => {
    const { out, err, code } = await run('web.yaml');
    expect([out, code]).toEqual(['', 2]);
    expect(err).toBe(
      '"web.yaml" belongs to no option; a file is named with -f web.yaml\n(see fairlead validate --help)\n',
    );
  });

  it('shows lines on a terminal that says nothing of its size', async () => {
    const columns = Object.getOwnPropertyDescriptor(process.stdout, 'columns');
    Object.defineProperty(process.stdout, 'columns', { value: 0, configurable: true });
    const { out } = await run('-f', write('a.yaml', BAD));
    if (columns) Object.defineProperty(process.stdout, 'columns', columns);
    else Reflect.deleteProperty(process.stdout, 'columns');
    expect(out).toContain(`\n    6 |     ${AWS}-type: nbl\n`);
  });

  it('counts what it leaves to others', async () => {
    const external = serviceText('c', { [`${AWS}-type`]: 'external', [`${AWS}-tipe`]: 'x' });
    const file = write(
      'a.yaml',
      [serviceText('a'), serviceText('b').replace('LoadBalancer', 'ClusterIP'), external].join('---\n'),
    );
    expect(await run('-f', file)).toMatchObject({
      out: '',
      err: '1 Service checked in 1 file: 0 errors, 0 warnings. 1 Service of other controllers left to them. 1 Service without a load balancer not checked.\n',
    });
    const none = await run('-f', file, '--claim-classless=false');
    expect(none.err).toContain('0 Services checked in 1 file: 0 errors, 0 warnings. 2 Services of other controllers');
  });

  it('says where there is no Service at all', async () => {
    expect(await run('-f', write('a.yaml', '# nothing\n'))).toEqual({
      out: '',
      err: 'No Service found in 1 file.\n',
      code: 0,
    });
  });

  it('takes the options of the provider', async () => {
    const file = write('a.yaml', serviceText('a', { [`${AWS}-connection-idle-timeout`]: '"60"' }));
    expect((await run('-f', file, '-q')).out).toBe('');
    expect((await run('-f', file, '-q', '--aws-default-type', 'nlb')).out).toContain('has no effect');
    const other = await run('-f', file, '-q', '--provider', 'simulator');
    expect([other.out, other.code]).toEqual(['', 0]);
  });

  it('judges each Service as the provider sees it that its class chooses', async () => {
    const classed = (name: string, className: string) =>
      serviceText(name, { 'simulator.fairlead.dev/tier': 'golden', [`${AWS}-type`]: 'nbl' }).replace(
        '  type:',
        `  loadBalancerClass: ${className}\n  type:`,
      );
    const file = write(
      'a.yaml',
      [
        serviceText('plain', { [`${AWS}-type`]: 'nbl' }),
        classed('one', 'fairlead.dev/aws'),
        classed('two', 'fairlead.dev/simulator'),
        classed('other', 'example.com/lb'),
      ].join('---\n'),
    );
    const judged = async (...providers: readonly string[]) => {
      const { out } = await run('-f', file, '-o', 'json', ...providers.flatMap((name) => ['--provider', name]));
      const { summary, findings, ...rest } = JSON.parse(out);
      const told = findings.map(({ service, provider, annotation }: Record<string, { name: string } & string>) =>
        [service?.name, provider, annotation?.split('/')[1]].join(' '),
      );
      return { told, others: summary.others, providers: rest.providers, provider: rest.provider };
    };
    expect(await judged('aws', 'simulator')).toEqual({
      told: ['plain aws aws-load-balancer-type', 'one aws aws-load-balancer-type', 'two simulator tier'],
      others: 1,
      providers: ['aws', 'simulator'],
      provider: 'aws',
    });
    // The first has those without a class.
    expect((await judged('simulator', 'aws')).told).toEqual(['one aws aws-load-balancer-type', 'two simulator tier']);
  });

  it('warns of a class that is meant for a provider and reaches none', async () => {
    const ofClass = (className: string) =>
      write('a.yaml', serviceText('a').replace('  type:', `  loadBalancerClass: ${className}\n  type:`));
    const near = await run('-f', ofClass('fairlead.dev/asw'), '-q');
    expect(near).toEqual({
      out: 'DIR/a.yaml:6:22: warning: Service default/a: spec.loadBalancerClass is "fairlead.dev/asw", which no provider answers to (did you mean "fairlead.dev/aws"?).\n',
      err: '',
      code: 0,
    });
    const other = await run('-f', ofClass('fairlead.dev/simulator'), '-q');
    expect(other.out).toContain('which provider simulator answers to, and that is not among those asked for (aws).');
    expect((await run('-f', ofClass('fairlead.dev/simulator'), '-q', '--provider', 'aws,simulator')).out).toBe('');
    expect((await run('-f', ofClass('service.k8s.aws/nlb'), '-q')).out).toBe('');
  });

  it('marks places on GitHub', async () => {
    const { out } = await run('-f', write('a, b.yaml', BAD), '-o', 'github');
    expect(out).toBe(
      `::error file=DIR/a%2C b.yaml,line=6,endLine=6,col=56,endColumn=59,title=Service default/bad::Annotation ${AWS}-type is "nbl"; expected classic, nlb, nlb-ip or external (did you mean "nlb"?).\n`,
    );
  });

  it('answers a versioned object', async () => {
    const { out, err, code } = await run('-f', write('a.yaml', BAD), '-f', join(folder, 'none.yaml'), '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({
      apiVersion: 'validate.fairlead.dev/v1',
      kind: 'Validation',
      provider: 'aws',
      summary: { files: 2, documents: 1, checked: 1, others: 0, otherTypes: 0, errors: 2, warnings: 0, unreadable: 1 },
      findings: [
        {
          severity: 'error',
          code: 'invalid-value',
          file: 'DIR/a.yaml',
          line: 6,
          column: 56,
          length: 3,
          service: { namespace: 'default', name: 'bad' },
          annotation: `${AWS}-type`,
          value: 'nbl',
          suggestion: 'nlb',
          unreadable: false,
        },
        { severity: 'error', code: 'unreadable', file: 'DIR/none.yaml', message: 'does not exist', unreadable: true },
      ],
    });
    expect([err, code]).toEqual(['', 3]);
  });

  it.each([
    [[], 'say what to check with -f FILE'],
    [['-f', 'x', '--provider', 'awss'], 'there is no provider "awss" (did you mean "aws"?)'],
    [['-f', 'x', '--aws-default-type', 'alb'], 'aws-default-type'],
  ])('refuses the arguments %j', async (args, message) => {
    const { out, err, code } = await run(...args);
    expect([out, code]).toEqual(['', 2]);
    expect(err).toContain(message);
  });

  it('shows nothing of a file that a terminal would obey', async () => {
    const hostile = serviceText('a', { [`${AWS}-type`]: '"\\e[2J\\u202e\\nx"' }).replace('nothing', '');
    const raw = `${hostile}# \u001b[31m\u0007\u009b\n`.replace('name: a', 'name: a # \u001b]0;x\u0007\u202e');
    const { out } = await run('-f', write('a.yaml', raw), '-f', join(folder, '\u001b[2J.yaml'));
    expect(out).toContain('error');
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('checks a directory', async () => {
    write('m/b.yaml', ODD);
    write('m/a/z.yml', BAD);
    write('m/a/c.json', JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'j' }, spec: {} }));
    write('m/a/readme.md', BAD);
    write('m/.git/x.yaml', BAD);
    symlinkSync(join(folder, 'm'), join(folder, 'm', 'loop'));
    const { err, code } = await run('-f', join(folder, 'm'));
    expect(err).toBe(
      '2 Services checked in 3 files: 1 error, 1 warning. 1 Service without a load balancer not checked.\n',
    );
    expect(code).toBe(1);
  });
});
