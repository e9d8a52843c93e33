import plus from 'icon:plus';
import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Link } from '../../shell/router';
import { Badge, Card, DataTable, Empty, ErrorBox, LinkButton, ListBar, Money, Page, Pager, Stack, type Column } from '../../ui';
import { clockOf, kinds, openingOf, recipe, recipes, states, type Voucher } from './doc';
import { dayNames, short, type Words } from './sentence';
import { useProducts, useSentences, useUnit, voucherTones } from './use';
import './style.css';

const perPage = 50;

// Vouchers is the list of all vouchers of the shop.
export default function Vouchers() {
  const t = useTexts();
  const list = useListQuery();
  const query = {
    limit: perPage,
    cursor: list.cursor || undefined,
    state: states.find((s) => s === list.values.state),
    kind: kinds.find((k) => k === list.values.kind),
    q: list.search || undefined,
  };
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query }, signal }), [query]);
  const products = useProducts();
  const words = useSentences(products.data?.items ?? []);
  const rows = vouchers.data?.items ?? [];
  const next = vouchers.data?.next;
  const narrowed = list.search || query.state || query.kind || list.cursor;
  return (
    <Page title={t('title')} lead={t('lead')} actions={<><LinkButton to="/vouchers/articles">{t('off.link')}</LinkButton><LinkButton to="/codes">{t('toCodes')}</LinkButton><LinkButton kind="primary" icon={plus} to="/vouchers/new">{t('new')}</LinkButton></>}>
      <Card flush>
        <ListBar
          search={{ value: list.search, label: t('search'), onType: list.type }}
          filters={[
            { key: 'state', label: t('state'), value: query.state ?? '', options: states.map((value) => ({ value, label: t('state.' + value) })) },
            { key: 'kind', label: t('kind'), value: query.kind ?? '', options: kinds.map((value) => ({ value, label: t('kind.' + value) })) },
          ]}
          onChange={list.set}
        />
        {vouchers.problem ? (
          <ErrorBox problem={vouchers.problem} retry={vouchers.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns(words)}
            rows={rows}
            rowKey={(v) => v.id}
            rowHref={(v) => '/vouchers/' + v.id}
            loading={vouchers.loading}
            empty={vouchers.data && (narrowed ? <Empty title={t('none.title')} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} action={<Recipes words={words} />} />)}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

// Recipes are the vouchers that most shops begin with.
export function Recipes({ words }: { words: Words }) {
  const { t } = words;
  const unit = useUnit();
  return (
    <ul class="recipes">
      {recipes.map((r) => (
        <li key={r}>
          <Link to={'/vouchers/new?recipe=' + r}>
            <strong>{t('recipe.' + r)}</strong>
            <span class="quiet">{r === 'article' ? t('recipe.article.text') : short(recipe(r, unit), words)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function columns(words: Words): Column<Voucher>[] {
  const { t, f } = words;
  return [
    { key: 'name', head: t('name'), render: (v) => <>{v.doc.name}<span class="quiet help-line">{short(v.doc, words)}</span></> },
    { key: 'state', head: t('state'), render: (v) => <Badge tone={voucherTones[v.state]}>{t('state.' + v.state)}</Badge> },
    { key: 'when', head: t('when'), render: (v) => <When of={v} /> },
    { key: 'uses', head: t('uses'), align: 'end', render: (v) => (v.max_uses ? t('uses.of', { uses: f.number(v.uses), most: f.number(v.max_uses) }) : f.number(v.uses)) },
    { key: 'spent', head: t('spent'), align: 'end', render: (v) => <Money minor={v.spent_minor} currency={v.doc.currency || words.currency} /> },
  ];
}

const day = (date: string) => Date.parse(date + 'T12:00:00Z');

// When says from when until when a voucher works, and when its hours open next.
function When({ of: v }: { of: Voucher }) {
  const t = useTexts();
  const f = useFormat();
  const { from, until, on, windows } = v.doc.valid ?? {};
  const dates = on ? f.date(day(on)) : from && until ? `${f.date(day(from))} – ${f.date(day(until))}` : from ? t('when.from', { date: f.date(day(from)) }) : until ? t('when.until', { date: f.date(day(until)) }) : t('when.always');
  const now = Date.now();
  const next = v.state === 'active' ? openingOf(windows ?? [], clockOf(now, f.zone)) : undefined;
  const at = next && f.dateTime(Math.round(now / 60000 + next.inMinutes) * 60000);
  return (
    <Stack gap={1}>
      <span>{dates}</span>
      {windows?.map((w, i) => i < 2 && <span key={i} class="quiet">{w.days?.length ? dayNames(w.days, f) : t('when.daily')}</span>)}
      {next && <span class="quiet">{t(next.open ? 'when.open' : 'when.opens', { at: at ?? '' })}</span>}
    </Stack>
  );
}
