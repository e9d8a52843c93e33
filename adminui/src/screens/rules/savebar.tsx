import { useTexts } from '../../i18n';
import { Button, ErrorBox, Notice, Row, Stack } from '../../ui';
import { changesOf } from './diff';
import type { Change } from './plan';
import type { Saving } from './saving';
import type { Words } from './sentence';

interface Props {
  saving: Saving;
  words: Words;
  change?: Change; // what would be saved; undefined = something is wrong or nothing changed
  dirty: boolean;
  discard(): void;
}

// SaveBar says in words what saving changes, and who has changed it meanwhile.
export function SaveBar({ saving, words, change, dirty, discard }: Props) {
  const t = useTexts();
  const changes = change ? changesOf(saving.plan.plan, change(saving.plan.plan), words) : [];
  return (
    <Stack>
      {saving.theirs && <Theirs saving={saving} words={words} />}
      {saving.problem && <ErrorBox problem={saving.problem} />}
      {dirty && changes.length > 0 && (
        <div class="example stack gap-2" role="status">
          <p>
            <strong>{t('changes.title')}</strong>
          </p>
          <ChangeList changes={changes} />
          <p class="quiet">{t('changes.from')}</p>
        </div>
      )}
      <Row end>
        <Button disabled={!dirty} onClick={discard}>
          {t('discard')}
        </Button>
        <Button kind="primary" type="submit" busy={saving.busy} disabled={!dirty || Boolean(saving.theirs)}>
          {t('save')}
        </Button>
      </Row>
    </Stack>
  );
}

// Theirs shows what somebody else has saved. What was typed here stays.
export function Theirs({ saving, words }: { saving: Saving; words: Words }) {
  const t = useTexts();
  if (!saving.theirs) return null;
  const changes = changesOf(saving.plan.plan, saving.theirs.plan, words);
  return (
    <Notice tone="warn" title={t('theirs.title', { version: saving.theirs.version })}>
      <p>{t('theirs.text')}</p>
      <ChangeList changes={changes} />
      <p>
        <Button small onClick={saving.accept}>
          {t('theirs.accept')}
        </Button>
      </p>
    </Notice>
  );
}

export interface ChangeLine {
  what: string;
  before?: string;
  after?: string;
}

// ChangeList says before and after in words.
export function ChangeList({ changes }: { changes: ChangeLine[] }) {
  const t = useTexts();
  if (changes.length === 0) return <p class="quiet">{t('changes.none')}</p>;
  return (
    <ul class="changes">
      {changes.map((c, i) => (
        <li key={i}>
          <strong>{c.what}</strong>
          {c.before !== undefined && (
            <p>
              <span class="quiet">{t('changes.before')}</span> <del>{c.before}</del>
            </p>
          )}
          {c.after !== undefined && (
            <p>
              {c.before !== undefined && <span class="quiet">{t('changes.after')} </span>}
              <ins>{c.after}</ins>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
