import { api, type Schemas } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { Button, Confirm, None, toast, type Tone } from '../../ui';

type Redemption = Schemas['RedemptionView'];

export const redemptionTones: Record<string, Tone> = { active: 'good', pending: 'accent', used: 'neutral', returned: 'warn', void: 'warn' };

// CancelCode asks, in numbers, before it gives a code back for its points.
export function CancelCode({ of, close, done }: { of?: Redemption; close(): void; done(): void }) {
  const t = useTexts();
  const f = useFormat();
  const cancel = useAction((id: string) => api.POST('/api/admin/v1/redemptions/{id}/cancel', { params: { path: { id } } }));
  const leave = () => (cancel.clear(), close());
  const submit = async () => {
    if (!of || !(await cancel.run(of.id))) return;
    toast(t('cancelled'));
    close();
    done();
  };
  const points = of?.points ?? 0;
  return (
    <Confirm open={of !== undefined} title={t('cancelTitle', { code: of?.code ?? '' })} confirmLabel={t('cancelCode')} keepLabel={t('keepCode')} danger busy={cancel.busy} problem={cancel.problem} onClose={leave} onConfirm={() => void submit()}>
      {of && <p>{t('cancelWorth', { amount: f.money(of.minor, of.currency) })}</p>}
      <p>{t('cancelText', { n: points, points: f.number(points) })}</p>
    </Confirm>
  );
}

// UsedBy is the order that used a code.
export function UsedBy({ sale, number }: { sale?: string; number?: string }) {
  return sale ? <Link to={'/orders/' + encodeURIComponent(sale)}>{number || sale}</Link> : <None />;
}

// CancelButton is for a code that no order has used.
export function CancelButton<R extends Redemption>({ of: r, ask }: { of: R; ask(one: R): void }) {
  const t = useTexts();
  if (r.state !== 'active') return <None />;
  if (r.reason === 'cancelled') return <span class="quiet">{t('cancelling')}</span>;
  return (
    <Button small onClick={() => ask(r)}>
      {t('cancelShort')}
      <span class="sr"> {r.code}</span>
    </Button>
  );
}
