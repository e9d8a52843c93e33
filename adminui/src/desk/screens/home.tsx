import plus from 'icon:plus';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { Card, Empty, LinkButton, Notice, Page } from '../../ui';
import { read } from '../api';
import { useDesk } from '../me';
import { Numbers, Wait } from '../parts';
import type { DeskCodes } from '../types';
import { CodeCard } from './codecard';

const shown = 3;

// Home is what is worth knowing today: who waits, what came in, the codes at hand.
export default function Home() {
  const t = useTexts();
  const f = useFormat();
  const { me } = useDesk();
  const codes = useLoad((signal) => read<DeskCodes>('/codes', signal), []);
  const month = new Intl.DateTimeFormat(f.locale, { month: 'long', timeZone: f.zone }).format(me.month.from);
  return (
    <Page title={t('home.title', { name: me.first_name || me.name })}>
      {me.waiting > 0 && (
        <Notice tone="accent">
          <Link to="/new-customers" class="notice-link">
            {t('home.waiting', { n: me.waiting })}
          </Link>
        </Notice>
      )}
      <Card title={t('home.month', { month })}>
        <Numbers of={me.month} />
      </Card>
      <Wait of={codes}>
        {({ items, vouchers }) =>
          items.length === 0 ? (
            <Card>
              {vouchers.length > 0 ? (
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
