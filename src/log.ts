// The log: JSON lines for machines, or text for people. Secrets have no place in it, whatever object is logged.
import { type DestinationStream, destination, type Logger, type LoggerOptions, pino } from 'pino';
import { redact } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'json' | 'pretty';

/** Fields that are never told, whatever is in them. */
const REDACTED = ['authorization', 'headers.authorization', 'headers["x-amz-security-token"]', 'credentials', 'token'];

/** How far down the causes of an error are told. */
const CAUSES = 3;

/**
 * Only what is named here is told of an error: libraries hang requests, answers and credentials on theirs. What went wrong
 * outside is told by its sentence; where in our code it was noticed helps nobody. A bug keeps its stack.
 */
function errorOf(error: unknown, causes = CAUSES): unknown {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const { status, code, reason } = error as Error & { status?: unknown; code?: unknown; reason?: unknown };
  const told = { type: name, message, status: plain(status), code: plain(code), reason: plain(reason) };
  if ((name === 'KubeError' || name === 'FairleadError') && code !== 'bug') return told;
  const deeper = cause === undefined || causes === 0 ? {} : { cause: errorOf(cause, causes - 1) };
  return { ...told, stack, ...deeper };
}

function plain(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

export interface LogOptions {
  /** Where the lines go; standard output where unset. */
  readonly stream?: DestinationStream;
  /** What every line carries at the time it is written. A field that the line has itself wins. */
  readonly fields?: () => object | undefined;
}

/** `pretty` needs the development dependency pino-pretty; without it the lines are JSON. */
export async function createLog(level: LogLevel, format: LogFormat, options: LogOptions = {}): Promise<Logger> {
  const { fields, stream } = options;
  const how = {
    level,
    ...(fields && { mixin: () => ({ ...fields() }) }),
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => errorOf(error) },
    redact: { paths: REDACTED, censor: '[redacted]' },
    hooks: { streamWrite: redact },
  };
  const target = stream ?? (format === 'pretty' ? await prettyStream() : undefined);
  return target ? pino(how, target) : toStdout(how);
}

/** The level to switch to while the process runs: debug and back. */
export function otherLevel(now: string, wanted: LogLevel): LogLevel {
  if (now !== 'debug') return 'debug';
  return wanted === 'debug' ? 'info' : wanted;
}

/** How much may wait for a reader of the log that is slow: more is lost, and that is said. In bytes. */
const WAITING_LIMIT = 4 * 2 ** 20;

/** Never waits for who reads the log: a controller that does would lose its lease over that. */
function toStdout(options: LoggerOptions): Logger {
  const stdout = destination({ fd: 1, sync: false, maxLength: WAITING_LIMIT });
  const log = pino(options, stdout);
  let lost = 0;
  stdout.on('drop', () => {
    lost++;
  });
  stdout.on('drain', () => {
    if (lost === 0) return;
    const lines = lost;
    lost = 0;
    log.warn({ lines }, 'lines of the log were lost: nobody read them fast enough');
  });
  return log;
}

async function prettyStream(): Promise<DestinationStream | undefined> {
  try {
    const { default: pretty } = await import('pino-pretty');
    return pretty({ translateTime: 'HH:MM:ss', ignore: 'pid,hostname', messageFormat: '{service} {msg}' });
  } catch {
    return undefined;
  }
}
