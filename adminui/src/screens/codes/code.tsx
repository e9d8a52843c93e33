import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { Link, useRoute } from '../../shell/router';
import { useTexts } from '../../i18n';
import { Await, Badge, Button, Card, Confirm, DataTable, Empty, Facts, Money, Page, Stack, toast, When, type Column } from '../../ui';
import { CodeState } from '../vouchers/codetable';
import { percentOf, reasonText, sentence, type Words } from '../vouchers/sentence';
import { whoOf } from '../vouchers/who';
import { TryIt } from '../vouchers/tryit';
import { realEnd, useProducts, useSentences } from '../vouchers/use';
import '../vouchers/style.css';

type Detail = Schemas['CodeDetailView'];
type Use = Schemas['CodeOrderView'];

// CodePage is one code: whose it is, what it may do, who used it, what was done to it.
export default function CodePage() {
  const id = useRoute().params.id ?? '';
  const t = useTexts();
  const [round, setRound] = useState(0);
  const code = useLoad((signal) => api.GET('/api/admin/v1/codes/{id}', { params: { path: { id } }, signal }), [id, round]);
  const products = useProducts();
  const words = useSentences(products.data?.items ?? []);
  const c = code.data;
  return (
    <Page title={c?.code ?? t('code')} back={{ to: '/codes', label: t('title') }} badge={c && <CodeState of={c} />} actions={c && <Stop of={c} changed={() => setRound((n) => n + 1)} />}>
      <Await of={code} lines={8}>
        {(c) => (
          <Stack>
            <Whose of={c} words={words} />
            <Uses of={c} words={words} />
            <TryIt code={c.code} currency={c.doc.currency} />
            <Timeline of={c} words={words} />
          </Stack>
        )}
      </Await>
    </Page>
  );
}

function Whose({ of: c, words }: { of: Detail; words: Words }) {
  const { t, f } = words;
  const end = realEnd(c.ends_at);
  return (
    <Card title={t('code.about')}>
      <Facts
        items={[
          { name: t('voucher'), value: <Link to={'/vouchers/' + c.voucher_id}>{c.voucher}</Link>, help: t('code.version', { version: c.version }) },
          { name: t('code.for'), value: c.member_id ? <Link to={'/members/' + c.member_id}>{c.member || t('code.erased')}</Link> : t('code.anybody') },
          { name: t('code.from'), value: c.issuer_id ? <Link to={'/members/' + c.issuer_id}>{c.issuer || t('code.erased')}</Link> : t('code.shop') },
          ...(c.batch_id ? [{ name: t('batch'), value: <Link to={'/batches/' + c.batch_id}>{t('code.batch')}</Link> }] : []),
          { name: t('uses'), value: c.max_uses ? t('uses.of', { uses: f.number(c.uses), most: f.number(c.max_uses) }) : f.number(c.uses) },
          ...(c.starts_at ? [{ name: t('code.starts'), value: <When at={c.starts_at} time /> }] : []),
          { name: t('code.ends'), value: end ? <When at={end - 1} time /> : t('code.endless') },
          { name: t('code.made'), value: <When at={c.created_at} time />, help: t('origin.' + c.origin) },
        ]}
      />
      <p>{sentence(c.doc, words)}</p>
      <p class="quiet">{t('code.keeps')}</p>
    </Card>
  );
}

function Uses({ of: c, words }: { of: Detail; words: Words }) {
  const { t, f } = words;
  const currency = c.doc.currency || words.currency;
  const columns: Column<Use>[] = [
    { key: 'order', head: t('use.order'), render: (u) => u.number || u.order },
    { key: 'at', head: t('use.at'), render: (u) => <When at={u.used_at} time /> },
    { key: 'state', head: t('state'), render: (u) => <><Badge tone={u.state === 'used' ? 'good' : u.state === 'extra' ? 'warn' : 'neutral'}>{t('use.' + u.state)}</Badge>{u.flag && <span class="help-line error">{t('use.flag', { reason: reasonText({ code: u.flag }, words, currency) })}</span>}</> },
    { key: 'vat', head: t('use.vat'), align: 'end', render: (u) => (u.decision?.vat ?? []).map((v) => <span key={v.rate_bp} class="help-line">{percentOf(v.rate_bp, f)}: {f.money(v.tax, currency)}</span>) },
    { key: 'minor', head: t('use.minor'), align: 'end', render: (u) => <Money minor={u.minor} currency={currency} /> },
  ];
  return (
    <Card title={t('use.title')} flush>
      <DataTable caption={t('use.title')} columns={columns} rows={c.used_in ?? []} rowKey={(u) => u.order} rowHref={(u) => '/orders/' + encodeURIComponent(u.order)} empty={<Empty title={t('use.none')} text={t('use.none.text')} />} />
    </Card>
  );
}

function Timeline({ of: c, words }: { of: Detail; words: Words }) {
  const { t } = words;
  const events = c.timeline ?? [];
  const said = (what: string) => {
    const text = t('event.' + what);
    return text === 'event.' + what ? what : text;
  };
  const by = (who: string) => {
    const origin = t('origin.' + who);
    return origin !== 'origin.' + who ? origin : whoOf(who, t);
  };
  return (
    <Card title={t('code.timeline')}>
      <ol class="trace tall">
        {events.map((e, i) => (
          <li key={i}>
            <When at={e.at} time />
            <span>
              {said(e.what)}
              {e.to && `: ${e.to}`}
              <span class="quiet help-line">
                {by(e.by)}
                {e.reason && (e.import_id ? <> · <Link to={'/imports/' + e.import_id}>{e.reason}</Link></> : ` · ${e.reason}`)}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

// Stop takes a code out of use, or lets it work again.
function Stop({ of: c, changed }: { of: Detail; changed(): void }) {
  const t = useTexts();
  const [asked, setAsked] = useState(false);
  const move = useAction((state: 'active' | 'stopped') => api.POST('/api/admin/v1/codes/{id}/state', { params: { path: { id: c.id } }, body: { state } }));
  const live = c.state === 'active' || c.state === 'pending';
  if (!live && c.state !== 'void') return null;
  const to = live ? 'stopped' : 'active';
  const run = async (state: 'active' | 'stopped', back?: 'active' | 'stopped') => {
    if (!(await move.run(state))) return;
    setAsked(false);
    changed();
    toast(t('moved.' + state, { code: c.code }), back && { undo: () => void run(back) });
  };
  return (
    <>
      <Button kind={live ? 'danger' : 'primary'} onClick={() => setAsked(true)}>
        {t('do.' + to)}
      </Button>
      <Confirm open={asked} title={t(`ask.${to}`, { code: c.code })} confirmLabel={t('do.' + to)} danger={live} busy={move.busy} problem={move.problem} onConfirm={() => void run(to, live ? 'active' : 'stopped')} onClose={() => (setAsked(false), move.clear())}>
        <p>{t('ask.uses', { n: c.uses })}</p>
        <p>{t(`ask.${to}.text`)}</p>
      </Confirm>
    </>
  );
}
