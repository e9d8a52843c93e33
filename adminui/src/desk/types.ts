// What the desk's API answers. Ids are texts, times Unix milliseconds, amounts minor units.

export interface Figures {
  visits?: number;
  redeemed: number; // orders that carried one of the codes
  customers: number; // new customers who came by them
  commission_minor: number;
}

export interface Me {
  id: string;
  name: string;
  email: string;
  locale: string; // '' = none known
  csrf: string;
  shop: { name: string; url: string; currency: string; time_zone: string; language: string };
  levels: number; // of the tree that have members
  paid_levels: number; // for which commissions are paid
  waiting: number; // new customers to be won
  month: Figures; // the last 30 days
  address?: string; // of the partner's own storefront
  stored: { since: number; sponsor?: string; sessions: number };
}

// Part is one clause of what a voucher gives and under which conditions.
export interface Part {
  key: string;
  minor?: number;
  count?: number;
  text?: string;
  date?: string;
  days?: string[];
  minutes?: number[];
  names?: string[];
}

export interface DeskVoucher {
  id: string;
  name: string;
  lines: string[]; // what the merchant says of it
  parts: Part[];
}

export type CodeState = 'pending' | 'active' | 'used' | 'expired' | 'void' | 'lost';

export interface DeskCode extends Figures {
  id: string;
  code: string;
  state: CodeState;
  voucher: DeskVoucher;
  ends_at?: number;
  created_at: number;
}

export interface DeskCodes {
  items: DeskCode[];
}

export interface DeskVouchers {
  items: DeskVoucher[]; // of which codes can be made now
}

export interface Checked {
  ok: boolean;
  reason?: 'short' | 'long' | 'symbols' | 'letter' | 'word' | 'generated' | 'taken';
  suggestions: string[];
}

export interface Share {
  code: string;
  text: string;
  link: string;
  qr: string; // an SVG drawing
}

export interface Person {
  id: string;
  name: string; // '' = not released
  type: 'new_customer' | 'customer';
  level: number;
  state: 'provisional' | 'final' | 'revoked';
  since: number;
  code?: string;
  above?: string; // the partner between; only from level 2
  below: number; // how many stand in the first line of this one
}

export interface Page<T> {
  items: T[];
  next?: string;
}

export type LeadState = 'open' | 'contacted' | 'waiting' | 'done';

export interface Lead {
  id: string;
  name: string;
  since: number;
  released: string[]; // contact fields that may be looked at: name, email
  contact?: Record<string, string>; // only in the answer to a look, which is noted
  seen_at?: number;
  state: LeadState;
  note: string;
  remind_at?: number;
  done_at?: number;
}

export interface Commission {
  id: string;
  at: number;
  order: string;
  person: string;
  level: number;
  base_minor: number;
  rate_bp: number;
  minor: number;
  paid_minor: number;
  currency: string;
  state: 'pending' | 'available' | 'paid' | 'revoked' | 'held' | 'refused';
  due_at: number; // from when on it can be paid
}

export interface Commissions extends Page<Commission> {
  month: string;
  sums: { held_minor: number; pending_minor: number; available_minor: number; paid_minor: number };
}

export interface Appeal {
  id: string;
  state: 'open' | 'upheld' | 'dismissed';
  text: string;
  answer?: string;
  created_at: number;
}

export interface Attribution {
  member_id: string;
  name: string;
  mine: boolean;
  state?: 'provisional' | 'final' | 'revoked';
  rule: 'first' | 'last' | 'code';
  events: { at: number; kind: string; mine: boolean; code?: string; storefront?: string; note?: string }[];
  appeals: Appeal[];
}
