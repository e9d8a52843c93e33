// Problem is why something was not done. code is stable; detail is the server's
// English sentence, used where we have no words of our own.
export interface Problem {
  code: string;
  status: number;
  detail: string;
  instance: string; // reference number to quote; '' = there is none
  field: string;
  numbers: Record<string, unknown>;
  errors: { field: string; message: string }[];
}

// Refused carries a problem through code that throws.
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code + ': ' + problem.detail);
  }
}

const nothing: Problem = { code: 'internal', status: 0, detail: '', instance: '', field: '', numbers: {}, errors: [] };

// problemOf makes a problem of whatever went wrong.
export function problemOf(cause: unknown, status = 0): Problem {
  if (cause instanceof Refused) return cause.problem;
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string') {
    const said = cause as Partial<Problem>;
    return { ...nothing, ...said, status: said.status ?? status, errors: (said.errors ?? []).map(plainField) };
  }
  if (cause instanceof TypeError) return { ...nothing, code: 'unreachable' };
  return { ...nothing, status, detail: cause instanceof Error ? cause.message : '' };
}

// plainField drops where in the request a field was: forms only know its name.
function plainField(e: { field: string; message: string }) {
  return { field: e.field.replace(/^(body|query|path|header)\./, ''), message: e.message };
}

// fieldErrors has the first message of each field.
export function fieldErrors(problem: Problem | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { field, message } of problem?.errors ?? []) found[field] ??= message;
  if (problem?.field) found[problem.field] ??= problem.detail;
  return found;
}
