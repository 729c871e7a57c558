// JSON schemas that several hand-written values of the chart share.
import type { JsonSchema } from './value.ts';

export const text = (more: JsonSchema = {}): JsonSchema => ({ type: ['string', 'null'], maxLength: 4096, ...more });
export const flag: JsonSchema = { type: 'boolean' };
/** A Kubernetes object, or a part of one: what may be in it is for the API server to say. */
export const free: JsonSchema = { type: ['object', 'null'] };
export const freeList: JsonSchema = { type: ['array', 'null'], items: { type: 'object' } };
export const strings: JsonSchema = { type: ['object', 'null'], additionalProperties: { type: 'string' } };

export const DNS_LABEL = '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$';
export const DNS_NAME = '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$';
