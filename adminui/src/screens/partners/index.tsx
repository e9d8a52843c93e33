import { useState } from 'preact/hooks';
import plus from 'icon:plus';
import settings from 'icon:settings';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Link } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Badge, Button, Card, DataTable, Empty, ErrorBox, LinkButton, ListBar, Money, Notice, Page, Pager, Stack, type Column, type Tone } from '../../ui';
import { Appeals } from './appeals';
import { Checks } from './checks';
import { Invite } from './invite';

export type Partner = Schemas['PartnerCard'];
type State = Partner['state'];

export const tones: Record<State, Tone> = { active: 'good', invited: 'accent', paused: 'warn' };
const states: State[] = ['active', 'invited', 'paused'];
const perPage = 50;

// Partners are members who bring new customers by codes of their own.
export default function Partners() {
  const t = useTexts();
  const shop = useShop();
  const list = useListQuery();
  const [inviting, invite] = useState(false);
  const state = states.find((s) => s === list.values.state);
  const query = { limit: perPage, q: list.search || undefined, cursor: list.cursor || undefined, state };
  const partners = useLoad((signal) => api.GET('/api/admin/v1/partners', { params: { query }, signal }), [query]);
  const choices = useLoad((signal) => api.GET('/api/admin/v1/partner-settings', { signal }), []);
  const rows = partners.data?.items ?? [];
  const next = partners.data?.next;
  const add = (
    <Button kind="primary" icon={plus} onClick={() => invite(true)}>
      {t('invite')}
    </Button>
  );
  const searched = list.search || state;
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <LinkButton to="/partner-settings" icon={settings}>
            {t('settings')}
          </LinkButton>
          {add}
        </>
      }
    >
      <Stack gap={4}>
        {choices.data && !choices.data.on && (
          <Notice tone="warn" title={t('off.title')}>
            <p>
              {t('off.text')} <Link to="/partner-settings">{t('off.link')}</Link>
            </p>
          </Notice>
        )}
        <Appeals decided={partners.reload} />
        <Checks decided={partners.reload} />
        <Card flush>
          <ListBar
            search={{ value: list.search, label: t('search'), onType: list.type }}
            filters={[{ key: 'state', label: t('state'), value: state ?? '', options: states.map((value) => ({ value, label: t('state.' + value) })) }]}
            onChange={list.set}
          />
          {partners.problem ? (
            <ErrorBox problem={partners.problem} retry={partners.reload} />
          ) : (
            <DataTable
              caption={t('title')}
              columns={columns(t, shop.currency)}
              rows={rows}
              rowKey={(p) => p.id}
              rowHref={(p) => '/partners/' + p.id}
              loading={partners.loading}
              empty={partners.data && (searched ? <Empty title={t('none.title')} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} action={add} />)}
            />
          )}
          <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
        </Card>
      </Stack>
      {inviting && (
        <Invite
          close={() => invite(false)}
          done={() => {
            invite(false);
            partners.reload();
          }}
        />
      )}
    </Page>
  );
}

function columns(t: (key: string) => string, currency: string): Column<Partner>[] {
  return [
    { key: 'name', head: t('name'), render: (p) => p.name || p.email },
    { key: 'state', head: t('state'), render: (p) => <Badge tone={tones[p.state]}>{t('state.' + p.state)}</Badge> },
    { key: 'sponsor', head: t('sponsor'), render: (p) => p.sponsor || <span class="quiet">{t('top')}</span> },
    { key: 'codes', head: t('codes'), align: 'end', render: (p) => p.codes },
    { key: 'uses', head: t('uses'), align: 'end', render: (p) => p.uses },
    { key: 'line', head: t('line'), align: 'end', render: (p) => p.first_line },
    { key: 'open', head: t('open'), align: 'end', render: (p) => p.new_customers },
    { key: 'commission', head: t('commission'), align: 'end', render: (p) => <Money minor={p.commission_minor} currency={currency} /> },
  ];
}
