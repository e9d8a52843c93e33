import type { Schemas } from '../../api/client';

// Need is something that waits for a person, with the one page where it is mended.
export interface Need {
  key: string; // of its text; the action is key + '.do'
  name?: string; // of what it is about, where there may be several
  n: number;
  day?: string; // YYYY-MM-DD
  tone: 'bad' | 'warn';
  to?: string;
}

// needs lists them, the worst first.
export function needs({ health, setup, expiring, lost, waiting, term }: Schemas['HomeView']): Need[] {
  const all: Need[] = [
    { key: 'poison', n: health.poison_deliveries, tone: 'bad', to: '/deliveries?state=poison' },
    { key: 'dead', n: health.dead_jobs, tone: 'bad', to: '/jobs?state=dead' },
    { key: 'stuckIn', n: health.stuck_deliveries, tone: 'bad', to: '/deliveries' },
    { key: 'stuckOut', n: health.stuck_jobs, tone: 'bad', to: '/jobs' },
    { key: 'missing', n: health.missing_webhooks?.length ?? 0, tone: 'bad', to: '/deliveries' },
    { key: 'lost', n: lost, tone: 'bad', to: '/placements' },
    { key: 'mailFailed', n: waiting.failed_mails, tone: 'bad', to: '/mails?state=failed' },
    { key: 'noRules', n: setup.rules === 0 ? 1 : 0, tone: 'bad', to: '/rules' },
    { key: 'referrals', n: waiting.referrals, tone: 'warn', to: '/referrals?state=held' },
    { key: 'partnerChecks', n: waiting.partner_checks, tone: 'warn', to: '/partners' },
    ...(waiting.flagged ?? []).map((v): Need => ({ key: 'passed', name: v.name, n: v.uses, tone: 'warn', to: '/vouchers/' + v.id })),
    { key: 'mailUnknown', n: waiting.unknown_mails, tone: 'warn', to: '/mails?state=unknown' },
    { key: 'rate', n: setup.rate_saved ? 0 : 1, tone: 'warn', to: '/setup' },
    { key: 'noOrder', n: setup.ordered ? 0 : 1, tone: 'warn', to: '/setup' },
    { key: 'termOver', n: term.state === 'over' ? 1 : 0, day: term.last, tone: 'warn', to: '/settings' },
    { key: 'termEnding', n: term.state === 'ending' ? 1 : 0, day: term.last, tone: 'warn', to: '/settings' },
    { key: 'expiring', n: expiring.points > 0 ? expiring.members : 0, tone: 'warn', to: '/members?sort=balance' },
  ];
  return all.filter((need) => need.n > 0);
}
