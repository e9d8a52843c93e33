import plus from 'icon:plus';
import { useLoad } from '../../api/hooks';
import { useTexts, useWords } from '../../i18n';
import { Link } from '../../shell/router';
import { Card, Empty, LinkButton, Notice, Page } from '../../ui';
import { read } from '../api';
import { useDesk } from '../me';
import { Numbers, Wait } from '../parts';
import type { DeskCodes, DeskVouchers } from '../types';
import { CodeCard } from './codecard';

const shown = 3;

// Home is what is worth knowing today: who waits, what came in, the codes at hand.
export default function Home() {
  const t = useTexts();
  const { me } = useDesk();
  const { language } = useWords();
  const codes = useLoad((signal) => read<DeskCodes>('/codes', signal), []);
  const released = useLoad((signal) => read<DeskVouchers>('/vouchers?locale=' + language, signal), [language]);
  const vouchers = released.data?.items ?? [];
  return (
    <Page title={t('home.title', { name: me.name || me.email })}>
      {me.waiting > 0 && (
        <Notice tone="accent">
          <Link to="/new-customers" class="notice-link">
            {t('home.waiting', { n: me.waiting })}
          </Link>
        </Notice>
      )}
      <Card title={t('home.month')}>
        <Numbers of={me.month} />
      </Card>
      <Wait of={codes}>
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              {!released.data ? null : vouchers.length > 0 ? (
                <Empty title={t('home.none')} text={t('home.none.text')} action={<LinkButton to="/codes/new" kind="primary" icon={plus}>{t('make')}</LinkButton>} />
              ) : (
                <Empty title={t('home.novoucher')} text={t('home.novoucher.text')} />
              )}
            </Card>
          ) : (
            <section class="stack gap-3" aria-labelledby="your-codes">
              <h2 id="your-codes">{t('home.codes')}</h2>
              {items.slice(0, shown).map((code) => (
                <CodeCard key={code.id} code={code} />
              ))}
              <div class="actions spread">
                {vouchers.length > 0 && (
                  <LinkButton to="/codes/new" kind="primary" icon={plus}>
                    {t('make')}
                  </LinkButton>
                )}
                {items.length > shown && <LinkButton to="/codes">{t('home.all', { n: items.length })}</LinkButton>}
              </div>
            </section>
          )
        }
      </Wait>
    </Page>
  );
}
