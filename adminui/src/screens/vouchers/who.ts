import type { Say } from '../../i18n/texts';

// whoOf names the doer of a deed: the app, or one of the staff, who is a number to the
// host where nobody has given a name.
export function whoOf(by: string, t: Say): string {
  if (by === 'system') return t('by.system');
  const name = by.replace(/^staff:/, '');
  return /^\d+$/.test(name) ? t('by.staff', { id: name }) : name;
}
