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
  first_name: string;
  email: string;
  locale: string; // '' = none chosen
  csrf: string;
  shop: { name: string; url: string; currency: string; time_zone: string };
  waiting: number; // new customers to be called
  month: Figures & { from: number };
  storefront?: string; // address of the partner's own page of the shop
  sponsor?: string;
  since: number;
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
  vouchers: DeskVoucher[]; // of which codes can be made now
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
  name: string;
  type: 'new_customer' | 'customer';
  partner: boolean;
  state: 'provisional' | 'final' | 'revoked';
  since: number;
  code?: string;
  above?: string; // the partner between; only from level 2
}

export interface Downline {
  items: Person[];
  next?: string;
  levels: { level: number; members: number; new_customers: number }[];
}

export interface Work {
  state: 'open' | 'contacted' | 'waiting' | 'done';
  note: string;
  remind_at: number;
}

export interface Lead extends Work {
  id: string;
  name: string;
  since?: number;
  can_contact: boolean;
  contact?: { email?: string; phone?: string };
  due: boolean;
}

export interface Leads {
  items: Lead[];
  next?: string;
  released: string[]; // fields that the shop lets partners see
}

export interface Commission {
  id: string;
  at: number;
  order: string;
  member: string;
  level: number;
  base_minor: number;
  rate_bp: number;
  minor: number;
  state: string;
  available_at: number;
  paid_minor: number;
  payable: boolean;
}

export interface Commissions {
  items: Commission[];
  next?: string;
}

export interface Timeline {
  member: { id: string; name: string; type: 'new_customer' | 'customer' };
  state: string;
  rule: 'first' | 'last' | 'code';
  events: { at: number; kind: string; partner: string; mine: boolean; code?: string; storefront?: string; note?: string }[];
  appeal?: { state: string; text: string; answer?: string; created_at: number };
}
