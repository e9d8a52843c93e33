import type { Schemas } from '../../api/client';

// Need is something that waits for a person, with the one page where it is mended.
export interface Need {
  key: string; // of its text; the action is key + '.do'
  n: number;
  tone: 'bad' | 'warn';
  to?: string;
}

// needs lists them, the worst first.
export function needs({ health, setup, expiring, lost }: Schemas['HomeView']): Need[] {
  const all: Need[] = [
    { key: 'poison', n: health.poison_deliveries, tone: 'bad', to: '/deliveries?state=poison' },
    { key: 'dead', n: health.dead_jobs, tone: 'bad', to: '/jobs?state=dead' },
    { key: 'stuckIn', n: health.stuck_deliveries, tone: 'bad', to: '/deliveries' },
    { key: 'stuckOut', n: health.stuck_jobs, tone: 'bad', to: '/jobs' },
    { key: 'missing', n: health.missing_webhooks?.length ?? 0, tone: 'bad', to: '/deliveries' },
    { key: 'lost', n: lost, tone: 'bad', to: '/placements' },
    { key: 'noRules', n: setup.rules === 0 ? 1 : 0, tone: 'bad', to: '/rules' },
    { key: 'rate', n: setup.rate_saved ? 0 : 1, tone: 'warn', to: '/setup' },
    { key: 'noOrder', n: setup.ordered ? 0 : 1, tone: 'warn', to: '/setup' },
    { key: 'expiring', n: expiring.points > 0 ? expiring.members : 0, tone: 'warn', to: '/members?sort=balance' },
  ];
  return all.filter((need) => need.n > 0);
}
