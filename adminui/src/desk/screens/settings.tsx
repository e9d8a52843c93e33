import { useState } from 'preact/hooks';
import logOut from 'icon:log-out';
import { useAction } from '../../api/hooks';
import { useFormat, useTexts, useWords } from '../../i18n';
import { languages, type Language } from '../../i18n/texts';
import { Button, Card, Confirm, ErrorBox, Facts, Page, Select } from '../../ui';
import { write } from '../api';
import { useDesk } from '../me';

const names: Record<Language, string> = { en: 'English', de: 'Deutsch', da: 'Dansk', pl: 'Polski', it: 'Italiano' };

// Settings are the partner's own: language, what the shop keeps, signing out.
export default function Settings() {
  const t = useTexts();
  const f = useFormat();
  const { me, speak, leave } = useDesk();
  const { language } = useWords();
  const [asking, ask] = useState(false);
  const out = useAction((all: boolean) => write<unknown>('DELETE', '/session' + (all ? '?everywhere=true' : '')));
  const signOut = async (all: boolean) => {
    if (await out.run(all)) leave();
  };
  const facts = [
    { name: t('settings.name'), value: me.name || '–' },
    { name: t('settings.email'), value: me.email },
    { name: t('settings.since'), value: f.date(me.stored.since) },
    ...(me.stored.sponsor ? [{ name: t('settings.sponsor'), value: me.stored.sponsor }] : []),
    ...(me.address ? [{ name: t('settings.storefront'), value: me.address }] : []),
    { name: t('settings.sessions'), value: f.number(me.stored.sessions) },
  ];
  return (
    <Page title={t('nav.settings')} narrow>
      <Card>
        <Select label={t('settings.language')} name="language" value={language} options={languages.map((value) => ({ value, label: names[value] }))} onValue={(value) => speak(value as Language)} />
      </Card>
      <Card title={t('settings.stored')}>
        <Facts items={facts} />
        <p>{t('settings.stored.text')}</p>
        <p class="quiet">{t('settings.stored.ask', { shop: me.shop.name })}</p>
      </Card>
      <Card title={t('settings.out')}>
        <p>{t('settings.out.text')}</p>
        <div class="actions spread">
          <Button kind="primary" icon={logOut} busy={out.busy && !asking} onClick={() => void signOut(false)}>
            {t('settings.out.do')}
          </Button>
          <Button onClick={() => ask(true)}>{t('settings.out.all')}</Button>
        </div>
        {out.problem && !asking && <ErrorBox problem={out.problem} />}
      </Card>
      <Confirm open={asking} title={t('settings.out.all')} confirmLabel={t('settings.out.do')} busy={out.busy} problem={out.problem} onClose={() => ask(false)} onConfirm={() => void signOut(true)}>
        <p>{t('settings.out.everywhere')}</p>
      </Confirm>
    </Page>
  );
}
