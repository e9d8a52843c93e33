import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Await, Page } from '../../ui';
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
            <Choices view={view} saved={settings.reload} />
            <Staff view={view} saved={settings.reload} />
            <Term settings={view} />
            <Keys owner={view.your_role === 'owner'} />
          </>
        )}
      </Await>
    </Page>
  );
}
