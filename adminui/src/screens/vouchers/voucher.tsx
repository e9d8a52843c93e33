import { useState } from 'preact/hooks';
import pencil from 'icon:pencil';
import { useTexts } from '../../i18n';
import { Link, useRoute } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Badge, Card, Figure, Grid, LinkButton, Meter, Money, Page, Stack } from '../../ui';
import { Codes } from './codes';
import { Distribute } from './distribute';
import { Edited } from './edited';
import { Flagged } from './flagged';
import type { Detail } from './doc';
import { Doctored } from './doctor';
import { Report } from './report';
import { outOf } from './outof';
import { clauses, gives } from './sentence';
import { Deeds } from './state';
import { TryIt } from './tryit';
import { useProducts, useSentences, useVoucher, voucherTones } from './use';
import { Versions } from './versions';
import './style.css';

const tabs = ['', 'codes', 'report', 'try', 'versions'] as const;

// VoucherPage is one voucher: what it does, its codes, how it goes out, how it went.
export default function VoucherPage() {
  const { params, query } = useRoute();
  const id = params.id ?? '';
  const t = useTexts();
  const [round, setRound] = useState(0);
  const voucher = useVoucher(id, round);
  const changed = () => setRound((n) => n + 1);
  const v = voucher.data;
  const tab = tabs.find((one) => one === query.tab) ?? '';
  return (
    <Page
      title={v?.doc.name ?? t('voucher')}
      back={{ to: '/vouchers', label: t('title') }}
      badge={v && <Badge tone={voucherTones[v.state]}>{t('state.' + v.state)}</Badge>}
      actions={v && <>{v.state !== 'ended' && <LinkButton icon={pencil} to={'/vouchers/edit/' + v.id}>{t('edit')}</LinkButton>}<Deeds of={v} changed={changed} /></>}
    >
      <Await of={voucher} lines={8}>
        {(v) => (
          <Stack>
            <Tabs id={v.id} tab={tab} />
            {tab === '' && <Overview of={v} changed={changed} />}
            {tab === 'codes' && <Codes of={v} changed={changed} />}
            {tab === 'report' && <Report of={v} />}
            {tab === 'try' && <TryIt voucher={v.id} currency={v.doc.currency} />}
            {tab === 'versions' && <Versions of={v} />}
          </Stack>
        )}
      </Await>
    </Page>
  );
}

function Tabs({ id, tab }: { id: string; tab: string }) {
  const t = useTexts();
  return (
    <nav class="tabs" aria-label={t('tabs')}>
      {tabs.map((one) => (
        <Link key={one} to={`/vouchers/${id}${one ? '?tab=' + one : ''}`} class={one === tab ? 'tab on' : 'tab'} aria-current={one === tab ? 'page' : undefined}>
          {t('tab.' + (one || 'overview'))}
        </Link>
      ))}
    </nav>
  );
}

function Overview({ of: v, changed }: { of: Detail; changed(): void }) {
  const t = useTexts();
  const { currency } = useShop();
  const products = useProducts();
  const words = useSentences(products.data?.items ?? []);
  const f = words.f;
  const money = v.doc.currency || currency;
  return (
    <>
      <Card>
        <Grid min={160} fill>
          <Figure label={t('figure.codes')} value={<Link to={`/vouchers/${v.id}?tab=codes`}>{f.number(outOf(v))}</Link>} />
          <Figure label={t('figure.uses')} value={f.number(v.uses)} />
          <Figure label={t('figure.spent')} value={<Money minor={v.spent_minor} currency={money} />} note={t('bearer.' + (v.doc.bearer || 'company'))} />
        </Grid>
        {v.max_uses && <Meter label={t('meter.uses')} value={v.uses} max={v.max_uses} text={t('uses.of', { uses: f.number(v.uses), most: f.number(v.max_uses) })} />}
        {v.budget_minor && <Meter label={t('meter.budget')} value={v.spent_minor} max={v.budget_minor} text={t('uses.of', { uses: f.money(v.spent_minor, money), most: f.money(v.budget_minor, money) })} />}
      </Card>
      <Edited of={v} changed={changed} />
      <Flagged of={v} words={words} />
      <Card title={t('means.title')}>
        <p>
          <strong>{upper(gives(v.doc, words))}</strong>
        </p>
        <ul class="means">
          {clauses(v.doc, words).map((c) => (
            <li key={c}>{upper(c)}</li>
          ))}
        </ul>
      </Card>
      <Distribute of={v} words={words} />
      {v.state !== 'ended' && <Doctored key={v.version} id={v.id} />}
    </>
  );
}

const upper = (text: string) => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
