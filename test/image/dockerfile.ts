// Reads the Dockerfile as far as its final stage says what is in the image and how it is run. Not a builder.

export interface Copy {
  readonly from?: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly sources: readonly string[];
  readonly target: string;
}

export interface Stage {
  /** With build arguments filled in. */
  readonly base: string;
  readonly name?: string;
  readonly platform?: string;
  readonly copies: readonly Copy[];
  readonly runs: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
}

type Draft = { -readonly [K in keyof Stage]: Stage[K] };

/** The stages in order, build arguments at their defaults unless given. Throws for an instruction that it does not know. */
export function stagesOf(text: string, given: Readonly<Record<string, string>> = {}): Stage[] {
  const global: Record<string, string> = {};
  const stages: Draft[] = [];
  let args: Record<string, string> = {};
  for (const [word, rest] of instructionsOf(text)) {
    const stage = stages.at(-1);
    if (word === 'ARG') {
      const [name = '', value] = splitOnce(rest, '=');
      (stage ? args : global)[name] = given[name] ?? value ?? global[name] ?? '';
    } else if (word === 'FROM') {
      args = {};
      const { flags, words } = flagsOf(fill(rest, global));
      const [base = '', , name] = words;
      stages.push({
        ...{ base, copies: [], runs: [], labels: {}, env: {} },
        ...(name !== undefined && { name }),
        ...(flags.platform !== undefined && { platform: flags.platform }),
      });
    } else if (stage) {
      take(stage, word, rest, args);
    } else {
      throw new Error(`${word} before the first FROM`);
    }
  }
  return stages;
}

function take(stage: Draft, word: string, rest: string, args: Readonly<Record<string, string>>): void {
  const filled = fill(rest, args);
  switch (word) {
    case 'COPY': {
      const { flags, words } = flagsOf(filled);
      stage.copies = [...stage.copies, { ...flags, sources: words.slice(0, -1), target: words.at(-1) ?? '' }];
      return;
    }
    case 'RUN':
      stage.runs = [...stage.runs, rest];
      return;
    case 'LABEL':
      stage.labels = { ...stage.labels, ...pairsOf(filled) };
      return;
    case 'ENV':
      stage.env = { ...stage.env, ...pairsOf(filled) };
      return;
    case 'USER':
      stage.user = filled;
      return;
    case 'WORKDIR':
      stage.workingDir = filled;
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = JSON.parse(filled) as string[];
      return;
    case 'CMD':
      stage.command = JSON.parse(filled) as string[];
      return;
    case 'EXPOSE':
      return;
    default:
      throw new Error(`the Dockerfile's ${word} is not known to its test`);
  }
}

/** Word and rest of each instruction; lines that end in a backslash are joined. */
function instructionsOf(text: string): [string, string][] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const joined = lines.join('\n').replace(/\\\n\s*/g, '');
  const instructions = joined.split('\n').filter((line) => line.trim() !== '');
  return instructions.map((line) => splitOnce(line.trim(), ' ') as [string, string]);
}

function flagsOf(text: string): { flags: Record<string, string>; words: string[] } {
  const words = text.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--')).map((word) => splitOnce(word.slice(2), '='));
  return { flags: Object.fromEntries(flags), words: words.filter((word) => !word.startsWith('--')) };
}

function pairsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/([\w.]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function fill(text: string, args: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => args[name] ?? whole);
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1).trim()];
}
