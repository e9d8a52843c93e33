import { ruleNameOf } from '../../ui/rulename';
import { wordOf } from '../../ui/wordof';

type Say = (key: string, values?: Record<string, string | number>) => string;

// sourceText says in words what a source key means.
export function sourceText(t: Say, source: string, number?: string): string {
  const [kind = '', ...rest] = source.split(':');
  const what = rest.join(':');
  return kind === 'sale' ? t('source.sale', { key: number || what }) : wordOf(t, 'source', kind);
}

interface From {
  source: string;
  order_number?: string;
  rule_name?: string;
  rule_kind?: string;
}

// fromText says where points come from: the order, or the deed by the name of its rule.
export function fromText(t: Say, from: From): string {
  const source = sourceText(t, from.source, from.order_number);
  const rule = ruleNameOf(t, { name: from.rule_name, kind: from.rule_kind });
  return from.source.startsWith('activity:') && rule ? rule : source;
}

// entryText says both, the rule and what it looked at; a deed is said by its rule alone.
export function entryText(t: Say, of: From & { note?: string }): string {
  const rule = ruleNameOf(t, { name: of.rule_name, kind: of.rule_kind });
  const from = of.note || fromText(t, of);
  return rule === from ? rule : [rule, from].filter(Boolean).join(' · ');
}
