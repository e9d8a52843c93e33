import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Card, DataTable, Empty, Facts, Money, Stack } from '../../ui';
import { CampaignReport } from '../voucher-report/report';
import type { Detail } from './doc';

// Report is how the voucher went, as far as its counters tell.
export function Report({ of: v }: { of: Detail }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const codes = v.codes ?? [];
  const issued = codes.reduce((sum, c) => sum + c.codes, 0);
  const money = v.doc.currency || currency;
  return (
    <Stack>
      <CampaignReport id={v.id} />
      <Card title={t('report.title')}>
        <Facts
          items={[
            { name: t('report.issued'), value: f.number(issued) },
            { name: t('report.redeemed'), value: f.number(v.uses) },
            { name: t('report.cost'), value: <Money minor={v.spent_minor} currency={money} />, help: t('bearer.' + (v.doc.bearer || 'company')) },
            { name: t('report.average'), value: v.uses > 0 ? <Money minor={Math.round(v.spent_minor / v.uses)} currency={money} /> : '–' },
          ]}
        />
      </Card>
      <Card title={t('report.states')} flush>
        <DataTable
          caption={t('report.states')}
          columns={[
            { key: 'state', head: t('state'), render: (c) => t('code.' + c.state) },
            { key: 'codes', head: t('report.issued'), align: 'end', render: (c) => f.number(c.codes) },
            { key: 'uses', head: t('uses'), align: 'end', render: (c) => f.number(c.uses) },
          ]}
          rows={codes}
          rowKey={(c) => c.state}
          rowHref={(c) => `/codes?voucher=${v.id}&state=${c.state}`}
          empty={<Empty title={t('codes.empty')} text={t('codes.empty.text')} />}
        />
      </Card>
    </Stack>
  );
}
