import plus from 'icon:plus';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Button, Card, Check, MoneyInput, Stack } from '../../ui';
import { HoldDays, type Form } from './index';

const mostLevels = 10;
const goods = 10_000; // minor units of the example

// Rates are the commissions of the levels, with what they make of one order.
export function Rates({ form, set, sum, error }: { form: Form; set(change: Partial<Form>): void; sum: number; error?: string }) {
  const t = useTexts();
  const f = useFormat();
  const shop = useShop();
  const change = (at: number, rate: number | undefined) => set({ rates: form.rates.map((old, i) => (i === at ? rate : old)) });
  const money = (minor: number) => f.money(minor, shop.currency);
  const part = (rate: number | undefined) => Math.floor((goods * (rate ?? 0)) / 10_000);
  const paid = form.rates.reduce<number>((total, rate) => total + part(rate), 0);
  return (
    <Card title={t('rates')} lead={t('rates.lead')}>
      <Stack gap={3}>
        {form.rates.length === 0 && <p class="quiet">{t('rates.none')}</p>}
        {form.rates.map((rate, i) => (
          <MoneyInput key={i} label={t(i === 0 ? 'rates.first' : 'rates.level', { level: String(i + 1) })} name={i === 0 ? 'rates_bp' : `rates_bp-${i}`} currency="EUR" unit="%" min={0} max={10_000} value={rate} onValue={(value) => change(i, value)} />
        ))}
        <div class="actions">
          {form.rates.length < mostLevels && (
            <Button small icon={plus} onClick={() => set({ rates: [...form.rates, undefined] })}>
              {t('rates.add')}
            </Button>
          )}
          {form.rates.length > 0 && (
            <Button small kind="quiet" onClick={() => set({ rates: form.rates.slice(0, -1) })}>
              {t('rates.remove')}
            </Button>
          )}
        </div>
        {(error || sum > 10_000) && <p class="error">{error ?? t('rates.wrong')}</p>}
        {form.rates.length > 0 && sum <= 10_000 && (
          <div class="example">
            <p>{t('example', { goods: money(goods) })}</p>
            <ul class="plain-list">
              {form.rates.map((rate, i) => (
                <li key={i}>{t(i === 0 ? 'example.first' : 'example.level', { level: String(i + 1), money: money(part(rate)) })}</li>
              ))}
            </ul>
            <p>{t('example.rest', { money: money(goods - paid) })}</p>
          </div>
        )}
        <Check label={t('allOrders')} help={t('allOrders.help')} value={form.all_orders} onValue={(all_orders) => set({ all_orders })} />
        <HoldDays form={form} set={set} />
      </Stack>
    </Card>
  );
}
