import { useState } from 'preact/hooks';
import check from 'icon:check';
import eye from 'icon:eye';
import mail from 'icon:mail';
import phone from 'icon:phone';
import undo from 'icon:undo-2';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Badge, Button, Card, DateInput, Empty, ErrorBox, Icon, Page, Pager, TextArea, toast } from '../../ui';
import { queryOf, read, write } from '../api';
import { useDesk } from '../me';
import { Segments, Wait } from '../parts';
import type { Lead, Leads as LeadList, Work } from '../types';

const perPage = 25;

// Leads are those who signed up in the first line and have not bought yet. Whoever
// orders leaves this list.
export default function Leads() {
  const t = useTexts();
  const list = useListQuery();
  const { again } = useDesk();
  const show = list.values.show === 'done' ? 'done' : 'open';
  const path = '/new-customers' + queryOf({ done: show === 'done' ? 'true' : undefined, cursor: list.cursor, limit: perPage });
  const leads = useLoad((signal) => read<LeadList>(path, signal), [path]);
  const changed = () => {
    leads.reload();
    again();
  };
  return (
    <Page title={t('leads.title')} lead={t('leads.lead')}>
      <Segments label={t('leads.show')} value={show} onValue={(v) => list.set({ show: v === 'open' ? undefined : v })} options={[{ value: 'open', label: t('leads.open') }, { value: 'done', label: t('leads.done') }]} />
      <Wait of={leads}>
        {({ items, released }) => (
          <>
            <p class="quiet">{released.length > 0 ? t('leads.released', { fields: released.map((field) => t('field.' + field)).join(', ') }) : t('leads.released.none')}</p>
            {items.length === 0 ? (
              <Card>
                <Empty title={t(show === 'done' ? 'leads.nodone' : 'leads.empty')} text={show === 'done' ? undefined : t('leads.empty.text')} />
              </Card>
            ) : (
              <div class="grid min-360 fill">
                {items.map((one) => (
                  <LeadCard key={one.id} lead={one} changed={changed} />
                ))}
              </div>
            )}
          </>
        )}
      </Wait>
      <Pager next={leads.data?.next ? () => list.next(leads.data?.next ?? '') : undefined} previous={list.previous} />
    </Page>
  );
}

function LeadCard({ lead, changed }: { lead: Lead; changed(): void }) {
  const t = useTexts();
  const f = useFormat();
  const [note, setNote] = useState(lead.note);
  const [day, setDay] = useState(lead.remind_at ? f.day(lead.remind_at) : '');
  const save = useAction((work: Work) => write<Lead>('PUT', '/new-customers/' + lead.id, work));
  const before: Work = { state: lead.state, note: lead.note, remind_on: lead.remind_at ? f.day(lead.remind_at) : '' };
  const put = async (change: Partial<Work>, said: string) => {
    if (!(await save.run({ ...before, note, remind_on: day, ...change }))) return;
    toast(said, { undo: change.state ? () => void save.run(before).then(changed) : undefined });
    changed();
  };
  const dirty = note !== before.note || day !== before.remind_on;
  const done = lead.state === 'done';
  return (
    <section class="card lead" aria-label={lead.name || t('person.unnamed')}>
      <div class="code-line">
        <h2>{lead.name || t('person.unnamed')}</h2>
        {lead.remind_at && !done ? <Badge tone={lead.due ? 'warn' : 'neutral'}>{t('leads.remind', { date: f.date(lead.remind_at) })}</Badge> : null}
      </div>
      {lead.since ? <p class="quiet">{t('leads.since', { date: f.date(lead.since) })}</p> : null}
      <Contact lead={lead} />
      <TextArea label={t('leads.note')} name={'note-' + lead.id} rows={2} maxLength={500} optional value={note} onValue={setNote} />
      <DateInput label={t('leads.reminder')} name={'remind-' + lead.id} optional value={day} onValue={setDay} />
      {save.problem && <ErrorBox problem={save.problem} />}
      <div class="actions spread">
        {dirty && (
          <Button kind="primary" busy={save.busy} onClick={() => void put({}, t('saved'))}>
            {t('save')}
          </Button>
        )}
        {done ? (
          <Button icon={undo} busy={save.busy} onClick={() => void put({ state: 'open' }, t('leads.reopened'))}>
            {t('leads.reopen')}
          </Button>
        ) : (
          <Button icon={check} busy={save.busy} onClick={() => void put({ state: 'done' }, t('leads.finished'))}>
            {t('leads.finish')}
          </Button>
        )}
      </div>
    </section>
  );
}

// Contact shows an address only when it is asked for: every look is recorded, and
// the shop and the customer can be told of it.
function Contact({ lead }: { lead: Lead }) {
  const t = useTexts();
  const [shown, setShown] = useState(lead.contact);
  const reveal = useAction(() => write<Lead>('POST', `/new-customers/${lead.id}/contact`));
  if (shown) {
    return (
      <div class="actions spread" aria-live="polite">
        {shown.email && (
          <a class="button primary" href={'mailto:' + shown.email}>
            <Icon of={mail} size={18} />
            {shown.email}
          </a>
        )}
        {shown.phone && (
          <a class="button primary" href={'tel:' + shown.phone.replace(/[^+\d]/g, '')}>
            <Icon of={phone} size={18} />
            {shown.phone}
          </a>
        )}
        {!shown.email && !shown.phone && <p class="quiet">{t('leads.nocontact')}</p>}
      </div>
    );
  }
  if (!lead.can_contact) return <p class="quiet">{t('leads.noconsent')}</p>;
  return (
    <div class="stack gap-2">
      <div class="actions spread">
        <Button icon={eye} kind="primary" busy={reveal.busy} onClick={() => void reveal.run(undefined).then((one) => one && setShown(one.contact ?? {}))}>
          {t('leads.reveal')}
        </Button>
      </div>
      <p class="quiet">{t('leads.logged')}</p>
      {reveal.problem && <ErrorBox problem={reveal.problem} />}
    </div>
  );
}
