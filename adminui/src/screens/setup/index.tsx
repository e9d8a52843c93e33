import type { ComponentChildren } from 'preact';
import check from 'icon:check';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { exists } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Badge, Icon, LinkButton, Page, Points, When } from '../../ui';
import { exampleOf, type Example } from './example';

type Setup = Schemas['SetupView'];
type Plan = Schemas['PlanView'];

// Setup leads from the rate to the first order. A step is done when it is true.
export default function Setup() {
  const t = useTexts();
  const setup = useLoad((signal) => api.GET('/api/admin/v1/setup', { signal }), []);
  const plan = useLoad((signal) => api.GET('/api/admin/v1/plan', { signal }), []);
  const placements = useLoad((signal) => api.GET('/api/admin/v1/placements', { signal }), []);
  return (
    <Page title={t('title')} lead={t('lead')} narrow>
      <Await of={setup} lines={8}>
        {(done) => <Steps done={done} plan={plan.data} placements={placements.data} />}
      </Await>
    </Page>
  );
}

function Steps({ done, plan, placements }: { done: Setup; plan?: Plan; placements?: Schemas['PlacementsView'] }) {
  const t = useTexts();
  const { currency } = useShop();
  const example = plan && exampleOf(plan.plan, currency);
  const rules = done.active_rules > 0;
  const look = placements?.looks?.[0];
  const seen = new Set(look?.pages?.flatMap((p) => p.found ?? [])).size;
  return (
    <ol class="steps">
      <Step number={1} title={t('rate.title')} done={Boolean(done.rate_saved_at)} to="/rates" action={t('rate.action')}>
        <p>{t('rate.text')}</p>
        {example && <Worth example={example} />}
        {done.rate_saved_at ? (
          <p class="quiet">
            {t('rate.saved')} <When at={done.rate_saved_at} time />
          </p>
        ) : (
          <p class="quiet">{t('rate.open')}</p>
        )}
      </Step>
      <Step number={2} title={t('rules.title')} done={rules} to="/rules" action={t('rules.action')}>
        <p>{t('rules.text')}</p>
        <p class="quiet">{rules ? t('rules.active', { n: done.active_rules }) : t('rules.none')}</p>
      </Step>
      <Step number={3} title={t('places.title')} done={seen > 0} to="/placements" action={t('places.action')}>
        <p>{t('places.text')}</p>
        <p class="quiet">{look ? <>{t(seen > 0 ? 'places.seen' : 'places.none', { n: seen })} <When at={look.at} time /></> : t('places.unseen')}</p>
      </Step>
      <Step number={4} title={t('order.title')} done={Boolean(done.first_order)} to={done.first_order ? `/orders/${encodeURIComponent(done.first_order.key)}` : '/orders'} action={t('order.action')}>
        <p>{t('order.text')}</p>
        {done.first_order ? (
          <p class="quiet">
            {t('order.first', { number: done.first_order.number || done.first_order.key })} <When at={done.first_order.placed_at} time />, <Points value={done.first_order.earned} />
          </p>
        ) : (
          <p class="quiet">{t('order.none')}</p>
        )}
      </Step>
    </ol>
  );
}

function Worth({ example }: { example: Example }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const values = { order: f.money(example.order, currency), n: example.points, worth: f.money(example.worth, currency), share: f.percent(example.worth, example.order, 2) };
  return <p class="example">{t('rate.example', values)}</p>;
}

interface StepProps {
  number: number;
  title: string;
  done?: boolean; // undefined = nobody can tell
  to: string;
  action: string;
  children?: ComponentChildren;
}

function Step({ number, title, done, to, action, children }: StepProps) {
  const t = useTexts();
  return (
    <li class={done ? 'step done' : 'step'}>
      <span class="step-mark" aria-hidden="true">
        {done ? <Icon of={check} size={16} /> : number}
      </span>
      <div class="stack gap-2">
        <h2>
          {title} {done !== undefined && <Badge tone={done ? 'good' : 'neutral'}>{t(done ? 'done' : 'open')}</Badge>}
        </h2>
        {children}
        {exists(to) && (
          <p>
            <LinkButton to={to} small>
              {action}
            </LinkButton>
          </p>
        )}
      </div>
    </li>
  );
}
