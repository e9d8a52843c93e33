import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import type { Problem } from '../../api/problem';
import { useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { Badge, Card, ErrorBox } from '../../ui';
import { faultsOf, tidy, type Doc, type Fault } from './doc';
import { Gaps } from './gaps';

const rest = 500; // milliseconds without typing after which the server is asked

export type Doctor = Schemas['DoctorView'];

export interface Checked {
  problem?: Problem; // why the server could not be asked; faults of the draft are none
  retry(): void;
  faults: Fault[];
  doctor?: Doctor; // undefined = it was not looked at
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
  return { ...problem, retry: checked.reload, faults: faultsOf(checked.problem), doctor: fine ? doctor.data : undefined };
}

const tones = { both: 'good', one: 'warn', one_per_line: 'warn' } as const;

// Doctored is what the shop does with a voucher that is saved.
export function Doctored({ id }: { id: string }) {
  const doctor = useLoad((signal) => api.GET('/api/admin/v1/vouchers/{id}/doctor', { params: { path: { id } }, signal }), [id]);
  if (doctor.problem) return <ErrorBox problem={doctor.problem} retry={doctor.reload} />;
  return doctor.data ? <Findings of={doctor.data} /> : null;
}

// ours is the id of another voucher that was made here, '' for a discount of the shop's own.
const ours = (key: string): string => (key.startsWith('voucher:') ? key.slice('voucher:'.length) : '');

// Findings says what comes of this voucher and each discount that the shop has, and
// what the shop cannot check by itself.
export function Findings({ of }: { of?: Doctor }) {
  const t = useTexts();
  if (!of) return null;
  const findings = of.findings ?? [];
  return (
    <>
      <Card title={t('doctor.title')} lead={t(findings.length > 0 ? 'doctor.lead' : 'doctor.none')}>
        {findings.length > 0 && (
          <ul class="trace tall">
            {findings.map((f) => (
              <li key={f.key}>
                <Badge tone={tones[f.outcome as keyof typeof tones] ?? 'neutral'}>{t('doctor.' + f.outcome)}</Badge>
                <span>
                  <strong>{ours(f.key) ? <Link to={'/vouchers/' + ours(f.key)}>{f.title}</Link> : f.title}</strong>
                  {f.why && <span class="help-line">{t('doctor.why.' + f.why)}</span>}
                  {(f.change ?? []).map((c) => (
                    <span key={c.side + c.field} class="quiet help-line">
                      {t(ours(f.key) && c.side === 'theirs' ? 'doctor.change.another' : `doctor.change.${c.side}`, { class: t('class.' + c.field.replace('combines.', '')), name: f.title })}
                    </span>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        )}
        {!of.looked_at && <p class="help">{t('doctor.unasked')}</p>}
        {Boolean(of.looked_at) && !of.complete && <p class="help">{t('doctor.more')}</p>}
      </Card>
      <Gaps of={of.gaps ?? []} />
    </>
  );
}
