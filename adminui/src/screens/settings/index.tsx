import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Await, Notice, Page } from '../../ui';
import { Choices } from './choices';
import { Keys } from './keys';
import { Staff } from './staff';
import { Term } from './term';

export type View = Schemas['SettingsView'];

// Settings are the choices that are neither rates nor rules.
export default function Settings() {
  const t = useTexts();
  const settings = useLoad((signal) => api.GET('/api/admin/v1/settings', { signal }), []);
  return (
    <Page title={t('title')} lead={t('lead')} narrow>
      <Await of={settings} lines={8}>
        {(view) => (
          <>
            {view.your_role === 'viewer' && (
              <Notice tone="warn" title={t('viewer.title')}>
                <p>{t('viewer.text')}</p>
              </Notice>
            )}
            <Choices key={'c' + view.version} view={view} saved={settings.reload} />
            <Staff key={'s' + view.version} view={view} saved={settings.reload} />
            <Term settings={view} />
            <Keys owner={view.your_role === 'owner'} />
          </>
        )}
      </Await>
    </Page>
  );
}
