// saidBy puts into words what the server notes of an answer: a status is as good as any.
export function saidBy(t: (key: string) => string, note: string): string {
  if (note.includes('does not answer')) return t('said.silent');
  if (note.includes('private address')) return t('said.private');
  if (note.includes('wants no more')) return '410';
  return /answers (\d+)/.exec(note)?.[1] ?? (note || '–');
}

// pageName is what people call the page on which somebody signed up; hosts say index for the
// home page.
export function pageName(t: (key: string) => string, page: string): string {
  const key = 'source.' + (page === 'index' ? 'home' : page);
  const known = page ? t(key) : '–';
  return known === key ? page : known;
}
