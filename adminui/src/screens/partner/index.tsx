import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link, useRoute } from '../../shell/router';
import { Await, Badge, Button, Card, Confirm, Facts, Menu, Page, toast, When } from '../../ui';
import { tones } from '../partners';
import { Codes } from './codes';
import { Commissions } from './commissions';
import { Edit } from './edit';
import { Line } from './line';
import { Move } from './move';
import { Report } from './report';

export type Detail = Schemas['PartnerDetail'];
type State = Detail['state'];

// Partner is one partner: who it is, what came of the codes, who stands below.
export default function Partner() {
  const t = useTexts();
  const { params } = useRoute();
  const id = params.id ?? '';
  const partner = useLoad((signal) => api.GET('/api/admin/v1/partners/{id}', { params: { path: { id } }, signal }), [id]);
  const p = partner.data;
  return (
    <Page
      title={p ? p.name || p.email : t('title')}
      back={{ to: '/partners', label: t('back') }}
      badge={p && <Badge tone={tones[p.state]}>{t('state.' + p.state)}</Badge>}
      actions={p && <Actions of={p} changed={partner.reload} />}
    >
      <Await of={partner} lines={8}>
        {(one) => (
          <>
            <About of={one} />
            <Report id={one.id} />
            <Codes id={one.id} all={one.codes} />
            <Line of={one} changed={partner.reload} />
            <Commissions id={one.id} since={one.created_at} />
          </>
        )}
      </Await>
    </Page>
  );
}

function About({ of: p }: { of: Detail }) {
  const t = useTexts();
  const above = p.above ?? [];
  return (
    <Card title={t('about')}>
      <Facts
        items={[
          { name: t('member'), value: <Link to={'/members/' + p.id}>{p.email || p.name}</Link> },
          {
            name: t('above'),
            value: above.length === 0 ? t('top') : above.map((one, i) => [i > 0 && ' ‹ ', <Link key={one.id} to={'/partners/' + one.id}>{one.name || t('nameless')}</Link>]),
          },
          { name: t('storefront'), value: p.storefront || p.host_name || '–', help: p.host_name && !p.storefront ? t('storefront.nodomain') : undefined },
          { name: t('since'), value: <When at={p.created_at} /> },
          ...(p.notes ? [{ name: t('notes'), value: p.notes }] : []),
        ]}
      />
    </Card>
  );
}

function Actions({ of: p, changed }: { of: Detail; changed(): void }) {
  const t = useTexts();
  const f = useFormat();
  const [open, setOpen] = useState<'pause' | 'move' | 'edit' | undefined>();
  const close = () => setOpen(undefined);
  const save = useAction((state: State) => api.PUT('/api/admin/v1/partners/{id}', { params: { path: { id: p.id } }, body: { state, host_name: p.host_name, notes: p.notes } }));
  const again = useAction((_: undefined) => api.POST('/api/admin/v1/partners/{id}/invite', { params: { path: { id: p.id } } }));
  const put = async (state: State) => {
    const before = p.state;
    if (!(await save.run(state))) return;
    close();
    toast(t('now.' + state), { undo: () => void save.run(before).then(changed) });
    changed();
  };
  const invite = async () => {
    if (await again.run(undefined)) toast(t('invited'));
    else toast(t('notInvited'));
  };
  return (
    <>
      {p.state === 'active' ? (
        <Button onClick={() => setOpen('pause')}>{t('pause')}</Button>
      ) : (
        <Button kind="primary" busy={save.busy} onClick={() => void put('active')}>
          {t(p.state === 'invited' ? 'approve' : 'resume')}
        </Button>
      )}
      <Button onClick={() => setOpen('move')}>{t('move')}</Button>
      <Menu
        items={[
          { label: t('edit'), onPick: () => setOpen('edit') },
          { label: t('invite'), disabled: p.state === 'paused', onPick: () => void invite() },
        ]}
      />
      <Confirm open={open === 'pause'} title={t('pause.title', { name: p.name || p.email })} confirmLabel={t('pause')} busy={save.busy} problem={save.problem} onClose={close} onConfirm={() => void put('paused')}>
        <p>{t('pause.codes', { n: p.codes, codes: f.number(p.codes) })}</p>
        <p>{t('pause.text')}</p>
      </Confirm>
      {open === 'move' && <Move of={p} close={close} moved={changed} />}
      {open === 'edit' && <Edit of={p} close={close} saved={changed} />}
    </>
  );
}
