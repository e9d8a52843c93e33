import { useState } from 'preact/hooks';
import check from 'icon:check';
import eye from 'icon:eye';
import mail from 'icon:mail';
import undo from 'icon:undo-2';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { endOfDay } from '../../screens/member/zone';
import { Badge, Button, Card, DateInput, Empty, ErrorBox, Icon, Page, Select, TextArea, toast } from '../../ui';
import { readAll, write } from '../api';
import { useDesk } from '../me';
import { Segments, Wait } from '../parts';
import type { Lead, LeadState, Page as PageOf } from '../types';

// Leads are those who signed up in the first line and have not bought yet. Whoever
// orders leaves this list.
export default function Leads() {
  const t = useTexts();
  const list = useListQuery();
  const { again } = useDesk();
  const done = list.values.show === 'done';
  const leads = useLoad((signal) => readAll<PageOf<Lead>>('/new-customers', {}, signal), []);
  const changed = () => {
    leads.reload();
    again();
  };
  return (
    <Page title={t('leads.title')} lead={t('leads.lead')}>
      <Segments label={t('leads.show')} value={done ? 'done' : 'open'} onValue={(v) => list.set({ show: v === 'open' ? undefined : v })} options={[{ value: 'open', label: t('leads.open') }, { value: 'done', label: t('leads.done') }]} />
      <Wait of={leads}>
        {({ items }) => {
          const shown = items.filter((one) => (one.state === 'done') === done).sort(byReminder);
          if (shown.length > 0) {
            return (
              <div class="grid min-360">
                {shown.map((one) => (
                  <LeadCard key={one.id} lead={one} changed={changed} />
                ))}
              </div>
            );
          }
          return (
            <Card>
              <Empty title={t(done ? 'leads.nodone' : 'leads.empty')} text={done ? undefined : t('leads.empty.text')} />
            </Card>
          );
        }}
      </Wait>
    </Page>
  );
}

// Those with the nearest reminder come first, the others by their sign-up.
const byReminder = (a: Lead, b: Lead): number => (a.remind_at || Infinity) - (b.remind_at || Infinity) || b.since - a.since;

interface Work {
  state: LeadState;
  note: string;
  remind_at: number;
}

function LeadCard({ lead, changed }: { lead: Lead; changed(): void }) {
  const t = useTexts();
  const f = useFormat();
  const written = lead.remind_at ? f.day(lead.remind_at) : '';
  const [state, setState] = useState(lead.state);
  const [note, setNote] = useState(lead.note);
  const [day, setDay] = useState(written);
  const save = useAction((work: Work) => write<Lead>('PUT', '/new-customers/' + lead.id, work));
  const put = async (to: LeadState, said: string) => {
    if (!(await save.run({ state: to, note, remind_at: day ? startOf(day, f.zone) : 0 }))) return;
    toast(said);
    setState(to);
    changed();
  };
  const name = lead.name || t('person.unnamed');
  const due = Boolean(lead.remind_at) && (lead.remind_at ?? 0) <= Date.now();
  const finished = lead.state === 'done';
  return (
    <section class="card" aria-label={name}>
      <div class="code-line">
        <h2>{name}</h2>
        {lead.remind_at && !finished ? <Badge tone={due ? 'warn' : 'neutral'}>{t(due ? 'leads.due' : 'leads.remind', { date: f.date(lead.remind_at) })}</Badge> : null}
      </div>
      <p class="quiet">{t('leads.since', { date: f.date(lead.since) })}</p>
      <Contact lead={lead} />
      <details open={Boolean(lead.note || lead.remind_at) && !finished}>
        <summary>{t('leads.more')}</summary>
        <div class="stack gap-3">
          {!finished && (
            <Select label={t('leads.state')} name={'state-' + lead.id} value={state} options={(['open', 'contacted', 'waiting'] as const).map((value) => ({ value, label: t('lead.' + value) }))} onValue={(value) => setState(value as LeadState)} />
          )}
          <TextArea label={t('leads.note')} name={'note-' + lead.id} rows={2} maxLength={500} optional value={note} onValue={setNote} />
          {!finished && <DateInput label={t('leads.reminder')} name={'remind-' + lead.id} optional value={day} onValue={setDay} />}
        </div>
      </details>
      {save.problem && <ErrorBox problem={save.problem} />}
      <div class="actions spread">
        {(note !== lead.note || day !== written || state !== lead.state) && (
          <Button kind="primary" busy={save.busy} onClick={() => void put(state, t('saved'))}>
            {t('save')}
          </Button>
        )}
        <Button icon={finished ? undo : check} busy={save.busy} onClick={() => void put(finished ? 'open' : 'done', t(finished ? 'leads.reopened' : 'leads.finished'))}>
          {t(finished ? 'leads.reopen' : 'leads.finish')}
        </Button>
      </div>
    </section>
  );
}

// startOf is the first moment of a local day.
const startOf = (day: string, zone: string): number => endOfDay(new Date(Date.parse(day + 'T00:00:00Z') - 86_400_000).toISOString().slice(0, 10), zone) + 1;

// Contact shows an address only when it is asked for: every look is noted, and the
// shop and the customer can be told of it.
function Contact({ lead }: { lead: Lead }) {
  const t = useTexts();
  const f = useFormat();
  const [seen, setSeen] = useState(lead);
  const reveal = useAction(() => write<Lead>('POST', `/new-customers/${lead.id}/contact`));
  const { name, email } = seen.contact ?? {};
  if (lead.released.length === 0) return <p class="quiet">{t('leads.noconsent')}</p>;
  return (
    <div class="stack gap-2" aria-live="polite">
      {!seen.contact && (
        <div class="actions spread">
          <Button icon={eye} kind="primary" busy={reveal.busy} onClick={() => void reveal.run(undefined).then((one) => one && setSeen(one.data))}>
            {t('leads.reveal')}
          </Button>
        </div>
      )}
      {seen.contact && (
        <>
          {name && <p>{name}</p>}
          {email && (
            <div class="actions spread">
              <a class="button primary long" href={'mailto:' + email}>
                <Icon of={mail} size={18} />
                {email}
              </a>
            </div>
          )}
          {!name && !email && <p>{t('leads.nocontact')}</p>}
        </>
      )}
      <p class="quiet">{seen.seen_at ? t('leads.seen', { when: f.dateTime(seen.seen_at) }) : t('leads.logged')}</p>
      {reveal.problem && <ErrorBox problem={reveal.problem} />}
    </div>
  );
}
