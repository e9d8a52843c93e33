import { useState } from 'preact/hooks';
import { api, nothing } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts, useWords } from '../../i18n';
import { Button, Check, Dialog, ErrorBox, Grid, Radio, Select, Stack, TextInput, toast } from '../../ui';
import { PickPartner } from './pick';

const languages = ['en', 'de', 'da', 'pl', 'it'] as const;
const likeAddress = (text: string) => /^\S+@\S+\.\S+$/.test(text);

// Invite makes somebody a partner: a member, or whoever has an address.
export function Invite({ close, done }: { close(): void; done(): void }) {
  const t = useTexts();
  const { language: own } = useWords();
  const [who, setWho] = useState('');
  const [member, setMember] = useState('');
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const [language, setLanguage] = useState<(typeof languages)[number]>(own);
  const [above, setAbove] = useState<{ id: string; name: string } | undefined>();
  const [host, setHost] = useState('');
  const [approved, approve] = useState(false);
  const query = { search: who.trim(), limit: 5 };
  const found = useLoad((signal) => (who.trim().length > 2 ? api.GET('/api/admin/v1/members', { params: { query }, signal }) : Promise.resolve(nothing)), [query]);
  const send = useAction((_: undefined) =>
    api.POST('/api/admin/v1/partners', {
      body: {
        ...(member ? { member_id: member } : { email: who.trim(), first_name: first.trim() || undefined, last_name: last.trim() || undefined, language }),
        sponsor_id: above?.id, host_name: host.trim() || undefined, approved: approved || undefined,
      },
    }),
  );
  const errors = fieldErrors(send.problem);
  const matches = (found.data?.items ?? []).filter((m) => m.state === 'active');
  const address = likeAddress(who.trim());
  const submit = async () => {
    if (!(await send.run(undefined))) return;
    toast(t('invited'));
    done();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={send.busy} disabled={!member && !address} onClick={() => void submit()}>
        {t('invite.send')}
      </Button>
    </>
  );
  return (
    <Dialog open wide title={t('invite.title')} onClose={close} footer={footer}>
      <Stack gap={4}>
        <p>{t('invite.text')}</p>
        <TextInput
          label={t('invite.who')}
          name="email"
          help={t('invite.who.help')}
          value={who}
          error={errors.email && t('invite.wrong')}
          onValue={(value) => {
            setWho(value);
            setMember('');
          }}
        />
        {matches.length > 0 && (
          <Radio
            label={t('invite.member')}
            value={member}
            onValue={setMember}
            options={[...matches.map((m) => ({ value: m.id, label: [m.first_name, m.last_name].filter(Boolean).join(' ') || m.email, help: m.email })), ...(address ? [{ value: '', label: t('invite.address', { email: who.trim() }) }] : [])]}
          />
        )}
        {!member && address && (
          <Grid min={160} fill>
            <TextInput label={t('invite.first')} name="first_name" optional value={first} onValue={setFirst} maxLength={100} />
            <TextInput label={t('invite.last')} name="last_name" optional value={last} onValue={setLast} maxLength={100} />
            <Select label={t('invite.language')} name="language" value={language} onValue={(value) => setLanguage(languages.find((l) => l === value) ?? 'en')} options={languages.map((value) => ({ value, label: t('language.' + value) }))} />
          </Grid>
        )}
        <PickPartner label={t('invite.above')} help={t('invite.above.help')} value={above} onValue={setAbove} />
        <TextInput label={t('host')} name="host_name" optional help={t('host.help')} error={errors.host_name && t(send.problem?.code === 'conflict' ? 'host.taken' : 'host.wrong')} value={host} onValue={setHost} maxLength={40} />
        <Check label={t('invite.approved')} help={t('invite.approved.help')} value={approved} onValue={approve} />
        {send.problem && !errors.email && !errors.host_name && <ErrorBox problem={send.problem} />}
      </Stack>
    </Dialog>
  );
}
