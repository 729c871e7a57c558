// The API server's refusals, in its own words where clients read them.

import { KubeError } from '../../../src/kube/api.ts';

export function notFound(what: string): KubeError {
  return new KubeError(`${what} not found`, { status: 404, reason: 'NotFound' });
}

export function conflict(what: string): KubeError {
  return new KubeError(`the object has been modified; please apply your changes to the latest version: ${what}`, {
    status: 409,
    reason: 'Conflict',
  });
}

export function alreadyExists(what: string): KubeError {
  return new KubeError(`${what} already exists`, { status: 409, reason: 'AlreadyExists' });
}

export function invalid(field: string, message: string): KubeError {
  return new KubeError(`${field}: ${message}`, { status: 422, reason: 'Invalid', fields: [field] });
}

export function expired(message: string): KubeError {
  return new KubeError(message, { status: 410, reason: 'Expired' });
}

export function badRequest(message: string): KubeError {
  return new KubeError(message, { status: 400, reason: 'BadRequest' });
}

export function unsupported(contentType: string): KubeError {
  return new KubeError(`the body of the request was in an unknown format: ${contentType}`, {
    status: 415,
    reason: 'UnsupportedMediaType',
  });
}
