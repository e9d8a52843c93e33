import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invoiceLines } from '../src/screens/placements/invoice';

// covers: S4-19
test('the lines for invoices know what the codes of this shop begin with', () => {
  const lines = invoiceLines('BON');
  assert.ok(lines.includes("assign prefix = 'BON'") && !invoiceLines('').includes('BON'));
  assert.ok(lines.includes('class="redeemed-bonus"') && lines.startsWith('{%- comment -%}'));
  assert.ok(!lines.includes('Put this where') && lines.includes('{%- endcomment -%}'));
});
