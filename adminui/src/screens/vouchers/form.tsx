import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useTexts } from '../../i18n';
import type { Say } from '../../i18n/texts';
import { go, setGuard, useRoute } from '../../shell/router';
import { Await, Badge, Button, DirtyGuard, ErrorBox, FormErrors, Notice, Page, Row, Stack, toast } from '../../ui';
import { blank, faultsOf, fieldOf, kinds, recipe, recipes, same, tidy, type Detail, type Doc, type Fault } from './doc';
import { Findings, useCheck } from './doctor';
import { sentence } from './sentence';
import { Combining, Shopper, VAT } from './sections-money';
import { Articles, Limits, People, When } from './sections';
import { Giving } from './sections-value';
import { useProducts, useSentences, useUnit, useVoucher, voucherTones, type Product } from './use';
import './style.css';

// NewVoucher is the form of a voucher that is not there yet: empty or from a recipe.
export default function NewVoucher() {
  const { query } = useRoute();
  const t = useTexts();
  const unit = useUnit();
  const products = useProducts();
  const of = recipes.find((r) => r === query.recipe);
  const first: Doc = of ? { ...recipe(of, unit), name: t('recipe.' + of) } : blank(kinds.find((k) => k === query.kind) ?? 'absolute');
  return <Form key={of ?? 'blank'} first={first} products={products.data?.items ?? []} />;
}

// EditVoucher changes the conditions of a voucher that is there.
export function EditVoucher() {
  const id = useRoute().params.id ?? '';
  const t = useTexts();
  const voucher = useVoucher(id);
  const products = useProducts();
  if (!voucher.data) return <Page title={t('voucher')} back={{ to: '/vouchers/' + id, label: t('voucher') }}><Await of={voucher} lines={10}>{() => null}</Await></Page>;
  return <Form first={voucher.data.doc} of={voucher.data} products={products.data?.items ?? []} />;
}

export type Set = (change: Partial<Doc>) => void;
export type Wrong = (field: string) => string | undefined;

interface Saved {
  id: string;
  version: number;
  doc: Doc;
}

function Form({ first, of, products }: { first: Doc; of?: Detail; products: Product[] }) {
  const t = useTexts();
  const words = useSentences(products);
  const [stored, setStored] = useState(first);
  const [version, setVersion] = useState(of?.version ?? 0);
  const [doc, setDoc] = useState(first);
  const [sent, setSent] = useState(false);
  const [round, setRound] = useState(0); // the fields begin anew when changes are discarded
  const save = useAction<Doc, Saved>((body, key) =>
    of
      ? api.PUT('/api/admin/v1/vouchers/{id}', { params: { path: { id: of.id } }, body: { version, doc: body } })
      : api.POST('/api/admin/v1/vouchers', { params: { header: { 'Idempotency-Key': key } }, body }),
  );
  const check = useCheck(doc, of?.id);
  useEffect(() => save.clear(), [doc]);
  const set: Set = (change) => setDoc((d) => ({ ...d, ...change }));
  const faults = save.problem?.code === 'invalid' ? faultsOf(save.problem) : sent ? check.faults : [];
  const said = saidOf(faults, t);
  const wrong: Wrong = (field) => said[field];
  const dirty = !same(doc, stored);
  const errors = Object.entries(said).map(([name, message]) => ({ name, message, label: labelOf(t, name) }));

  const submit = async (event: Event) => {
    event.preventDefault();
    setSent(true);
    const done = await save.run(tidy(doc));
    if (!done) return;
    const saved = done.data;
    setGuard(undefined); // it is saved: nothing to ask
    setStored(saved.doc);
    setVersion(saved.version);
    toast(t(of ? 'form.saved' : 'form.made', { version: saved.version }));
    go('/vouchers/' + saved.id, { replace: true });
  };
  return (
    <Page
      title={doc.name || t(of ? 'voucher' : 'form.new')}
      back={of ? { to: '/vouchers/' + of.id, label: t('voucher') } : { to: '/vouchers', label: t('title') }}
      badge={<Badge tone={voucherTones[of?.state ?? 'draft']}>{t('state.' + (of?.state ?? 'draft'))}</Badge>}
      lead={t(of ? 'form.edit.lead' : 'form.lead')}
      narrow
    >
      <form onSubmit={submit} noValidate>
        <DirtyGuard when={dirty} />
        <Stack>
          <p class="example" role="status" aria-live="polite">
            <strong>{sentence(tidy(doc), words)}</strong>
          </p>
          {of && of.state !== 'draft' && <Issued of={of} />}
          {check.problem && <ErrorBox problem={check.problem} retry={check.retry} />}
          <FormErrors errors={errors} />
          <Fragment key={round}>
            <Giving doc={doc} set={set} wrong={wrong} products={products} />
            <When doc={doc} set={set} wrong={wrong} />
            <People doc={doc} set={set} wrong={wrong} />
            <Articles doc={doc} set={set} wrong={wrong} products={products} />
            <Limits doc={doc} set={set} wrong={wrong} />
            <Combining doc={doc} set={set} wrong={wrong} />
            <Findings of={check.doctor} />
            <VAT doc={doc} set={set} wrong={wrong} />
            <Shopper doc={doc} set={set} wrong={wrong} />
          </Fragment>
          {save.problem && faults.length === 0 && <ErrorBox problem={save.problem} />}
          <Row end>
            <Button disabled={!dirty} onClick={() => (setDoc(stored), setSent(false), setRound(round + 1))}>
              {t('form.discard')}
            </Button>
            <Button kind="primary" type="submit" busy={save.busy} disabled={Boolean(of) && !dirty}>
              {t(of ? 'save' : 'form.make')}
            </Button>
          </Row>
        </Stack>
      </form>
    </Page>
  );
}

// Issued says what becomes of codes that are out when the conditions change (S2-18).
function Issued({ of }: { of: Detail }) {
  const t = useTexts();
  const out = (of.codes ?? []).reduce((sum, c) => sum + (c.state === 'active' || c.state === 'pending' ? c.codes : 0), 0);
  if (out === 0) return null;
  return (
    <Notice tone="accent" title={t('issued.title', { n: out })}>
      <p>{t('issued.text')}</p>
    </Notice>
  );
}

// saidOf has the message of each field, in the reader's words where the code is known.
function saidOf(faults: Fault[], t: Say): Record<string, string> {
  const found: Record<string, string> = {};
  for (const fault of faults) {
    const key = 'fault.' + fault.code;
    const text = t(key, { limit: fault.limit ?? 0 });
    found[fieldOf(fault.field)] ??= text === key ? fault.message : text;
  }
  return found;
}

function labelOf(t: Say, field: string): string | undefined {
  const plain = field.replace(/\[\d+\]/g, '').replace(/^texts\..*/, 'texts');
  const label = t('field.' + plain);
  return label === 'field.' + plain ? undefined : label;
}
