import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Await, Badge, Button, Card, Check, Confirm, DataTable, Dialog, Empty, ErrorBox, Notice, TextInput, toast, When, type Column } from '../../ui';

type Key = Schemas['KeyView'];

type Scope = NonNullable<Schemas['CreateKeyBody']['scopes']>[number];

// All that the API knows: one that is missing here does not compile.
const scopes = Object.keys({ read: 0, activities: 0, adjust: 0, vouchers: 0, redeem: 0 } satisfies Record<Scope, 0>) as Scope[];

// Keys let other systems of the merchant in.
export function Keys({ owner }: { owner: boolean }) {
  const t = useTexts();
  const keys = useLoad((signal) => api.GET('/api/admin/v1/api-keys', { signal }), []);
  const [making, make] = useState(false);
  const [revoking, revoke] = useState<Key>();
  const end = useAction((id: string) => api.DELETE('/api/admin/v1/api-keys/{id}', { params: { path: { id } } }));
  const run = async () => {
    if (!revoking || !(await end.run(revoking.id))) return;
    toast(t('keys.revoked', { name: revoking.name }));
    revoke(undefined);
    keys.reload();
  };
  const columns: Column<Key>[] = [
    { key: 'name', head: t('name'), render: (k) => k.name },
    { key: 'hint', head: t('keys.hint'), render: (k) => <code>{'…' + k.hint}</code> },
    { key: 'scopes', head: t('keys.scopes'), render: (k) => (k.scopes ?? []).map((s) => t('scope.' + s)).join(', ') },
    { key: 'used', head: t('keys.used'), align: 'end', render: (k) => (k.used_at ? <When at={k.used_at} time /> : t('keys.never')) },
    { key: 'state', head: '', align: 'end', render: (k) => (k.revoked_at ? <Badge>{t('keys.ended')}</Badge> : owner && <Button small onClick={() => revoke(k)}>{t('keys.revoke')}</Button>) },
  ];
  return (
    <Card title={t('keys')} lead={t('keys.lead')} actions={owner && <Button onClick={() => make(true)}>{t('keys.make')}</Button>}>
      <Await of={keys}>{(list) => <DataTable caption={t('keys')} columns={columns} rows={list.items ?? []} rowKey={(k) => k.id} empty={<Empty title={t('keys.empty')} text={t('keys.empty.text')} />} />}</Await>
      <NewKey open={making} close={() => make(false)} made={keys.reload} />
      <Confirm open={revoking !== undefined} title={t('keys.revoke.title', { name: revoking?.name ?? '' })} confirmLabel={t('keys.revoke')} danger busy={end.busy} problem={end.problem} onClose={() => revoke(undefined)} onConfirm={() => void run()}>
        <p>{t('keys.revoke.text')}</p>
      </Confirm>
    </Card>
  );
}

function NewKey({ open, close, made }: { open: boolean; close(): void; made(): void }) {
  const t = useTexts();
  const [name, setName] = useState('');
  const [chosen, choose] = useState<Scope[]>(['read']);
  const [secret, setSecret] = useState('');
  const create = useAction(() => api.POST('/api/admin/v1/api-keys', { body: { name: name.trim(), scopes: chosen } }));
  const run = async () => {
    const key = await create.run(undefined);
    if (!key) return;
    setSecret(key.data.secret);
    made();
  };
  const shut = () => {
    setSecret('');
    setName('');
    choose(['read']);
    create.clear();
    close();
  };
  if (secret) {
    return (
      <Dialog open={open} title={t('keys.made')} onClose={shut} footer={<Button onClick={shut}>{t('keys.kept')}</Button>}>
        <Notice tone="warn">
          <p>{t('keys.once')}</p>
        </Notice>
        <p>
          <code class="secret">{secret}</code>
        </p>
        <p>
          <Button onClick={() => void navigator.clipboard.writeText(secret).then(() => toast(t('copied')), () => toast(t('copy.failed')))}>{t('copy')}</Button>
        </p>
      </Dialog>
    );
  }
  const footer = (
    <>
      <Button onClick={shut}>{t('cancel')}</Button>
      <Button kind="primary" busy={create.busy} disabled={!name.trim() || chosen.length === 0} onClick={() => void run()}>
        {t('keys.make')}
      </Button>
    </>
  );
  return (
    <Dialog open={open} title={t('keys.make')} onClose={shut} footer={footer}>
      <TextInput name="key-name" label={t('name')} help={t('keys.name.help')} value={name} maxLength={120} onValue={setName} />
      <fieldset class="field">
        <legend>{t('keys.scopes')}</legend>
        {scopes.map((s) => (
          <Check key={s} label={t('scope.' + s)} help={t('scope.' + s + '.help')} value={chosen.includes(s)} onValue={(on) => choose(scopes.filter((one) => (one === s ? on : chosen.includes(one))))} />
        ))}
      </fieldset>
      {create.problem && <ErrorBox problem={create.problem} />}
    </Dialog>
  );
}
