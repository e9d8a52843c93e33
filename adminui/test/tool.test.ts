import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageName, saidBy } from '../src/screens/newsletter/said';

test('what a newsletter tool answered is said without our own words for it', () => {
  const t = (key: string) => `<${key}>`;
  const notes = {
    '200': '200',
    'the host could not be reached: the newsletter tool does not answer': '<said.silent>',
    'the host could not be reached: the newsletter tool is at a private address': '<said.private>',
    'the host could not be reached: the newsletter tool answers 502': '502',
    'the host refused: the newsletter tool wants no more of it': '410',
    '': '–',
  };
  for (const [note, said] of Object.entries(notes)) assert.equal(saidBy(t, note), said);
});

test('the page on which somebody signed up is called what people call it', () => {
  const t = (key: string) => ({ 'source.home': 'Home page', 'source.product': 'Product' })[key] ?? key;
  assert.equal(pageName(t, 'index'), 'Home page');
  assert.equal(pageName(t, 'home'), 'Home page');
  assert.equal(pageName(t, 'product'), 'Product');
  assert.equal(pageName(t, 'spring-fair'), 'spring-fair');
  assert.equal(pageName(t, ''), '–');
});
