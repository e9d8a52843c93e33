import { useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { Badge, None, type Tone } from '../../ui';
import { reasonKey } from './names';
import './style.css';

export { kindName, reasonKey, topicName, topicsOf } from './names';

export const states = ['new', 'retry', 'done', 'ignored', 'poison', 'acknowledged'] as const;
export const jobStates = ['due', 'unknown', 'dead', 'done'] as const;

const tones: Record<string, Tone> = { new: 'accent', retry: 'warn', done: 'good', poison: 'bad', due: 'accent', unknown: 'warn', dead: 'bad' };

// State is where a delivery or a job stands.
export function State({ of }: { of: string }) {
  const t = useTexts();
  return <Badge tone={tones[of] ?? 'neutral'}>{t('state.' + of)}</Badge>;
}

// Reason says why in the reader's words, with the server's own below where asked.
export function Reason({ of, full }: { of: string | undefined; full?: boolean }) {
  const t = useTexts();
  if (!of) return <None />;
  const key = reasonKey(of);
  if (!key) return <span class="reason">{of}</span>;
  return (
    <>
      {t('reason.' + key)}
      {full && <span class="quiet help-line">{of}</span>}
    </>
  );
}

// Tabs lead between both directions: what the shop tells us, what we owe the shop.
export function Tabs({ at }: { at: '/deliveries' | '/jobs' }) {
  const t = useTexts();
  const tab = (to: '/deliveries' | '/jobs', label: string) => (
    <Link to={to} class={at === to ? 'tab on' : 'tab'} aria-current={at === to ? 'page' : undefined}>
      {label}
    </Link>
  );
  return (
    <nav class="tabs" aria-label={t('tabs')}>
      {tab('/deliveries', t('tab.in'))}
      {tab('/jobs', t('tab.out'))}
    </nav>
  );
}
