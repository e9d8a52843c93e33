import { useTexts } from '../../i18n';
import { chapters, search, type Manual } from '../../help/manual';
import { Words } from '../../help/prose';
import { useManual } from '../../help/use';
import { useListQuery } from '../../shell/list';
import { Link } from '../../shell/router';
import { Await, Card, Empty, ListBar, Page } from '../../ui';

// Help is the manual's list of pages, and the search in them.
export default function Help() {
  const t = useTexts();
  const list = useListQuery();
  const manual = useManual();
  return (
    <Page title={t('title')} lead={t('lead')} narrow>
      <Card flush>
        <ListBar search={{ value: list.search, label: t('search'), onType: list.type }} filters={[]} onChange={list.set} />
        <Await of={manual} lines={8}>
          {(pages) => (list.search.trim() ? <Hits manual={pages} query={list.search} /> : <All manual={pages} />)}
        </Await>
      </Card>
    </Page>
  );
}

function All({ manual }: { manual: Manual }) {
  return (
    <ul class="hits">
      {chapters.map((chapter) => {
        const page = manual[chapter];
        return (
          page && (
            <li key={chapter} lang={page.of}>
              <h2>
                <Link to={'/help/' + chapter}>{page.title}</Link>
              </h2>
              <p class="quiet">
                <Words of={page.lead} toChapter={(_, words) => words} />
              </p>
            </li>
          )
        );
      })}
    </ul>
  );
}

function Hits({ manual, query }: { manual: Manual; query: string }) {
  const t = useTexts();
  const hits = search(manual, query);
  return (
    <div aria-live="polite">
      {hits.length === 0 ? (
        <Empty title={t('none.title', { search: query })} text={t('none.text')} />
      ) : (
        <ul class="hits">
          {hits.map((hit) => (
            <li key={hit.chapter} lang={manual[hit.chapter]?.of}>
              <h2>
                <Link to={`/help/${hit.chapter}${hit.at ? '?at=' + hit.at : ''}`}>{hit.heading ? `${hit.title}: ${hit.heading}` : hit.title}</Link>
              </h2>
              <p class="quiet">{hit.excerpt}</p>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
