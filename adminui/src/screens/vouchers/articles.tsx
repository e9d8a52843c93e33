import { useEffect, useRef, useState } from 'preact/hooks';
import x from 'icon:x';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { setGuard } from '../../shell/router';
import { Await, Button, Card, DirtyGuard, Empty, ErrorBox, Icon, Page, Row, Stack, TextInput, toast } from '../../ui';
import { toField } from '../../ui/field';
import { useUnfinished } from '../../ui/unfinished';
import { useEnter, useFound } from './finding';
import './style.css';

type Settings = Schemas['VoucherSettingsView'];
type Article = Schemas['ArticleName'];

// NoAmounts is the merchant's switch for each article: vouchers over an amount of
// money do not reduce it (S0-28).
export default function NoAmounts() {
  const t = useTexts();
  const settings = useLoad((signal) => api.GET('/api/admin/v1/voucher-settings', { signal }), []);
  return (
    <Page title={t('off.title')} lead={t('off.lead')} back={{ to: '/vouchers', label: t('title') }} narrow>
      <Await of={settings} lines={6}>{(now) => <Form key={now.version} first={now} reload={settings.reload} />}</Await>
    </Page>
  );
}

function Form({ first, reload }: { first: Settings; reload(): void }) {
  const t = useTexts();
  const [now, setNow] = useState(first);
  const stored = now.no_absolute ?? [];
  const [list, setList] = useState<Article[]>(stored);
  const save = useAction((no_absolute: Article[]) => api.PUT('/api/admin/v1/voucher-settings', { body: { version: now.version, no_absolute } }));
  const dirty = JSON.stringify(list) !== JSON.stringify(stored);
  const submit = async (event: Event) => {
    event.preventDefault();
    const done = await save.run(list);
    if (!done) return;
    setGuard(undefined); // it is saved: nothing to ask
    setNow(done.data);
    setList(done.data.no_absolute ?? []);
    toast(t('saved'));
  };
  return (
    <form onSubmit={submit} noValidate>
      <DirtyGuard when={dirty} />
      <Stack>
        <Card>
          <Stack>
            <Finder chosen={list} add={(a) => setList([...list, a])} />
            {list.length === 0 ? <Empty title={t('off.none')} text={t('off.none.text')} /> : <Chosen list={list} drop={(key) => setList(list.filter((a) => a.product_key !== key))} />}
          </Stack>
        </Card>
        <p class="help">{t('off.host')}</p>
        {save.problem && <ErrorBox problem={save.problem} retry={save.problem.code === 'conflict' ? reload : undefined} />}
        <Row end>
          <Button disabled={!dirty} onClick={() => setList(stored)}>
            {t('form.discard')}
          </Button>
          <Button kind="primary" type="submit" busy={save.busy} disabled={!dirty}>
            {t('save')}
          </Button>
        </Row>
      </Stack>
    </form>
  );
}

// Finder looks articles up by name; one that was never sold is added by its number.
function Finder({ chosen, add }: { chosen: Article[]; add(a: Article): void }) {
  const t = useTexts();
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), 200);
    return () => clearTimeout(timer);
  }, [typed]);
  const [open, setOpen] = useState(false); // sent without a choice
  const box = useRef<HTMLDivElement>(null);
  const found = useFound(search, (text, signal) => api.GET('/api/admin/v1/products', { params: { query: { search: text, limit: 8 } }, signal }));
  const items = search === typed.trim() ? found.items : undefined;
  const rows = (items ?? []).filter((p) => !chosen.some((a) => a.product_key === p.key));
  const number = /^\d+$/.test(search) && !chosen.some((a) => a.product_key === search) && !rows.some((p) => p.key === search) ? search : '';
  const take = (a: Article) => {
    add(a);
    setTyped('');
    setOpen(false);
    setSearch('');
    document.getElementsByName('article')[0]?.focus();
  };
  useUnfinished(box, typed.trim() !== '', () => (setOpen(true), toField('article')));
  const all = [...rows.map((p): Article => ({ product_key: p.key, title: p.title })), ...(number ? [{ product_key: number }] : [])];
  const enter = useEnter(box, typed.trim(), items && all, take);
  return (
    <div class="stack gap-2" ref={box}>
      <TextInput label={t('off.search')} name="article" value={typed} onValue={(text) => (setTyped(text), setOpen(false))} onEnter={enter} error={open ? t('wrong.unknown') : undefined} help={t('off.search.help')} />
      {search && (
        <ul class="found" aria-label={t('off.found')}>
          {rows.map((p) => (
            <li key={p.key}>
              <Button small kind="quiet" onClick={() => take({ product_key: p.key, title: p.title })}>
                {p.title || p.key} <span class="quiet">{p.sku || p.key}</span>
              </Button>
            </li>
          ))}
          {number && items && (
            <li>
              <Button small kind="quiet" onClick={() => take({ product_key: number })}>
                {t('off.number', { number })}
              </Button>
            </li>
          )}
          {found.problem && <li class="error">{found.problem.detail}</li>}
          {items && rows.length === 0 && !number && <li class="quiet">{t('off.unknown')}</li>}
        </ul>
      )}
    </div>
  );
}

function Chosen({ list, drop }: { list: Article[]; drop(key: string): void }) {
  const t = useTexts();
  const remove = (key: string) => {
    drop(key);
    document.getElementsByName('article')[0]?.focus(); // the button is gone: the focus must not be
  };
  return (
    <ul class="chips tall" aria-label={t('off.list', { n: list.length })}>
      {list.map((a) => (
        <li key={a.product_key} class="chip">
          <span>{a.title || a.product_key}</span>
          <button type="button" aria-label={t('remove', { what: a.title || a.product_key })} title={t('remove', { what: a.title || a.product_key })} onClick={() => remove(a.product_key)}>
            <Icon of={x} size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
