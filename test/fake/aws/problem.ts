// The two ways in which a call can be refused. A Problem is what AWS itself would answer; a Misuse says that the
// test or the code under test left what the fake simulates, and must never pass for an answer of AWS.

/** An error as the AWS service words it: code, message and HTTP status. Turned into an SDK exception at the edge. */
export class Problem extends Error {
  readonly code: string;
  readonly httpStatus: number;

  constructor(code: string, message: string, httpStatus = 400) {
    super(message);
    this.name = 'Problem';
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** Something that the fake does not simulate, or that no caller should send. `StrictAws.assertSound` reports all. */
export class Misuse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Misuse';
  }
}
