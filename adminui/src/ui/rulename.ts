// ruleNameOf is what a rule is called: its own name, or else its kind's in the
// reader's language; a rule that is not in the plan any more goes by its id.
export function ruleNameOf(t: (key: string) => string, rule: { name?: string; kind?: string; id?: string }): string {
  if (rule.name) return rule.name;
  const key = 'rule.' + (rule.kind ?? '');
  const known = rule.kind ? t(key) : key;
  return known === key ? (rule.id ?? '') : known;
}
