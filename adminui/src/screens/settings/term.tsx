import { api, type Schemas } from '../../api/client';
import { useAction, useDraft, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Await, Badge, Button, Card, ErrorBox, Facts, Radio, Row, toast } from '../../ui';
import type { View } from './index';

type Terms = Schemas['TermsView'];

const tones = { none: 'neutral', running: 'good', ending: 'warn', over: 'bad' } as const;

// Term says what the app costs and for how long the shop has chosen it. Nothing is
// paid here, and nothing is switched off.
export function Term({ settings }: { settings: View }) {
  const terms = useLoad((signal) => api.GET('/api/admin/v1/settings/term', { signal }), []);
  return <Await of={terms}>{(view) => ((view.months ?? []).length + (view.terms ?? []).length > 0 ? <Chosen view={view} settings={settings} saved={terms.reload} /> : null)}</Await>;
}

function Chosen({ view, settings, saved }: { view: Terms; settings: View; saved(): void }) {
  const t = useTexts();
  const f = useFormat();
  const shop = useShop();
  const offered = view.months ?? [];
  const last = view.terms?.[0];
  const [months, setMonths] = useDraft(offered.find((n) => n === last?.months) ?? offered[0] ?? 0, view.version);
  const save = useAction(() => api.PUT('/api/admin/v1/settings/term', { body: { version: view.version, months } }));
  const day = (iso: string) => f.date(Date.parse(iso + 'T12:00:00Z'));
  const price = (minor: number, currency: string) => t('term.price.of', { price: f.money(minor, currency) });
  const who = (actor: string) => {
    const key = actor.replace(/^staff:/, '');
    return settings.staff?.find((p) => p.key === key)?.name || t('person.id', { id: key });
  };
  const today = f.day(Date.now());
  const begins = !last || last.last < today ? t('term.begins.today') : last.from >= today ? t('term.begins.instead', { day: day(last.from) }) : t('term.begins.after', { day: day(last.last) });
  const run = async () => {
    const done = await save.run(undefined);
    if (!done) return;
    toast(t('term.saved', { day: day(done.data.terms?.[0]?.last ?? today) }));
    saved();
  };
  const facts = [
    ...(offered.length > 0 ? [{ name: t('term.price'), value: price(view.price_minor, view.currency), help: t('term.price.help') }] : []),
    ...(view.terms ?? []).slice(0, 2).map((one) => ({
      name: t('term.months', { n: one.months }),
      value: t('term.span', { from: day(one.from), last: day(one.last) }),
      help: t('term.by', { who: who(one.chosen_by), day: f.date(one.chosen_at), price: price(one.price_minor, one.currency) }),
    })),
  ];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <Card title={t('term')} lead={t('term.lead')} actions={<Badge tone={tones[view.state]}>{t('term.' + view.state, { day: last ? day(last.last) : '' })}</Badge>}>
        <Facts items={facts} />
        {view.state === 'over' && <p>{t('term.over.text')}</p>}
        {settings.your_role === 'owner' && offered.length > 0 && (
          <>
            <Radio name="term" label={t('term.choose')} help={begins} value={String(months)} onValue={(n) => setMonths(Number(n))} options={offered.map((n) => ({ value: String(n), label: t('term.months', { n }) }))} />
            {save.problem && <ErrorBox problem={save.problem} />}
            <Row gap={2}>
              <Button type="submit" kind="primary" busy={save.busy}>
                {t('term.do', { n: months })}
              </Button>
              {view.buy_url && (
                <a class="button" href={view.buy_url} target="_blank" rel="noopener noreferrer">
                  {t('term.buy')}
                </a>
              )}
            </Row>
          </>
        )}
        {settings.your_role !== 'owner' && <p class="quiet">{t('term.owners')}</p>}
        <p class="quiet">{t(view.buy_url ? 'term.paid.host' : 'term.paid.else', { shop: shop.name })}</p>
      </Card>
    </form>
  );
}
