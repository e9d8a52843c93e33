// What the tests use of Node; its own types would change what setTimeout is in the admin.
declare module 'node:test' {
  export function test(name: string, body: () => void | Promise<void>): void;
}
declare module 'node:assert/strict' {
  interface Assert {
    ok(value: unknown, message?: string): asserts value;
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    throws(body: () => unknown, expected?: unknown): void;
    rejects(body: Promise<unknown>, expected?: unknown): Promise<void>;
  }
  const assert: Assert;
  export default assert;
}
