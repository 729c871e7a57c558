// `fairlead reference`: where the annotation reference and the playground are, and ways to look at them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { type Env, UsageError, usageText } from './choice.ts';
import { EXIT } from './exit.ts';
import { type SiteServer, serveSite } from './reference-server.ts';

const OPEN_MS = 2000;

export interface ReferenceWish {
  readonly open: boolean;
  readonly serve: boolean;
  /** 0: any that is free. */
  readonly port: number;
}

/** What the command needs of the machine. */
export interface ReferenceHost {
  out(text: string): void;
  err(text: string): void;
  /** The folder of the site, if it is built. */
  readonly folder: string;
  /** Shows a file or an address in a browser; false: it could not. */
  show(address: string): Promise<boolean>;
  /** Resolves when the user has seen enough. */
  stopped(): Promise<void>;
}

export async function addReference(program: Command, _args: readonly string[], env: Env): Promise<void> {
  const command = program
    .command('reference')
    .option('--open', 'open it in the browser')
    .option('--serve', 'serve it on 127.0.0.1 until Ctrl-C')
    .option('--port <number>', 'the port for --serve. Default: any that is free.', portOf)
    .helpOption('-h, --help', 'print this help');
  command.action(async () => {
    const { open = false, serve = false, port } = command.opts<Partial<ReferenceWish>>();
    const host: ReferenceHost = {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      // From src/cli as from dist/parts.
      folder: join(import.meta.dirname, '..', '..', 'dist', 'reference'),
      show: (address) => show(address, env),
      stopped,
    };
    try {
      if (port !== undefined && !serve) throw new UsageError('--port needs --serve');
      process.exitCode = await reference({ open, serve, port: port ?? 0 }, host);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      host.err(usageText(command, error));
      process.exitCode = EXIT.usage;
    }
  });
}

/** Answers the exit code. */
export async function reference({ open, serve, port }: ReferenceWish, host: ReferenceHost): Promise<number> {
  const { folder } = host;
  const page = join(folder, 'index.html');
  const isBuilt = await access(page).then(
    () => true,
    () => false,
  );
  if (!isBuilt) {
    host.err('The reference is not here. The image does not carry it; in a checkout, run: npm run build\n');
    return EXIT.failed;
  }
  const server = serve ? await start(folder, port) : undefined;
  const address = server?.url ?? pathToFileURL(page).href;
  host.out(`${server ? address : page}\n`);
  if (open && !(await host.show(address))) {
    host.err(`No browser could be started here. Open this: ${address}\n`);
  }
  if (!server) return EXIT.ok;
  host.err('Serving until Ctrl-C.\n');
  await host.stopped();
  await server.close();
  return EXIT.ok;
}

async function start(folder: string, port: number): Promise<SiteServer> {
  try {
    return await serveSite(folder, port);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (isTaken) throw new UsageError(`port ${port} of 127.0.0.1 is taken; leave --port out for one that is free`);
    throw error;
  }
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** With what the platform opens files; where there is no display, nothing is tried. */
function show(address: string, { DISPLAY, WAYLAND_DISPLAY, BROWSER }: Env): Promise<boolean> {
  const opener = OPENERS[process.platform];
  if (!opener && !DISPLAY && !WAYLAND_DISPLAY && !BROWSER) return Promise.resolve(false);
  const [program, ...args] = opener ?? ['xdg-open'];
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  return new Promise((resolve) => {
    // What has not failed by then is a browser that runs.
    const timer = setTimeout(() => {
      child.unref();
      resolve(true);
    }, OPEN_MS);
    const end = (isShown: boolean) => {
      clearTimeout(timer);
      resolve(isShown);
    };
    child.once('error', () => end(false));
    child.once('exit', (code) => end(code === 0));
  });
}

async function stopped(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isSafeInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('It must be a port, from 0 to 65535.');
  }
  return port;
}
