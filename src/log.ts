// The log: JSON lines for machines, or text for people. Secrets have no place in it, whatever object is logged.
import { type DestinationStream, destination, type Logger, type LoggerOptions, pino, stdSerializers } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'json' | 'pretty';

/** Where credentials hide in the objects that libraries attach to errors. */
const REDACTED = [
  'authorization',
  'headers.authorization',
  'headers["x-amz-security-token"]',
  'err.$response',
  'err.$request',
  'err.config',
  'err.options',
  'credentials',
  'token',
];

/** Anything that looks like an AWS key or a bearer token inside a text. */
const SECRETS =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|Bearer\s+[\w.~+/-]+=*|X-Amz-(?:Security-Token|Signature|Credential)=[^&\s"]+/g;

/** The text without what looks like a secret. */
export function redact(text: string): string {
  return text.replace(SECRETS, '[redacted]');
}

/** What went wrong outside is told by its sentence; where in our code it was noticed helps nobody. A bug keeps its stack. */
function errorOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name !== 'KubeError' && error.name !== 'FairleadError') return stdSerializers.err(error);
  const { name, message } = error;
  const { status, code, reason } = error as Error & { status?: unknown; code?: unknown; reason?: unknown };
  if (code === 'bug') return stdSerializers.err(error);
  return { type: name, message, status, code, reason };
}

/** `pretty` needs the development dependency pino-pretty; without it the lines are JSON. */
export async function createLog(level: LogLevel, format: LogFormat, stream?: DestinationStream): Promise<Logger> {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorOf },
    redact: { paths: REDACTED, censor: '[redacted]' },
    hooks: { streamWrite: redact },
  };
  const target = stream ?? (format === 'pretty' ? await prettyStream() : undefined);
  return target ? pino(options, target) : toStdout(options);
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
