import type { Schemas } from '../../api/client';
import { Badge, Card, Facts, Notice, Stack, type Tone } from '../../ui';
import { percentOf, reasonText, type Words } from './sentence';

interface Props {
  of: Schemas['TriedView'];
  words: Words;
  currency: string;
  total: number;
  nameOf(line: string): string;
}

const tones: Record<string, Tone> = { pass: 'good', fail: 'bad', later: 'warn', amount: 'neutral' };

// Verdict is the decision in words: whether, how much, what the shopper is told, and
// every check on the way.
export function Verdict({ of, words, currency, total, nameOf }: Props) {
  const { t, f } = words;
  const d = of.decision;
  const money = (minor: number | undefined) => f.money(minor ?? 0, currency);
  return (
    <Stack>
      <Notice tone={d.ok ? 'good' : 'bad'} title={d.ok ? t('verdict.yes', { amount: money(d.minor) }) : t('verdict.no')}>
        {[...new Set((d.why ?? []).map((r) => reasonText(r, words, currency)))].map((text) => (
          <p key={text}>{text}</p>
        ))}
        {(d.later ?? []).map((r, i) => (
          <p key={'l' + i}>{t('verdict.later', { reason: reasonText(r, words, currency) })}</p>
        ))}
        {(d.notes ?? []).map((r, i) => (
          <p key={'n' + i}>{reasonText(r, words, currency)}</p>
        ))}
      </Notice>
      {d.ok && (
        <Card title={t('verdict.parts')}>
          <Facts
            items={[
              ...(d.lines ?? []).map((l) => ({ name: nameOf(l.key), value: money(-l.minor) })),
              ...(d.shipping ? [{ name: t('try.shipping'), value: money(-d.shipping) }] : []),
              ...(d.vat ?? []).map((v) => ({ name: t('verdict.vat', { rate: percentOf(v.rate_bp, f) }), value: money(v.tax) })),
              { name: t('verdict.topay'), value: money(total - d.minor) },
            ]}
          />
        </Card>
      )}
      <Card title={t('verdict.shopper')}>
        <p>{of.shopper.ok ? t('verdict.shopper.yes') : (of.shopper.why ?? []).map((r) => reasonText(r, words, currency)).join(' ') || t('why.not_usable')}</p>
      </Card>
      {(d.steps ?? []).length > 0 && (
        <Card title={t('verdict.steps')}>
          <ol class="trace">
            {(d.steps ?? []).map((s, i) => (
              <li key={i}>
                <Badge tone={tones[s.outcome]}>{s.outcome === 'amount' ? money(s.have) : t('step.' + s.outcome)}</Badge>
                <span>
                  {t('check.' + s.check)}
                  {s.outcome !== 'amount' && s.reason && <span class="quiet help-line">{reasonText({ code: s.reason, need: s.need, have: s.have, unit: s.unit }, words, currency)}</span>}
                </span>
              </li>
            ))}
          </ol>
        </Card>
      )}
    </Stack>
  );
}
