import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import type { Problem } from '../../api/problem';
import { useTexts } from '../../i18n';
import { Badge, Card } from '../../ui';
import { faultsOf, tidy, type Doc, type Fault } from './doc';

const rest = 500; // milliseconds without typing after which the server is asked

type Finding = Schemas['VoucherFinding'];

export interface Checked {
  problem?: Problem; // why the server could not be asked; faults of the draft are none
  retry(): void;
  faults: Fault[];
  findings?: Finding[]; // undefined = nobody has looked at the shop's discounts
}

// useCheck asks whether a draft could be saved, and what the shop's own discounts do
// to it (N-06), when nothing was typed for a moment.
export function useCheck(doc: Doc, id?: string): Checked {
  const text = JSON.stringify(tidy(doc));
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), rest);
    return () => clearTimeout(timer);
  }, [text]);
  const checked = useLoad((signal) => api.POST('/api/admin/v1/vouchers/check', { body: JSON.parse(asked) as Doc, signal }), [asked]);
  const fine = checked.data !== undefined && !checked.problem;
  const doctor = useLoad((signal) => api.POST('/api/admin/v1/vouchers/doctor', { body: { ...(id ? { id } : {}), doc: JSON.parse(asked) as Doc }, signal }), [asked, fine]);
  const problem = checked.problem && checked.problem.code !== 'invalid' ? { problem: checked.problem } : {};
  return { ...problem, retry: checked.reload, faults: faultsOf(checked.problem), findings: fine ? (doctor.data?.findings ?? undefined) : undefined };
}

const tones = { both: 'good', one: 'warn', one_per_line: 'warn' } as const;

// Findings says what comes of this voucher and each discount that the shop has.
export function Findings({ of }: { of: Checked }) {
  const t = useTexts();
  if (!of.findings) return null;
  return (
    <Card title={t('doctor.title')} lead={t(of.findings.length > 0 ? 'doctor.lead' : 'doctor.none')}>
      {of.findings.length > 0 && (
        <ul class="trace">
          {of.findings.map((f) => (
            <li key={f.key}>
              <Badge tone={tones[f.outcome as keyof typeof tones] ?? 'neutral'}>{t('doctor.' + f.outcome)}</Badge>
              <span>
                <strong>{f.title}</strong>
                {f.why && <span class="help-line">{t('doctor.why.' + f.why)}</span>}
                {(f.change ?? []).map((c) => (
                  <span key={c.side + c.field} class="quiet help-line">
                    {t(`doctor.change.${c.side}`, { class: t('class.' + c.field.replace('combines.', '')), name: f.title })}
                  </span>
                ))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
