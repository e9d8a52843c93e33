import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import externalLink from 'icon:external-link';
import { Await, Badge, Button, Card, Check, ErrorBox, Grid, Icon, Page, toast } from '../../ui';
import { invoiceLines } from './invoice';
import { Looks } from './looks';
import { Sample } from './sample';
import './style.css';

type View = Schemas['PlacementsView'];
type Placement = Schemas['PlacementView'];

// Placements are the places in which the shop's pages show points.
export default function Placements() {
  const t = useTexts();
  const shop = useShop();
  const all = useLoad((signal) => api.GET('/api/admin/v1/placements', { signal }), []);
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Await of={all} lines={8}>
        {(view) => (
          <>
            <Looks looks={view.looks ?? []} again={all.reload} />
            <Grid min={360}>
              {(view.items ?? []).map((p) => (
                <One key={p.name} of={p} view={view} again={all.reload} />
              ))}
            </Grid>
            {shop.host === 'shopify' && <Invoice />}
          </>
        )}
      </Await>
    </Page>
  );
}

function One({ of, view, again }: { of: Placement; view: View; again(): void }) {
  const t = useTexts();
  const turn = useAction((on: boolean) => api.PUT('/api/admin/v1/placements', { body: { name: of.name, on } }));
  const [wished, wish] = useState<boolean>(); // until the answer is there
  useEffect(() => wish(undefined), [of.on]);
  const put = async (on: boolean, undo: boolean) => {
    wish(on);
    if (!(await turn.run(on))) return wish(undefined);
    again();
    toast(t(on ? 'turnedOn' : 'turnedOff', { what: t('name.' + of.name) }), undo ? { undo: () => void put(!on, false) } : {});
  };
  return (
    <Card title={t('name.' + of.name)} lead={t('where.' + of.name)} actions={<Standing of={of} view={view} />}>
      <Sample name={of.name} />
      <Check label={t('show')} value={wished ?? of.on} onValue={(on) => void (turn.busy || put(on, true))} />
      {turn.problem && <ErrorBox problem={turn.problem} />}
      {of.link?.startsWith('https://') && (
        <p>
          <a class="button small" href={of.link} target="_blank" rel="noopener noreferrer">
            {t(of.embed ? 'editor.embed' : 'editor')} <Icon of={externalLink} size={14} />
            <span class="sr"> {t('newTab')}</span>
          </a>
        </p>
      )}
      {of.block && (
        <details>
          <summary>{t('own')}</summary>
          <ol class="steps-plain">
            <li>{t('own.1')}</li>
            <li>{t(of.embed ? 'own.2.embed' : 'own.2', { page: t('page.' + of.page) })}</li>
            <li>{t('own.3')}</li>
          </ol>
          {!of.embed && <Copied text={snippet} />}
          <p class="quiet">{t('own.classic')}</p>
        </details>
      )}
      {!of.block && <p class="quiet">{t('checkout.how')}</p>}
    </Card>
  );
}

// Invoice has the lines for the host's own invoices: no block reaches those (S4-19).
function Invoice() {
  const t = useTexts();
  const plan = useLoad((signal) => api.GET('/api/admin/v1/plan', { signal }), []).data;
  if (!plan) return null;
  return (
    <Card title={t('invoice')} lead={t('invoice.lead')}>
      <p>{t('invoice.how')}</p>
      <details>
        <summary>{t('invoice.lines')}</summary>
        <Copied text={invoiceLines(plan.plan.redeem.code_prefix ?? '')} />
      </details>
    </Card>
  );
}

// A section that takes app blocks: Shopify's own words for a theme's template.
const snippet = `{% for block in section.blocks %}
  {% case block.type %}
    {% when '@app' %}{% render block %}
  {% endcase %}
{% endfor %}

{% schema %}
{ "name": "Zugabe", "blocks": [{ "type": "@app" }], "presets": [{ "name": "Zugabe" }] }
{% endschema %}`;

function Copied({ text }: { text: string }) {
  const t = useTexts();
  return (
    <>
      <pre class="snippet" tabIndex={0}>
        {text}
      </pre>
      <p>
        <Button small onClick={() => void navigator.clipboard.writeText(text).then(() => toast(t('copied')), () => toast(t('copy.failed')))}>
          {t('copy')}
        </Button>
      </p>
    </>
  );
}

// Standing says what the last look at the pages found of a placement.
function Standing({ of, view }: { of: Placement; view: View }) {
  const t = useTexts();
  if (!of.on) return <Badge>{t('off')}</Badge>;
  const pages = view.looks?.[0]?.pages ?? [];
  if (pages.some((p) => p.lost?.includes(of.name))) return <Badge tone="bad">{t('lost')}</Badge>;
  if (pages.some((p) => p.missing?.includes(of.name))) return <Badge tone="warn">{t('missing')}</Badge>;
  if (pages.some((p) => p.found?.includes(of.name))) return <Badge tone="good">{t('found')}</Badge>;
  return <Badge>{t('unseen')}</Badge>;
}
