import { useState } from 'preact/hooks';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useRoute } from '../../shell/router';
import { Badge, Button, Card, Dialog, Empty, ErrorBox, Notice, Page, TextArea, toast } from '../../ui';
import { read, write } from '../api';
import { Wait } from '../parts';
import type { Attribution } from '../types';

// Person is why somebody is, or is not, in the first line: what happened, in order.
export default function Person() {
  const t = useTexts();
  const { params } = useRoute();
  const line = useLoad((signal) => read<Attribution>('/attribution/' + params.id, signal), [params.id]);
  const state = line.data?.state;
  return (
    <Page title={line.data?.name || t('person.title')} back={{ to: '/people', label: t('people.title') }} narrow badge={state && <Badge tone={line.data?.mine ? 'good' : 'neutral'}>{t(line.data?.mine ? 'state.' + state : 'state.lost')}</Badge>}>
      <Wait of={line}>
        {(of) => (
          <>
            <Card title={t('person.how')} lead={t('person.rule.' + of.rule)}>
              {of.events.length === 0 ? <Empty title={t('person.none')} /> : <Events of={of.events} />}
            </Card>
            <Appeal id={params.id ?? ''} of={of} done={line.reload} />
          </>
        )}
      </Wait>
    </Page>
  );
}

function Events({ of }: { of: Attribution['events'] }) {
  const t = useTexts();
  const f = useFormat();
  return (
    <ol class="timeline">
      {of.map((e) => (
        <li key={`${e.at}-${e.kind}-${e.mine}`} class={e.mine ? 'mine' : undefined}>
          <p>{t('event.' + e.kind, { who: t(e.mine ? 'person.you' : 'person.other') })}</p>
          <p class="quiet">
            {f.dateTime(e.at)}
            {e.code && ` · ${t('person.code', { code: e.code })}`}
            {e.storefront && ` · ${t('person.storefront', { name: e.storefront })}`}
          </p>
          {e.note && <p class="quiet">{e.note}</p>}
        </li>
      ))}
    </ol>
  );
}

// Appeal is how a partner says that the shop should look again.
function Appeal({ id, of, done }: { id: string; of: Attribution; done(): void }) {
  const t = useTexts();
  const f = useFormat();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const send = useAction((said: string, key) => write<unknown>('POST', `/attribution/${id}/appeal`, { text: said }, key));
  const submit = async () => {
    if (text.trim().length < 3 || !(await send.run(text.trim()))) return;
    setOpen(false);
    toast(t('appeal.sent'));
    done();
  };
  const waiting = of.appeals.some((a) => a.state === 'open');
  return (
    <>
      {of.appeals.map((a) => (
        <Notice key={a.id} tone={a.state === 'open' ? 'accent' : 'neutral'} title={t('appeal.' + a.state)}>
          <p>{a.text}</p>
          <p class="quiet">{f.dateTime(a.created_at)}</p>
          {a.answer && <p>{t('appeal.answer', { text: a.answer })}</p>}
        </Notice>
      ))}
      {!waiting && (
        <div class="stack gap-2">
          <p class="quiet">{t('appeal.hint')}</p>
          <div class="actions">
            <Button onClick={() => setOpen(true)}>{t('appeal.do')}</Button>
          </div>
        </div>
      )}
      <Dialog
        open={open}
        title={t('appeal.title')}
        onClose={() => setOpen(false)}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
            <Button kind="primary" busy={send.busy} disabled={text.trim().length < 3} onClick={() => void submit()}>
              {t('appeal.send')}
            </Button>
          </>
        }
      >
        <TextArea label={t('appeal.text')} name="text" help={t('appeal.help')} rows={4} maxLength={1000} value={text} onValue={setText} />
        {send.problem && <ErrorBox problem={send.problem} />}
      </Dialog>
    </>
  );
}
