// What AWS answers where IAM says no: code, status and words of each service.
import type { ApiCall } from './accesses.ts';
import type { Policy } from './document.ts';
import { type Access, evaluate } from './evaluate.ts';

export interface Refusal {
  readonly code: 'AccessDenied' | 'UnauthorizedOperation';
  readonly status: 403;
  readonly message: string;
  readonly access: Access;
}

/** The first thing that the policy does not allow of a call; undefined: all of it is allowed. */
export function refusalOf(
  policy: Policy,
  { api }: Pick<ApiCall, 'api'>,
  accesses: readonly Access[],
  caller: string,
): Refusal | undefined {
  for (const access of accesses) {
    const verdict = evaluate(policy, access);
    if (verdict.allowed) continue;
    const { action, resource } = access;
    const where = resource === '*' ? '' : ` on resource: ${resource}`;
    const why =
      verdict.by === undefined
        ? `because no identity-based policy allows the ${action} action`
        : 'with an explicit deny in an identity-based policy';
    const said = `User: ${caller} is not authorized to perform: ${action}${where} ${why}`;
    return api === 'ec2'
      ? {
          code: 'UnauthorizedOperation',
          status: 403,
          message: `You are not authorized to perform this operation. ${said}.`,
          access,
        }
      : { code: 'AccessDenied', status: 403, message: said, access };
  }
  return undefined;
}
