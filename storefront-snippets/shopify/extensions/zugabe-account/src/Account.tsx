import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Api } from '@shopify/ui-extensions/customer-account.page.render';
import { ask, major, type Balance, type Entry, type Page, type Pages } from '../../../src/app';

const host = () => shopify as unknown as Api;
const token = () => host().sessionToken.get();

export default async () => {
  render(<Account />, document.body);
};

const known = ['purchase', 'changed', 'refund', 'cancelled', 'nothing', 'welcome', 'newsletter', 'review', 'article', 'referral', 'friend', 'birthday', 'custom', 'withdrawn', 'used', 'exchanged', 'back', 'expired', 'adjusted', 'rate', 'waived', 'merged'];

/** The page about points in the account: what there is, and everything that happened to it. */
function Account() {
  const { i18n } = host();
  const [balance, setBalance] = useState<Balance>();
  const [entries, setEntries] = useState<Entry[]>([]);
  const [next, setNext] = useState<string>();
  const [pages, setPages] = useState<Pages>({});
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  const read = async (cursor?: string) => {
    setState('loading');
    try {
      if (!cursor) setBalance(await ask<Balance>(token, '/balance'));
      const page = await ask<Page<Entry>>(token, '/history?limit=20' + (cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''));
      setEntries((have) => (cursor ? [...have, ...page.items] : page.items));
      setNext(page.next);
      setState('ready');
    } catch {
      setState('failed');
    }
  };
  useEffect(() => {
    void read();
    const locale = host().localization.language.value.isoCode;
    ask<Pages>(token, `/pages?locale=${encodeURIComponent(locale)}`).then(setPages, () => undefined);
  }, []);

  const signed = (n: number) => ['\u2212', '', '+'][Math.sign(n) + 1] + i18n.formatNumber(Math.abs(n));
  const why = (e: Entry) => (e.for === 'custom' && e.reason) || i18n.translate('kind.' + (known.includes(e.for) ? e.for : 'adjusted'), { order: e.order ?? '' }).trim();
  return (
    <s-page heading={i18n.translate('title')}>
      {balance && (
        <s-section>
          <s-heading>{i18n.translate('balance', { count: balance.points, points: i18n.formatNumber(balance.points), money: i18n.formatCurrency(major(balance.minor, balance.currency), { currency: balance.currency }) })}</s-heading>
          {balance.pending > 0 && <s-text color="subdued">{i18n.translate('pending', { count: balance.pending, points: i18n.formatNumber(balance.pending) })}</s-text>}
        </s-section>
      )}
      {(pages.rewards || pages.questions) && (
        <s-stack direction="inline" gap="base">
          {pages.rewards && <s-link href={pages.rewards}>{i18n.translate('links.rewards')}</s-link>}
          {pages.questions && <s-link href={pages.questions}>{i18n.translate('links.questions')}</s-link>}
        </s-stack>
      )}
      {state === 'failed' && (
        <s-banner tone="warning">
          <s-text>{i18n.translate('failed')}</s-text>
          <s-button variant="secondary" onClick={() => void read(next)}>{i18n.translate('again')}</s-button>
        </s-banner>
      )}
      {state === 'ready' && entries.length === 0 && <s-text>{i18n.translate('empty')}</s-text>}
      {entries.length > 0 && (
        <s-section heading={i18n.translate('history')}>
          <s-unordered-list>
            {entries.map((e) => (
              <s-list-item key={e.id}>{`${i18n.formatDate(new Date(e.occurred_at))}: ${why(e)}, ${signed(e.points)}`}</s-list-item>
            ))}
          </s-unordered-list>
          {next && <s-button variant="secondary" loading={state === 'loading'} onClick={() => void read(next)}>{i18n.translate('more')}</s-button>}
        </s-section>
      )}
      {state === 'loading' && entries.length === 0 && <s-spinner accessibilityLabel={i18n.translate('loading')}></s-spinner>}
    </s-page>
  );
}
