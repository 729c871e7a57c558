// How the fixtures and the rules reach an emulator's EC2: client, credentials, tags. No knowledge of what is made there.
import { EC2Client } from '@aws-sdk/client-ec2';

/** An emulator's endpoint and the region to work in. */
export interface Place {
  readonly endpoint: string;
  readonly region: string;
}

/** An EC2 client; the caller destroys it. */
export function ec2Client({ endpoint, region }: Place): EC2Client {
  return new EC2Client({ endpoint, region, credentials: emulatorCredentials() });
}

export interface EmulatorCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The credentials of the environment, or any that an emulator takes. */
export function emulatorCredentials(): EmulatorCredentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: sessionToken } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return { accessKeyId: 'test', secretAccessKey: 'test' };
  const pair = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return sessionToken ? { ...pair, sessionToken } : pair;
}

/** Tags in the SDK's form. */
export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
