import { useState } from 'preact/hooks';
import { useTexts, useWords } from '../i18n';
import { go } from '../shell/router';
import { Button } from '../ui/button';
import { Await } from '../ui/states';
import { chapterOf } from './manual';
import { Prose, Words } from './prose';
import { useManual } from './use';

// Inside is a screen's page of the manual beside the screen. Links within the manual
// stay there; screens are opened in place of the dialog.
export default function Inside({ screen, leave }: { screen: string; leave(): void }) {
  const t = useTexts();
  const { language } = useWords();
  const manual = useManual();
  const [chapter, open] = useState(chapterOf(screen));
  const full = (to: string) => {
    leave();
    go(to);
  };
  const link = (to: string, words: string) => (
    <button type="button" class="linklike" onClick={() => open(to)}>
      {words}
    </button>
  );
  return (
    <Await of={manual}>
      {(pages) => {
        const page = pages[chapter];
        return (
          <div class="stack gap-3" onClick={(event) => (event.target as HTMLElement).closest('a') && leave()}>
            {page ? (
              <div lang={page.of} class="stack gap-3">
                {page.of !== language && (
                  <p class="quiet" lang={language}>
                    {t('help.english')}
                  </p>
                )}
                <h2 class="help-title">{page.title}</h2>
                <p>
                  <Words of={page.lead} toChapter={link} />
                </p>
                <Prose blocks={page.blocks} toChapter={link} />
              </div>
            ) : (
              <p>{t('help')}</p>
            )}
            <div class="row gap-2">
              {page && (
                <Button small onClick={() => full('/help/' + chapter)}>
                  {t('help.full')}
                </Button>
              )}
              <Button small kind="quiet" onClick={() => full('/help')}>
                {t('help.all')}
              </Button>
            </div>
          </div>
        );
      }}
    </Await>
  );
}
