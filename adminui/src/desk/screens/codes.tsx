import plus from 'icon:plus';
import { useLoad } from '../../api/hooks';
import { useTexts, useWords } from '../../i18n';
import { Card, Empty, LinkButton, Page } from '../../ui';
import { read } from '../api';
import { Wait } from '../parts';
import type { DeskCodes, DeskVouchers } from '../types';
import { CodeCard } from './codecard';

// Codes are all codes of the partner, newest first.
export default function Codes() {
  const t = useTexts();
  const { language } = useWords();
  const codes = useLoad((signal) => read<DeskCodes>('/codes', signal), []);
  const released = useLoad((signal) => read<DeskVouchers>('/vouchers?locale=' + language, signal), [language]);
  const vouchers = released.data?.items ?? [];
  const make = (
    <LinkButton to="/codes/new" kind="primary" icon={plus}>
      {t('make')}
    </LinkButton>
  );
  return (
    <Page title={t('codes.title')} lead={t('codes.lead')} actions={codes.data && codes.data.items.length > 0 && vouchers.length > 0 && make}>
      <Wait of={codes}>
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              <Empty title={t(vouchers.length ? 'home.none' : 'home.novoucher')} text={t(vouchers.length ? 'home.none.text' : 'home.novoucher.text')} action={vouchers.length > 0 && make} />
            </Card>
          ) : (
            <div class="grid min-280">
              {items.map((code) => (
                <CodeCard key={code.id} code={code} heading="h2" />
              ))}
            </div>
          )
        }
      </Wait>
    </Page>
  );
}
