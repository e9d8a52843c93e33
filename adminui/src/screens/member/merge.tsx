import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { go } from '../../shell/router';
import { Button, Dialog, ErrorBox, ListBar, Notice, Radio, Stack, toast } from '../../ui';
import { nameOf, type Member } from './index';

interface Props {
  open: boolean;
  member: Member;
  close(): void;
}

// Merge joins two records of one person, after showing in numbers what comes of it.
export function Merge(props: Props) {
  return props.open ? <Form {...props} /> : null;
}

function Form({ member: m, close }: Props) {
  const t = useTexts();
  const f = useFormat();
  const [search, setSearch] = useState('');
  const [into, setInto] = useState('');
  const [seen, setSeen] = useState<Schemas['MergePreview'] | undefined>();
  const query = { search, limit: 8 };
  const found = useLoad((signal) => api.GET('/api/admin/v1/members', { params: { query }, signal }), [search]);
  const look = useAction((id: string) => api.POST('/api/admin/v1/members/{id}/merge-preview', { params: { path: { id: m.id } }, body: { into: id } }));
  const merge = useAction((id: string) => api.POST('/api/admin/v1/members/{id}/merge', { params: { path: { id: m.id } }, body: { into: id } }));
  const others = search ? (found.data?.items ?? []).filter((one) => one.id !== m.id && one.state === 'active') : [];
  const pick = async (id: string) => {
    setInto(id);
    setSeen(undefined);
    setSeen((await look.run(id))?.data);
  };
  const submit = async () => {
    const stays = await merge.run(into);
    if (!stays) return;
    toast(t('mergeDone'));
    close();
    go('/members/' + stays.data.id);
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="danger" busy={merge.busy} disabled={!seen} onClick={() => void submit()}>{t('mergeDo')}</Button>
    </>
  );
  const problem = merge.problem ?? look.problem ?? found.problem;
  return (
    <Dialog open wide title={t('mergeTitle', { name: nameOf(m) })} onClose={close} footer={footer}>
      <Stack gap={4}>
        <p>{t('mergeText')}</p>
        <ListBar search={{ value: search, label: t('mergeSearch'), onType: setSearch }} />
        {search && found.data && others.length === 0 && <p class="quiet">{t('mergeNobody')}</p>}
        {others.length > 0 && <Radio label={t('mergeInto')} value={into} onValue={(id) => void pick(id)} options={others.map((one) => ({ value: one.id, label: nameOf(one), help: `${one.email} · ${t('points.of', { n: one.available, points: f.number(one.available) })}` }))} />}
        <div aria-live="polite">
          {seen && (
            <Notice tone="accent" title={t('mergeWill', { from: nameOf(seen.from), into: nameOf(seen.into) })}>
              <p>{t('mergeNumbers', { before: f.number(seen.before.available), giving: f.number(seen.giving.available), after: f.number(seen.after.available) })}</p>
              <p class="quiet">{t('mergeFinal')}</p>
            </Notice>
          )}
        </div>
        {problem && <ErrorBox problem={problem} />}
      </Stack>
    </Dialog>
  );
}
