import type { Schemas } from '../../api/client';
import { useFormat, useTexts } from '../../i18n';
import { digitsOf } from '../../i18n/format';
import { useShop } from '../../shell/shop';
import { Button, Card, Figure, Grid } from '../../ui';
import type { Draft } from './draft';
import { backShare, nothingBelow, ordersUntil, smallest, tasted, worthOf, type Taste } from './worth';

type Figures = Schemas['FiguresView'];

// Example says what the rates mean, in the shop's currency and with its own orders.
export function Example({ draft, figures }: { draft: Draft; figures?: Figures }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const hundred = worthOf(draft, 100 * 10 ** digitsOf(currency));
  const share = backShare(draft);
  const least = smallest(draft);
  if (!hundred || !share) return <p class="example">{t('example.open')}</p>;
  const own = figures && figures.orders > 0 ? worthOf(draft, figures.average_minor) : undefined;
  const orders = own && ordersUntil(draft, own.order);
  return (
    <div class="example stack gap-2" role="status" aria-live="polite">
      <p>
        <strong>{t('example.order', { order: f.money(hundred.order, currency), n: hundred.points, worth: f.money(hundred.minor, currency), share: f.percent(...share, 2) })}</strong>
      </p>
      {own && figures && (
        <p>
          {t('example.own', { average: f.money(own.order, currency), n: own.points, worth: f.money(own.minor, currency) })}{' '}
          {orders === undefined ? t('example.never') : t('example.orders', { n: orders, least: f.number(least ?? 0) })}
        </p>
      )}
      <p class="quiet">{figures && figures.orders > 0 ? t('example.from', { n: figures.orders }) : t('example.none')}</p>
    </div>
  );
}

// TradeOff sets the same generosity in few and in many points side by side.
export function TradeOff({ draft, figures, set }: { draft: Draft; figures?: Figures; set(change: Partial<Draft>): void }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const order = figures && figures.average_minor > 0 ? figures.average_minor : 100 * 10 ** digitsOf(currency);
  if (!worthOf(draft, order)) return null;
  return (
    <Card title={t('trade.title')} lead={t('trade.lead', { order: f.money(order, currency) })}>
      <Grid min={160}>
        {(['few', 'same', 'many'] as Taste[]).map((taste) => {
          const d = tasted(draft, taste);
          const worth = worthOf(d, order)!;
          const nothing = nothingBelow(d);
          return (
            <Figure key={taste} label={t('trade.' + taste)} value={t('points.of', { n: worth.points, points: f.number(worth.points) })} note={t('trade.worth', { worth: f.money(worth.minor, currency) })}>
              <p class="quiet">{nothing ? t('trade.nothing', { order: f.money(nothing, currency) }) : t('trade.always')}</p>
              <p class="quiet">{t('trade.least', { n: smallest(d) ?? 0 })}</p>
              {taste !== 'same' && (
                <Button small onClick={() => set(d)}>
                  {t('trade.take')}
                  <span class="sr"> {t('trade.' + taste)}</span>
                </Button>
              )}
            </Figure>
          );
        })}
      </Grid>
      <p class="quiet">{t('trade.few.text')}</p>
      <p class="quiet">{t('trade.many.text')}</p>
    </Card>
  );
}
