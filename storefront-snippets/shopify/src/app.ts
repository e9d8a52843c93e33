// What the extensions at checkout and in the account ask the app.

declare const process: { env: { APP_URL?: string } };

/** The app's origin, put in at build time: Shopify's command line knows it as APP_URL. */
export const origin = process.env.APP_URL ?? '';

/** Points and money in minor units; the same shape in the customer's metafield. */
export interface Balance {
  points: number;
  pending: number;
  minor: number;
  currency: string;
}

export interface Quote {
  max: number;
  choices?: { points: number; minor: number }[];
  reason?: 'off' | 'need_points' | 'need_money' | 'cart_too_low';
  need?: number;
  beside?: string[]; // codes of the cart that the new one will not go with
}

export interface Redemption {
  id: string;
  state: 'pending' | 'active' | 'used' | 'returned' | 'void';
  minor: number;
  code?: string;
}

export interface Entry {
  id: string;
  /** What it was for: there is a text for each. */
  for: string;
  /** What people call the order, where there is one. */
  order?: string;
  reason?: string;
  points: number;
  occurred_at: number;
}

export interface Page<T> {
  items: T[];
  next?: string;
}

/** Addresses of the app's own pages in the shop; a missing one has nothing on it. */
export interface Pages {
  rewards?: string;
  questions?: string;
}

export interface Receipt {
  points: number;
  /** A rule without a name of its own goes by its kind. */
  rules: { rule: string; name: string; points: number; breakdown: { kind: string } }[];
}

/** A token of a few minutes that proves shop and shopper. */
export type Token = () => Promise<string>;

/** An answer that is not 2xx. mail says what became of the mail that asks before many points are used. */
export class Refused extends Error {
  mail?: 'sent' | 'wait' | 'none';

  constructor(status: number, problem: { code?: string; numbers?: { mail?: Refused['mail'] } }) {
    super(`the app answered ${status}`);
    if (problem.code === 'confirm_by_mail') this.mail = problem.numbers?.mail ?? 'none';
  }
}

/** Asks the storefront API; throws Refused for any answer that is not 2xx. */
export async function ask<T>(token: Token, path: string, body?: unknown, key?: string): Promise<T> {
  const headers: Record<string, string> = { Authorization: `Bearer ${await token()}` };
  if (body !== undefined) Object.assign(headers, { 'Content-Type': 'application/json', 'X-Zugabe-Request': '1' });
  if (key) headers['Idempotency-Key'] = key;
  const answer = await fetch(`${origin}/api/storefront/v1${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  return (await answer.json()) as T;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Turns points into a code and waits until the host has it; still pending after about half a minute. */
export async function redeem(token: Token, key: string, points: number, cart: object): Promise<Redemption> {
  let made = await ask<Redemption>(token, '/redemptions', { points, cart }, key);
  for (let i = 0; i < 14 && made.state === 'pending'; i++) {
    await pause(Math.min(3000, 250 * 1.4 ** i));
    made = await ask<Redemption>(token, `/redemptions/${encodeURIComponent(made.id)}`);
  }
  return made;
}

/** A key by which a repeated request is known again. */
export const freshKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

const digits = (currency: string) => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

export const major = (minor: number, currency: string) => minor / 10 ** digits(currency);
export const minor = (amount: number, currency: string) => Math.round(amount * 10 ** digits(currency));

interface Kept {
  target: { type: string };
  metafield: { key: string; value: unknown };
}

/** The balance in the customer's metafield: no request is needed to show it. */
export function balanceIn(entries: Kept[]): Balance | undefined {
  const found = entries.find((e) => e.target.type === 'customer' && e.metafield.key === 'points');
  if (!found) return undefined;
  try {
    const value = JSON.parse(String(found.metafield.value)) as Balance;
    return Number.isSafeInteger(value.points) ? value : undefined;
  } catch {
    return undefined;
  }
}
