import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { setQuery, useRoute } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Badge, Button, Card, Dialog, ErrorBox, Menu, Notice, Page, Row, Select, Stack, TextArea, TextInput, toast, type Tone } from '../../ui';
import { moved } from './order';
import './style.css';

type View = Schemas['FAQView'];
type Item = Schemas['FAQItem'];

const tones: Record<string, Tone> = { new: 'neutral', stale: 'warn', ready: 'good' };

// FAQ is where the merchant goes through the questions that shoppers ask.
export default function FAQ() {
  const t = useTexts();
  const { query } = useRoute();
  const shop = useShop();
  const languages = ['en', 'de', 'da', 'pl', 'it'] as const;
  const language = languages.find((l) => l === (query.language ?? shop.language.slice(0, 2))) ?? 'en';
  const faq = useLoad((signal) => api.GET('/api/admin/v1/faq', { params: { query: { language } }, signal }), [language]);
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={<Select label={t('language')} hideLabel value={language} options={languages.map((value) => ({ value, label: t('language.' + value) }))} onValue={(to) => setQuery({ language: to })} />}
    >
      <Await of={faq} lines={8}>
        {(view) => <List view={view} reload={faq.reload} />}
      </Await>
    </Page>
  );
}

function List({ view, reload }: { view: View; reload(): void }) {
  const t = useTexts();
  const [editing, setEditing] = useState<Item | undefined>();
  const [html, setHtml] = useState(false);
  const language = view.language as 'en' | 'de' | 'da' | 'pl' | 'it';
  const items = view.items ?? [];
  const { version } = view;
  const done = (said: string) => {
    toast(said, { undo: () => void undo.run(undefined).then(reload) });
    reload();
  };
  const undo = useAction(async () => {
    const now = await api.GET('/api/admin/v1/faq', { params: { query: { language } } });
    return api.POST('/api/admin/v1/faq/undo', { body: { version: now.data?.version ?? version } });
  });
  const approve = useAction((i: Item) => api.POST('/api/admin/v1/faq/approve', { body: { version, id: i.id, language, ...i.draft } }));
  const arrange = useAction((o: { order: string[]; hidden: string[] }) => api.PUT('/api/admin/v1/faq/order', { body: { version, ...o } }));
  const publish = useAction((on: boolean) => api.POST('/api/admin/v1/faq/publish', { body: { version, on } }));
  const order = items.map((i) => i.id);
  const hidden = items.filter((i) => i.hidden).map((i) => i.id);
  const act = async (ran: Promise<unknown>, said: string) => {
    if (await ran) done(said);
  };
  const problem = approve.problem ?? arrange.problem ?? publish.problem ?? undo.problem;
  return (
    <Stack>
      {view.published && view.missing > 0 && <Notice tone="warn" title={t('stale.title')}>{t('stale.text', { n: view.missing })}</Notice>}
      <Card title={t(view.published ? 'published' : 'draft')} lead={view.published ? t('published.text') : t('draft.text', { n: view.missing })}>
        <Row gap={2}>
          <Button kind={view.published ? 'plain' : 'primary'} disabled={!view.published && view.missing > 0} busy={publish.busy} onClick={() => void act(publish.run(!view.published), t(view.published ? 'withdrawn' : 'shown'))}>
            {t(view.published ? 'withdraw' : 'publish')}
          </Button>
          {view.published && <Button onClick={() => setHtml(true)}>{t('html')}</Button>}
          {view.can_undo && <Button kind="quiet" busy={undo.busy} onClick={() => void undo.run(undefined).then((ok) => ok && (toast(t('undone')), reload()))}>{t('undoLast')}</Button>}
        </Row>
        {view.published && <p class="quiet">{t('page', { path: view.page })}</p>}
        {problem && <ErrorBox problem={problem} retry={reload} />}
      </Card>
      <ol class="faq-list">
        {items.map((item, at) => (
          <li key={item.id}>
            <Card title={item.draft.question || t('off.' + item.id)} actions={<Badge tone={item.hidden ? 'neutral' : tones[item.state] ?? 'neutral'}>{t(item.hidden ? 'hidden' : 'state.' + item.state)}</Badge>}>
              <One item={item} />
              <Row gap={2}>
                {item.state !== 'ready' && <Button kind="primary" small busy={approve.busy} onClick={() => void act(approve.run(item), t('approved'))}>{t('approve')}<span class="sr"> {item.draft.question || item.id}</span></Button>}
                <Button small onClick={() => setEditing(item)}>{t('edit')}<span class="sr"> {item.draft.question || item.id}</span></Button>
                <Menu
                  label={t('moreFor', { name: item.draft.question || item.id })}
                  items={[
                    { label: t(item.hidden ? 'show' : 'hide'), onPick: () => void act(arrange.run({ order, hidden: item.hidden ? hidden.filter((id) => id !== item.id) : [...hidden, item.id] }), t('saved')) },
                    { label: t('up'), disabled: at === 0, onPick: () => void act(arrange.run({ order: moved(order, at, -1), hidden }), t('saved')) },
                    { label: t('down'), disabled: at === items.length - 1, onPick: () => void act(arrange.run({ order: moved(order, at, 1), hidden }), t('saved')) },
                  ]}
                />
              </Row>
            </Card>
          </li>
        ))}
      </ol>
      {editing && <Editor key={editing.id} item={editing} version={version} language={language} onClose={() => setEditing(undefined)} saved={() => (setEditing(undefined), done(t('saved')))} />}
      <Dialog open={html} title={t('html.title')} wide onClose={() => setHtml(false)}>
        <TextArea label={t('html.label')} help={t('html.help')} rows={14} value={view.html} onValue={() => undefined} />
      </Dialog>
    </Stack>
  );
}

// One is an answer, and how it differs from what was gone through.
function One({ item }: { item: Item }) {
  const t = useTexts();
  const before = item.approved;
  const differs = before && (before.answer !== item.draft.answer || before.question !== item.draft.question);
  return (
    <Stack gap={2}>
      {differs && (
        <div class="faq-diff">
          <p class="quiet">{t('before')}</p>
          <p class="faq-text" dir="auto"><del>{before.answer || t('leftOut')}</del></p>
          <p class="quiet">{t('now')}</p>
        </div>
      )}
      <p class="faq-text" dir="auto">{differs ? <ins>{item.draft.answer || t('leftOut')}</ins> : item.draft.answer || t('leftOut')}</p>
      {item.base && (
        <div class="faq-diff">
          <p class="quiet">{t('behind')}</p>
          <p class="faq-text"><del>{item.base.answer}</del></p>
          <p class="faq-text"><ins>{item.standard.answer}</ins></p>
        </div>
      )}
      {item.own && <p class="quiet">{t('own')}</p>}
      {item.state === 'stale' && !differs && !item.base && <p class="quiet">{t('elsewhere', { languages: (item.changed ?? []).map((l) => t('language.' + l)).join(', ') })}</p>}
    </Stack>
  );
}

interface EditorProps {
  item: Item;
  version: number;
  language: 'en' | 'de' | 'da' | 'pl' | 'it';
  onClose(): void;
  saved(): void;
}

function Editor({ item, version, language, onClose, saved }: EditorProps) {
  const t = useTexts();
  const [words, setWords] = useState(item.draft);
  const save = useAction((w: Schemas['FAQText']) => api.PUT('/api/admin/v1/faq/words', { body: { version, id: item.id, language, ...w } }));
  const run = async (w: Schemas['FAQText']) => {
    if (await save.run(w)) saved();
  };
  return (
    <Dialog
      open
      wide
      title={t('edit.title')}
      dirty={words !== item.draft}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          {item.own && <Button kind="quiet" busy={save.busy} onClick={() => void run({ question: '', answer: '' })}>{t('reset')}</Button>}
          <Button kind="primary" busy={save.busy} onClick={() => void run(words)}>{t('save')}</Button>
        </>
      }
    >
      <Stack>
        <TextInput label={t('question')} value={words.question} maxLength={200} onValue={(question) => setWords({ ...words, question })} />
        <TextArea label={t('answer')} rows={7} value={words.answer} maxLength={2000} help={t('answer.help')} onValue={(answer) => setWords({ ...words, answer })} />
        {save.problem && <ErrorBox problem={save.problem} />}
      </Stack>
    </Dialog>
  );
}
