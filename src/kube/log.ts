// The log that this room writes to. A pino logger fits as it is; nothing here chooses where lines go.

type Line = (fields: object, message: string) => void;

/** Fields first, then a constant message, as pino has it. */
export interface Log {
  readonly debug: Line;
  readonly info: Line;
  readonly warn: Line;
  readonly error: Line;
}

const nothing: Line = () => {};

/** A log that keeps nothing. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
