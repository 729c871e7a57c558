// What the process says when it ends.

export const EXIT = {
  ok: 0,
  /** It could not do its work, or the lease was lost: start it again. */
  failed: 1,
  /** Wrong arguments: starting it again does not help. */
  usage: 2,
  text: '0 done or stopped by a signal; 1 failed, or the lease was lost; 2 wrong arguments or options',
} as const;
