// A TCP port that was free a moment ago. Whoever uses it must be ready to find it taken.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port on 127.0.0.1 chosen by the system, released before this returns. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
