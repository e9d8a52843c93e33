import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Link } from '../../shell/router';
import { Badge, Button, Card, DataTable, DateInput, Empty, ErrorBox, Notice, Page, Pager, Points, Select, When, type Column } from '../../ui';
import { wordOf } from '../../ui/receipt';
import { ruleNameOf } from '../../ui/rulename';

type Row = Schemas['MovementRow'];

const perPage = 50;
const figures = ['issued', 'clawed_back', 'used', 'returned', 'expired', 'given', 'taken', 'written_off', 'moved'] as const;
const isDay = (text: string | undefined) => (text && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined);

// Movements lists what happened to the points of all members; the figures of
// reports lead here.
export default function Movements() {
  const t = useTexts();
  const f = useFormat();
  const list = useListQuery();
  const { values } = list;
  const query = { limit: perPage, cursor: list.cursor || undefined, what: figures.find((w) => w === values.what), rule: values.rule || undefined, from: isDay(values.from), to: isDay(values.to) };
  const rows = useLoad((signal) => api.GET('/api/admin/v1/movements', { params: { query }, signal }), [query]);
  const items = rows.data?.items ?? [];
  const next = rows.data?.next;
  const narrowed = query.what || query.rule || query.from || query.to;
  const rule = items.find((m) => m.rule === query.rule);
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Card>
        <div class="period">
          <Select label={t('what')} value={query.what ?? ''} options={[{ value: '', label: t('what.all') }, ...figures.map((value) => ({ value, label: t('what.' + value) }))]} onValue={(what) => list.set({ what: what || undefined })} />
          <DateInput label={t('from')} value={query.from ?? ''} max={query.to} onValue={(from) => list.set({ from: from || undefined })} help={t('zone', { zone: f.zone })} />
          <DateInput label={t('to')} value={query.to ?? ''} min={query.from} onValue={(to) => list.set({ to: to || undefined })} />
        </div>
      </Card>
      {query.rule && (
        <Notice tone="accent">
          <p>
            {t('only', { rule: rule ? ruleNameOf(t, { name: rule.rule_name, kind: rule.rule_kind, id: rule.rule }) : query.rule })}{' '}
            <Button small onClick={() => list.set({ rule: undefined })}>
              {t('only.all')}
            </Button>
          </p>
        </Notice>
      )}
      <Card flush>
        {rows.problem ? (
          <ErrorBox problem={rows.problem} retry={rows.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns(t)}
            rows={items}
            rowKey={(m) => m.id}
            rowHref={(m) => `/members/${m.member_id}?why=${m.id}`}
            loading={rows.loading}
            empty={rows.data && (narrowed ? <Empty title={t('none.title')} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} />)}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

function columns(t: (key: string, values?: Record<string, string | number>) => string): Column<Row>[] {
  return [
    { key: 'member', head: t('member'), render: (m) => m.member || t('erased') },
    { key: 'kind', head: t('what'), render: (m) => <Badge>{wordOf(t, 'kind', m.kind)}</Badge> },
    { key: 'why', head: t('why'), render: (m) => <Why of={m} /> },
    { key: 'at', head: t('when'), render: (m) => <When at={m.posted_at} time /> },
    { key: 'points', head: t('points'), align: 'end', render: (m) => <Points value={m.points} signed bare /> },
  ];
}

// Why is the rule, and the order or the note behind it.
function Why({ of: m }: { of: Row }) {
  const t = useTexts();
  const rule = ruleNameOf(t, { name: m.rule_name, kind: m.rule_kind });
  const sale = m.source.startsWith('sale:') ? m.source.slice(5) : '';
  const other = m.note || (m.source.startsWith('redemption:') ? t('source.redemption') : '');
  return (
    <span>
      {rule}
      {rule && (sale || other) ? ' · ' : ''}
      {sale ? <Link to={'/orders/' + encodeURIComponent(sale)}>{t('order', { key: m.order_number || sale })}</Link> : other || (rule ? '' : '–')}
    </span>
  );
}
