// Requests to the services whose SDK clients the project does not carry: S3 and ACM. Not signed, only marked with the service
// and region they are for: emulators route by that and check no signature.
import { emulatorCredentials, type Place } from './fixture-client.ts';

/** Makes a bucket; one that exists is as good. Throws if the endpoint refuses. */
export async function createBucket({ endpoint, region, bucket }: Place & { bucket: string }): Promise<void> {
  const constraint = `<LocationConstraint>${region}</LocationConstraint>`;
  const body = region === 'us-east-1' ? '' : `<CreateBucketConfiguration>${constraint}</CreateBucketConfiguration>`;
  const headers = { authorization: markedFor('s3', region) };
  const response = await fetch(new URL(`/${bucket}`, endpoint), { method: 'PUT', headers, body });
  const text = await response.text();
  if (!response.ok && !text.includes('BucketAlreadyOwnedByYou')) throw new Error(`S3 refused the bucket: ${text}`);
}

/** True if the bucket is there. */
export async function bucketExists({ endpoint, region, bucket }: Place & { bucket: string }): Promise<boolean> {
  const headers = { authorization: markedFor('s3', region) };
  const response = await fetch(new URL(`/${encodeURIComponent(bucket)}`, endpoint), { method: 'HEAD', headers });
  return response.ok;
}

/** Asks ACM for a certificate and answers its ARN. */
export async function requestCertificate({ endpoint, region, domain }: Place & { domain: string }): Promise<string> {
  const answer = await acm({ endpoint, region }, 'RequestCertificate', { DomainName: domain, ValidationMethod: 'DNS' });
  const { CertificateArn } = answer as { CertificateArn?: string };
  if (!CertificateArn) throw new Error(`ACM issued no certificate: ${JSON.stringify(answer)}`);
  return CertificateArn;
}

/** The status of a certificate, such as `ISSUED`; undefined if ACM does not know it. */
export async function certificateStatus({
  endpoint,
  region,
  arn,
}: Place & { arn: string }): Promise<string | undefined> {
  const answer = await acm({ endpoint, region }, 'DescribeCertificate', { CertificateArn: arn });
  return (answer as { Certificate?: { Status?: string } }).Certificate?.Status;
}

async function acm({ endpoint, region }: Place, operation: string, input: object): Promise<unknown> {
  const headers = {
    authorization: markedFor('acm', region),
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `CertificateManager.${operation}`,
  };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  return response.json();
}

function markedFor(service: string, region: string): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${emulatorCredentials().accessKeyId}/${day}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
}
