// Reads a provider's options: flags, environment, and the configuration file of the cloud's official controller if one of them
// names it. It must not know any file's format.
import { createReadStream } from 'node:fs';
import type { AnyProvider } from '../provider/provider.ts';
import { type FileValue, flagName, type Problem, parseOptions } from '../schema/index.ts';

type Input = Pick<Parameters<typeof parseOptions>[1], 'flags' | 'env'>;

export interface ProviderOptions {
  readonly values: object;
  readonly problems: readonly Problem[];
  /** Whole sentences without a full stop, for what is no problem of one value. */
  readonly mistakes: readonly string[];
}

const MOST_BYTES = 1024 * 1024;

/** A flag beats the environment, which beats the file. */
export async function readProviderOptions(
  provider: AnyProvider,
  input: Input,
  clusterName: string | undefined,
): Promise<ProviderOptions> {
  const plain = parseOptions(provider.options, input);
  const { cloudConfig } = provider;
  const file = cloudConfig && optionOf(provider, plain.values, cloudConfig.option);
  if (!cloudConfig || typeof file !== 'string') return { ...plain, mistakes: [] };
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      ...plain,
      mistakes: [`${flagName({ key: cloudConfig.option })} names ${file}, which cannot be read: ${why}`],
    };
  }
  const read = await cloudConfig.read(text, { file, clusterName, env: input.env });
  const given: Readonly<Record<string, FileValue>> = read.given;
  const whole = parseOptions(provider.options, { ...input, file: given });
  return { values: whole.values, problems: [...whole.problems, ...read.problems], mistakes: [] };
}

function optionOf({ options }: AnyProvider, values: object, key: string): unknown {
  const fields = options.fields as Readonly<Record<string, { readonly key: string }>>;
  const name = Object.keys(fields).find((one) => fields[one]?.key === key);
  return name === undefined ? undefined : (values as Readonly<Record<string, unknown>>)[name];
}

/** No more is read than is allowed, whatever the path leads to. */
async function readText(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of createReadStream(path, { end: MOST_BYTES })) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  if (bytes > MOST_BYTES) throw new Error('it is larger than 1 MiB');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Error('it is no UTF-8 text');
  }
}
