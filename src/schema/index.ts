// What a table of annotations or options is written with, in one import.

export { type Cidr, cidr, ipv4, parseCidr, parseIp } from './cidr.ts';
export { commonAnnotations, commonSchema, FAIRLEAD_STEM } from './common-annotations.ts';
export { escapeText } from './escape.ts';
export { annotation, type Field, type Fields, type Mutability, option, type Relation, type Risk } from './field.ts';
export { attributes, keyValues } from './key-values.ts';
export { list } from './list.ts';
export { id, idOrName, portReference, ports, uuid } from './names.ts';
export { envName, type FileValue, flagName, type OptionSchema, parseOptions, unknownOptions } from './options.ts';
export { type Name, type Problem, type ProblemCode, problem, type Severity } from './problem.ts';
export type { Given, Reading } from './read.ts';
export { boolean, choice, integer, path, text } from './scalars.ts';
export { type Check, defineSchema, type Finding, type Schema, type Selector, type Values } from './schema.ts';
export type { Rule, Shape } from './shape.ts';
export { schemaFaults } from './soundness.ts';
export { suggest } from './suggest.ts';
export { duration, type HostPort, hostPort } from './times-and-places.ts';
export { orBlank, orWord, perKind } from './variants.ts';
