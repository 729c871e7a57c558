// What the pages may do: run their own scripts and use their own style sheet, and nothing that leaves them.

const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  // No text ever becomes markup or a script, whatever a library tries.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
] as const;

/** For the pages themselves. */
export const CONTENT_POLICY = DIRECTIVES.join('; ');

/** For the header of a response, which can also forbid frames. */
export const HEADER_POLICY = [...DIRECTIVES, "frame-ancestors 'none'"].join('; ');
