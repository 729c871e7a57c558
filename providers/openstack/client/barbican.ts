// Barbican's one operation that is used here: whether what a TLS reference names exists. It never reads a secret's payload.
import { FairleadError } from '../../../src/engine/errors.ts';
import type { Scope } from '../../../src/engine/kind.ts';
import { quote } from '../../../src/schema/escape.ts';
import { withId } from './services.ts';
import type { Session } from './session.ts';

export interface SecretContainer {
  readonly kind: 'container' | 'secret';
  readonly name: string;
  /** Of a secret: ACTIVE, ERROR. */
  readonly status?: string;
}

/** `https://host/v1/containers/UUID` and `…/secrets/UUID`, as Barbican gives them out. */
const REFERENCE = /\/(containers|secrets)\/([0-9A-Za-z-]{1,64})\/?$/;

/**
 * Asks the catalog's Barbican, whatever host the reference has: a token goes nowhere else. Throws FairleadError: 'not-found',
 * 'rejected' where it is no reference.
 */
export async function getSecretContainer(session: Session, reference: string, scope: Scope): Promise<SecretContainer> {
  const [, collection, id] = REFERENCE.exec(reference) ?? [];
  if (collection === undefined || id === undefined) {
    const message = `${quote(reference)} is no Barbican reference; expected https://…/v1/containers/ID or /v1/secrets/ID`;
    throw new FairleadError('rejected', message);
  }
  const path = withId(`/v1/${collection}`, id);
  const answer = await session.read<{ readonly name?: string | null; readonly status?: string }>(
    { service: 'key-manager', operation: 'GetSecretContainer', path },
    scope,
  );
  const { name, status } = answer;
  const kind = collection === 'containers' ? 'container' : 'secret';
  return { kind, name: name ?? '', ...(status !== undefined && { status }) };
}
