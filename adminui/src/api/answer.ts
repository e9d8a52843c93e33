import { problemOf, Refused } from './problem';

// Answer is what api's methods promise.
export type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

// take is the answer's data, or throws Refused.
export async function take<T>(asked: Answer<T>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw new Refused(problemOf(error, response.status));
  return data as T;
}

// nothing answers what need not be asked.
export const nothing = { data: undefined, response: new Response() };
