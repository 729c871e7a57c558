// Ends a process group when this process ends, however that happens: the guard is a shell that waits at the other end of
// a pipe, which closes even at kill -9. Must not be the ordinary way to stop anything.
import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Watches over the group that `leader` (spawned with `detached`) leads. After it had to kill, it removes the directory
 * `leftover`. The caller kills the guard once the leader has ended.
 */
export function spawnGuard(leader: number, leftover = ''): ChildProcess {
  const script = 'cat >/dev/null; kill -s KILL -- "-$1" 2>/dev/null; [ -z "$2" ] || rm -rf -- "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(leader), leftover], {
    // A session of its own: what ends a terminal's processes must not end the guard first.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return guard;
}
