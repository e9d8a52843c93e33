import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../src/screens/home/needs';
import { heightOf, roomFor, steps } from '../src/ui/scale';
import { addDays, daysOf, noon, periodOf } from '../src/screens/reports/period';

test('a period is read from the address, by the calendar', () => {
  const of = (query: Record<string, string>) => periodOf(query, '2026-02-28');
  assert.deepEqual(of({}), { preset: '30d', from: '2026-01-30', to: '2026-02-28', step: 'day' });
  assert.deepEqual(of({ period: 'quarter' }), { preset: 'quarter', from: '2026-01-01', to: '2026-02-28', step: 'week' });
  assert.deepEqual(of({ period: '12m' }), { preset: '12m', from: '2025-03-01', to: '2026-02-28', step: 'month' });
  assert.deepEqual(of({ period: 'lastYear', step: 'week' }), { preset: 'lastYear', from: '2025-01-01', to: '2025-12-31', step: 'week' });
  assert.deepEqual(of({ period: 'custom', from: '2026-02-01', to: '2026-02-03' }), { preset: 'custom', from: '2026-02-01', to: '2026-02-03', step: 'day' });
});

test('an address that makes no sense shows the last thirty days', () => {
  const odd: Record<string, string>[] = [{ period: 'custom' }, { period: 'custom', from: '2026-02-03', to: '2026-02-01' }, { period: 'custom', from: 'x', to: '2026-02-01' }, { period: 'ever', step: 'hour' }];
  for (const query of odd) {
    const { from, to, step } = periodOf(query, '2026-11-22');
    assert.deepEqual([from, to, step], ['2026-10-24', '2026-11-22', 'day']);
  }
});

test('days are counted across the change of the clocks', () => {
  assert.equal(daysOf('2026-03-28', '2026-03-30'), 3);
  assert.equal(addDays('2024-02-28', 1), '2024-02-29');
  for (const zone of ['Pacific/Honolulu', 'Europe/Berlin', 'Asia/Tokyo']) {
    assert.equal(new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(noon('2026-03-29')), '2026-03-29', zone);
  }
});

test('what needs somebody is named, the worst first, and nothing else', () => {
  const fine = {
    health: { stuck_deliveries: 0, stuck_jobs: 0, poison_deliveries: 0, dead_jobs: 0, missing_webhooks: [] },
    setup: { rate_saved: true, rules: 3, ordered: true },
    expiring: { points: 0, minor: 0, members: 0, before: 1 },
    waiting: { flagged: [], failed_mails: 0, unknown_mails: 0, referrals: 0, partner_checks: 0 },
    term: { state: 'running', last: '2027-05-19' },
  } as unknown as Parameters<typeof needs>[0];
  assert.deepEqual(needs(fine), []);
  const open = needs({ ...fine, health: { ...fine.health, dead_jobs: 2, missing_webhooks: ['orders/paid'] }, expiring: { ...fine.expiring, points: 40, members: 3 } });
  assert.deepEqual(open.map((n) => [n.key, n.n, n.tone]), [['dead', 2, 'bad'], ['missing', 1, 'bad'], ['expiring', 3, 'warn']]);
  assert.deepEqual(needs({ ...fine, term: { state: 'ending', last: '2027-05-19' } }).map((n) => [n.key, n.day, n.to]), [['termEnding', '2027-05-19', '/settings']]);
  assert.deepEqual(needs({ ...fine, term: { state: 'over', last: '2027-05-19' } }).map((n) => n.key), ['termOver']);
  const passed = needs({ ...fine, waiting: { referrals: 3, partner_checks: 1, flagged: [{ id: '7', name: 'Summer', uses: 4 }, { id: '9', name: 'Meier', uses: 1 }], failed_mails: 2, unknown_mails: 1 } });
  assert.deepEqual(passed.map((n) => [n.key, n.name, n.n, n.to]), [
    ['mailFailed', undefined, 2, '/mails?state=failed'],
    ['referrals', undefined, 3, '/referrals?state=held'],
    ['partnerChecks', undefined, 1, '/partners'],
    ['passed', 'Summer', 4, '/vouchers/7'],
    ['passed', 'Meier', 1, '/vouchers/9'],
    ['mailUnknown', undefined, 1, '/mails?state=unknown'],
  ]);
});

test('a chart of nothing has a height, and no line in it stands for half a coin', () => {
  assert.deepEqual(heightOf(0, 0, 100), [0, 100]);
  assert.deepEqual(heightOf(null, null, 5), [0, 5]);
  assert.deepEqual([heightOf(3, 90, 5), heightOf(-20, -3, 5), heightOf(7, 7, 5)], [[0, 90], [-20, 0], [0, 7]]);
  assert.ok(steps.every(Number.isInteger) && steps.includes(1) && steps.includes(5_000_000));
});

test('a narrow chart gives its figures the room that they need and no more', () => {
  assert.equal(roomFor(['0', '600']), 44);
  assert.equal(roomFor(['0,00 €', '150,00 €']), 70);
  assert.equal(roomFor(null), 44);
});
