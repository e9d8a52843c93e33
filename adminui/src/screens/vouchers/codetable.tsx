import type { Schemas } from '../../api/client';
import { useFormat, useTexts } from '../../i18n';
import { Badge, None, When, type Column } from '../../ui';
import { codeTones, realEnd } from './use';
import './style.css';

export type Code = Schemas['CodeRow'];

export const codeStates = ['pending', 'active', 'used', 'expired', 'void', 'lost'] as const;

// useCodeColumns are the columns of lists of codes; withVoucher where they are of many.
export function useCodeColumns(withVoucher: boolean): Column<Code>[] {
  const t = useTexts();
  const f = useFormat();
  return [
    { key: 'code', head: t('code'), render: (c) => <code>{c.code}</code> },
    ...(withVoucher ? [{ key: 'voucher', head: t('voucher'), render: (c: Code) => c.voucher }] : []),
    { key: 'state', head: t('state'), render: (c) => <CodeState of={c} /> },
    { key: 'for', head: t('code.for'), render: (c) => <span class="whole-words">{c.member || (c.member_id ? t('code.erased') : t('code.anybody'))}</span> },
    { key: 'from', head: t('code.from'), render: (c) => <span class="whole-words">{c.issuer || (c.issuer_id ? t('code.erased') : t('code.shop'))}</span> },
    { key: 'ends', head: t('code.ends'), render: (c) => (realEnd(c.ends_at) ? <When at={(c.ends_at ?? 0) - 1} /> : <None />) },
    { key: 'made', head: t('code.made'), render: (c) => <When at={c.created_at} /> },
    { key: 'uses', head: t('uses'), align: 'end', render: (c) => (c.max_uses ? t('uses.of', { uses: f.number(c.uses), most: f.number(c.max_uses) }) : f.number(c.uses)) },
  ];
}

export function CodeState({ of }: { of: Pick<Code, 'state'> }) {
  const t = useTexts();
  return <Badge tone={codeTones[of.state]}>{t('code.' + of.state)}</Badge>;
}
