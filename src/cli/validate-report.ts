// What checking found, as data, and in the forms that programs read: JSON and the workflow commands of GitHub. It decides the
// exit code. It reads and prints nothing.
import type { Finding } from '../manifest/findings.ts';
import type { Stance } from '../preview/judge.ts';

export interface FileReport {
  /** As it was named. */
  readonly file: string;
  /** Why nothing of it could be read: completes "error: …". */
  readonly fault?: string;
  readonly findings: readonly Finding[];
  readonly stances: readonly Stance[];
  readonly documents: number;
  /** The text of a line that counts from 1. */
  line(number: number): string;
}

export interface Summary {
  readonly files: number;
  readonly documents: number;
  /** Services whose load balancer this controller makes. */
  readonly checked: number;
  /** Services of type LoadBalancer that another controller serves. */
  readonly others: number;
  /** Services that ask for no load balancer. */
  readonly otherTypes: number;
  readonly errors: number;
  readonly warnings: number;
  /** Files of which at least a part could not be read. */
  readonly unreadable: number;
}

export type FailOn = 'error' | 'warning';

/** Not in EXIT: only checking has it. */
export const UNREADABLE = 3;

export function summaryOf(reports: readonly FileReport[]): Summary {
  const stances = reports.flatMap((one) => one.stances);
  const findings = reports.flatMap((one) => one.findings);
  const faults = reports.filter(({ fault }) => fault !== undefined).length;
  const number = (wanted: readonly Stance[]) => stances.filter((one) => wanted.includes(one)).length;
  return {
    files: reports.length,
    documents: reports.reduce((sum, { documents }) => sum + documents, 0),
    checked: number(['ours']),
    others: number(['elsewhere', 'other-class']),
    otherTypes: number(['none']),
    errors: findings.filter(({ severity }) => severity === 'error').length + faults,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
    unreadable: reports.filter(isUnreadable).length,
  };
}

function isUnreadable({ fault, findings }: FileReport): boolean {
  return fault !== undefined || findings.some(({ unreadable }) => unreadable);
}

/** 3 is stronger than 1: what could not be read may hold worse. */
export function exitCodeOf({ errors, warnings, unreadable }: Summary, failOn: FailOn): number {
  if (unreadable > 0) return UNREADABLE;
  return errors > 0 || (failOn === 'warning' && warnings > 0) ? 1 : 0;
}

/** A versioned object: fields may be added, none changed. */
export function jsonOf(reports: readonly FileReport[], about: { readonly providers: readonly string[] }): object {
  return {
    apiVersion: 'validate.fairlead.dev/v1',
    kind: 'Validation',
    // Of Services without a class.
    provider: about.providers[0],
    providers: about.providers,
    summary: summaryOf(reports),
    findings: reports.flatMap(({ file, fault, findings }) => [
      ...(fault === undefined
        ? []
        : [{ severity: 'error', code: 'unreadable', file, message: fault, unreadable: true }]),
      ...findings.map(({ severity, code, line, column, length, also, ...rest }) => ({
        severity,
        code,
        file,
        line,
        column,
        length,
        ...rest,
        ...(also && { also: { line: also.line, column: also.column, length: also.length } }),
      })),
    ]),
  };
}

/** Lines that mark the places on a change, where a workflow prints them. */
export function githubOf(reports: readonly FileReport[]): string {
  const lines = reports.flatMap(({ file, fault, findings }) => [
    ...(fault === undefined ? [] : [`::error file=${property(file)},title=fairlead::${data(fault)}`]),
    ...findings.map(({ severity, line, column, length, service, message }) => {
      const title = service ? `Service ${service.namespace}/${service.name}` : 'Manifest';
      const end = column + length;
      const place = `file=${property(file)},line=${line},endLine=${line},col=${column},endColumn=${end}`;
      return `::${severity} ${place},title=${property(title)}::${data(message)}`;
    }),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
