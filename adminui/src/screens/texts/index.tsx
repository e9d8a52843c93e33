import { Fragment } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts, useWords } from '../../i18n';
import { createFormat } from '../../i18n/format';
import { languages, type Language } from '../../i18n/texts';
import { setQuery, useRoute } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Badge, Button, Card, DirtyGuard, Empty, ErrorBox, FormErrors, ListBar, Page, Row, Select, TextArea, toast } from '../../ui';
import { examplesOf, filled, formOf, groupOf, groups, matches, type Text } from './words';
import './style.css';

// Texts are the words that shoppers read in the shop, in each language.
export default function Texts() {
  const t = useTexts();
  const { query } = useRoute();
  const shop = useShop();
  const settings = useLoad((signal) => api.GET('/api/admin/v1/settings', { signal }), []);
  const used = languages.filter((l) => settings.data?.languages?.includes(l) ?? true);
  const reader = useWords().language;
  const own = languages.find((l) => l === shop.language.slice(0, 2)) ?? reader;
  const language = languages.find((l) => l === query.language) ?? (used.includes(own) ? own : (used[0] ?? 'en'));
  const texts = useLoad((signal) => api.GET('/api/admin/v1/texts', { params: { query: { language } }, signal }), [language]);
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={<Select label={t('language')} hideLabel value={language} options={used.map((value) => ({ value, label: t('language.' + value) }))} onValue={(to) => setQuery({ language: to })} />}
    >
      <Await of={texts} lines={8}>
        {(view) => (view.language === language ? <Editor key={language} language={language} items={view.items ?? []} reload={texts.reload} viewer={settings.data?.your_role === 'viewer'} /> : null)}
      </Await>
    </Page>
  );
}

interface EditorProps {
  language: Language;
  items: Text[];
  reload(): void;
  viewer: boolean;
}

function Editor({ language, items, reload, viewer }: EditorProps) {
  const t = useTexts();
  const { query } = useRoute();
  const [edits, setEdits] = useState<Record<string, string>>({});
  const changed = items.filter((i) => edits[i.key] !== undefined && edits[i.key] !== (i.own ?? ''));
  type Change = Schemas['TextChange'];
  const save = useAction((texts: Change[]) => api.PUT('/api/admin/v1/texts', { body: { language, texts } }));
  const wrong = save.problem?.field?.startsWith('text.') ? save.problem.field.slice('text.'.length) : undefined;
  const why = wrong && save.problem ? complaint(t, save.problem.numbers) : undefined;
  const send = async (changes: Change[], said: string, undo?: Change[]) => {
    if (!(await save.run(changes))) return;
    setEdits({});
    reload();
    toast(said, undo ? { undo: () => void send(undo, t('undone')) } : {});
  };
  const saveAll = () => {
    const changes = changed.map((i) => ({ key: i.key, text: edits[i.key] ?? '', was: i.own ?? '' }));
    void send(changes, t('saved.n', { n: changes.length }), changes.map((c) => ({ key: c.key, text: c.was, was: c.text.trim() })));
  };
  const shown = items.filter((i) => matches(i, query.search ?? '') && (!query.group || groupOf(i.key) === query.group) && (query.only !== 'own' || Boolean(i.own)));
  const errors = wrong && why ? [{ name: 'text.' + wrong, message: why }] : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        saveAll();
      }}
    >
      <DirtyGuard when={changed.length > 0 && !save.busy} />
      <Card flush>
        <ListBar
          search={{ value: query.search ?? '', label: t('search'), onType: (search) => setQuery({ search }, { replace: true }) }}
          filters={[
            { key: 'group', label: t('group'), value: query.group ?? '', options: groups(items).map((value) => ({ value, label: groupName(t, value) })) },
            { key: 'only', label: t('only'), value: query.only ?? '', all: t('only.all'), options: [{ value: 'own', label: t('only.own') }] },
          ]}
          onChange={(change) => setQuery(change)}
        />
        <div class="text-list">
          <FormErrors errors={errors} />
          {shown.length === 0 && <Empty title={t(items.length === 0 ? 'empty.title' : 'none.title')} text={t(items.length === 0 ? 'empty.text' : 'none.text')} />}
          {shown.map((item, i) => (
            <Fragment key={item.key}>
              {groupOf(item.key) !== groupOf(shown[i - 1]?.key ?? '') && <h2 class="text-group">{groupName(t, groupOf(item.key))}</h2>}
              <One
                item={item}
                language={language}
                viewer={viewer}
                value={edits[item.key] ?? item.own ?? ''}
                error={item.key === wrong ? why : undefined}
                onValue={(text) => setEdits({ ...edits, [item.key]: text })}
              />
            </Fragment>
          ))}
        </div>
      </Card>
      {!viewer && (
        <div class="save-bar">
          {save.problem && !wrong && <ErrorBox problem={save.problem} />}
          <Row gap={2}>
            <Button type="submit" kind="primary" busy={save.busy} disabled={changed.length === 0}>
              {changed.length > 0 ? t('save.n', { n: changed.length }) : t('save')}
            </Button>
            {changed.length > 0 && (
              <Button kind="quiet" onClick={() => setEdits({})}>
                {t('discard')}
              </Button>
            )}
          </Row>
        </div>
      )}
    </form>
  );
}

function One({ item, language, value, error, onValue, viewer }: { item: Text; language: Language; value: string; error?: string; onValue(text: string): void; viewer: boolean }) {
  const t = useTexts();
  const { zone } = useFormat();
  const shop = useShop();
  const placeholders = item.placeholders ?? [];
  const f = useMemo(() => createFormat(language, zone), [language, zone]); // as who reads the text has it
  const examples = examplesOf(item.key, f, shop, Date.now());
  const written = value.trim();
  const { key, form } = formOf(item.key);
  return (
    <section class="text-one">
      <div>
        <TextArea
          name={'text.' + item.key}
          label={form ? t('form.' + form, { key }) : key}
          rows={2}
          maxLength={500}
          value={value}
          placeholder={item.standard}
          disabled={viewer}
          error={error}
          help={placeholders.length > 0 ? t('keep', { names: placeholders.map((p) => `{${p}}`).join(' ') }) : undefined}
          onValue={onValue}
        />
        {written !== '' && !viewer && (
          <Button small kind="quiet" onClick={() => onValue('')}>
            {t('reset')}
          </Button>
        )}
      </div>
      <div class="text-preview">
        <p class="quiet">
          {t('preview')} {item.own && <Badge tone="accent">{t('edited')}</Badge>}
        </p>
        <p class="text-shown" dir="auto">
          {filled(written || item.standard, examples)}
        </p>
        {written !== '' && <p class="quiet">{t('ours', { text: item.standard })}</p>}
      </div>
    </section>
  );
}

function complaint(t: (key: string, values?: Record<string, string>) => string, numbers: Record<string, unknown> | undefined): string {
  if (typeof numbers?.placeholder === 'string') return t('missing', { name: `{${numbers.placeholder}}` });
  if (typeof numbers?.unknown === 'string') return t('unknown', { name: `{${numbers.unknown}}` });
  return t('plain');
}

function groupName(t: (key: string) => string, group: string): string {
  const known = t('group.' + group);
  return known === 'group.' + group ? group : known;
}
