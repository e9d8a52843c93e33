import { useEffect } from 'preact/hooks';
import { useTexts, useWords } from '../../i18n';
import { chapters, type Manual } from '../../help/manual';
import { Prose, Words } from '../../help/prose';
import { useManual } from '../../help/use';
import { Link, useRoute } from '../../shell/router';
import { Await, Card, LinkButton, Notice, Page } from '../../ui';

// ChapterPage is one page of the manual, from a section on if the address names one.
export default function ChapterPage() {
  const t = useTexts();
  const manual = useManual();
  const { params } = useRoute();
  const chapter = params.chapter ?? '';
  const back = { to: '/help', label: t('title') };
  if (manual.data && !manual.data[chapter]) {
    return (
      <Page title={t('gone.title')} lead={t('gone.text')} back={back} narrow>
        <p>
          <LinkButton to="/help">{t('title')}</LinkButton>
        </p>
      </Page>
    );
  }
  return (
    <Page title={manual.data?.[chapter]?.title ?? t('title')} lead={manual.data && <Words of={manual.data[chapter]?.lead ?? []} toChapter={within} />} back={back} narrow>
      <Await of={manual} lines={8}>
        {(pages) => <Body manual={pages} chapter={chapter} />}
      </Await>
    </Page>
  );
}

const within = (chapter: string, words: string) => <Link to={'/help/' + chapter}>{words}</Link>;

function Body({ manual, chapter }: { manual: Manual; chapter: string }) {
  const t = useTexts();
  const { language } = useWords();
  const { query } = useRoute();
  const page = manual[chapter];
  useEffect(() => {
    if (!query.at) return;
    // After the shell has scrolled to the top of a new page.
    const frame = requestAnimationFrame(() => {
      const heading = document.getElementById(query.at ?? '');
      heading?.scrollIntoView();
      heading?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [query.at]);
  const next = chapters[chapters.findIndex((c) => c === chapter) + 1];
  return (
    <>
      {page && page.of !== language && <Notice>{t('help.english')}</Notice>}
      <Card>
        <div lang={page?.of}>
          <Prose blocks={page?.blocks ?? []} toChapter={within} />
        </div>
      </Card>
      {next && manual[next] && (
        <p>
          {t('next')} <Link to={'/help/' + next}>{manual[next].title}</Link>
        </p>
      )}
    </>
  );
}
