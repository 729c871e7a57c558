import { describe, expect, it } from 'vitest';
import { operations as aws } from '../../providers/aws/operations.ts';
import { operationsOf } from '../../src/provider/operations.ts';
import { loadCompilers } from '../../src/provider/registry.ts';
import { keepForms, keepSecret, redact } from '../../src/redact.ts';

const KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SESSION = 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCWV1LXdlc3Qt+1=';
const JWT = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl-_x';
const PEM = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBase64+/==\nAgMBAAE=\n-----END EC PRIVATE KEY-----\n';

keepForms('aws', aws.secretForms ?? []);

describe('redact', () => {
  it.each<[string, string, string]>([
    ['an access key id', `the key ${KEY_ID} is unknown`, KEY_ID],
    ['an access key id that was cut', `the key ${KEY_ID.slice(0, 14)}…`, KEY_ID.slice(0, 14)],
    ['a bearer token', `authorization: Bearer abc.def-123`, 'abc.def-123'],
    ['basic credentials', 'Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA'],
    ['a service account token', `token ${JWT} has expired`, 'eyJpc3M'],
    ['the header of a signed request', `x-amz-security-token:${SESSION}\\nx-amz-date:1`, 'IQoJb3JpZ2lu'],
    [
      'a signed address',
      `https://x/?X-Amz-Credential=${KEY_ID}%2F2030&X-Amz-Signature=0123456789abcdef`,
      '0123456789abcdef',
    ],
    ['an Authorization header of AWS', `AWS4-HMAC-SHA256 Credential=x/y, Signature=${'0af1'.repeat(16)}`, '0af10af1'],
    ['XML of STS', `<SecretAccessKey>${SECRET}</SecretAccessKey><SessionToken>${SESSION}</SessionToken>`, 'wJalrXU'],
    ['JSON inside JSON', `{"msg":"{\\"SecretAccessKey\\":\\"${SECRET}\\",\\"Token\\":1}"}`, SECRET],
    ['a credentials file', `[default]\naws_secret_access_key = ${SECRET}\n`, SECRET],
    ['a name of several words', `OS_USER_PASSWORD=${SECRET}`, SECRET],
    ['a name in one word', `awsSecretAccessKey: '${SECRET}'`, SECRET],
    ['a private key', `key: ${PEM} and more`, 'MHcCAQEE'],
    ['a private key in JSON', JSON.stringify({ key: PEM }), 'MHcCAQEE'],
    ['a private key in a kubeconfig', `client-key-data: ${Buffer.from(PEM).toString('base64')}`, 'LS0tLS1CRUdJTi'],
    ['the password of a proxy', 'cannot reach http://user:hunter22@proxy:3128/', 'hunter22'],
    ['a form of STS', `Action=Assume&WebIdentityToken=abcdefgh&RoleArn=arn`, 'abcdefgh'],
  ])('hides %s', (_what, text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('[redacted]');
  });

  it('leaves the rest of a text as it is', () => {
    expect(redact(`<a>1</a><SessionToken>${SESSION}</SessionToken><b>2</b>`)).toBe(
      '<a>1</a><SessionToken>[redacted]</SessionToken><b>2</b>',
    );
    expect(redact('http://user:hunter22@proxy:3128/x')).toBe('http://[redacted]@proxy:3128/x');
    expect(JSON.parse(redact(JSON.stringify({ a: PEM, b: `Bearer ${JWT}`, c: 1 })))).toMatchObject({ c: 1 });
  });

  it('leaves ordinary text alone', () => {
    for (const text of [
      'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/a0123/0123',
      'The load balancer is as the Service asks. [graph=0123456789abcdef01234567 targets=0123456789abcdef01234567]',
      'the token of the service account was refused; the session token expired; no password given',
      'http://127.0.0.1:9090/metrics and https://sts.eu-west-1.amazonaws.com:443/',
      'service.beta.kubernetes.io/aws-load-balancer-ssl-cert: arn:aws:acm:eu-west-1:123456789012:certificate/one',
    ])
      expect(redact(text)).toBe(text);
  });

  it('hides what this process knows to be secret, in any surroundings, and nothing too short to tell', () => {
    keepSecret('token', 'plain-and-opaque-1');
    keepSecret('password', 'short');
    keepSecret('password', undefined);
    expect(redact('(xplain-and-opaque-1y) short')).toBe('(x[redacted]y) short');
    keepSecret('token', 'plain-and-opaque-2');
    expect(redact('plain-and-opaque-1, plain-and-opaque-2')).toBe('[redacted], [redacted]');
  });

  it('knows the forms of a cloud only where that cloud is served', () => {
    keepForms('aws', []);
    expect(redact(`the key ${KEY_ID}`)).toBe(`the key ${KEY_ID}`);
    keepForms('aws', aws.secretForms ?? []);
    expect(redact(`the key ${KEY_ID}`)).toBe('the key [redacted]');
  });

  it('the forms of every provider hide all that fits, and keep what they name', async () => {
    for (const compiler of await loadCompilers()) {
      for (const form of operationsOf(compiler).secretForms ?? []) {
        expect(form.flags, `${compiler.name} ${form}`).toContain('g');
        expect(new RegExp(`${form.source}|`).exec('')).toHaveLength(2);
      }
    }
  });

  it('takes time in proportion to the text, whatever that is', () => {
    // What would take minutes if any form looked at the rest of the text again from every place.
    for (const piece of [
      'eyJ',
      '-eyJ',
      'eyJaaaaaaaa',
      '-----BEGIN ',
      '-----BEGIN A PRIVATE KEY-----',
      'https://a:',
      'AKIA',
      'password=',
      'Bearer ',
      'LS0tLS1CRUdJTi',
      'X-Amz-Credential= ',
      'a_',
      'secret_',
    ])
      expect(redact(piece.repeat(400_000 / piece.length)).length).toBeGreaterThan(0);
  });
});
