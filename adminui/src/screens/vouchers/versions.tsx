import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { Await, Badge, Card, Stack, When } from '../../ui';
import type { Detail, Doc } from './doc';
import { clauses, gives, type Words } from './sentence';
import { useProducts, useSentences } from './use';
import { whoOf } from './who';

// Versions lists what the conditions were, newest first, with what each one changed.
export function Versions({ of: v }: { of: Detail }) {
  const products = useProducts();
  const words = useSentences(products.data?.items ?? []);
  const { t } = words;
  const versions = useLoad((signal) => api.GET('/api/admin/v1/vouchers/{id}/versions', { params: { path: { id: v.id } }, signal }), [v.id, v.version]);
  return (
    <Stack>
      <p class="quiet">{t('versions.lead')}</p>
      <Await of={versions} lines={6}>
        {(list) =>
          (list.items ?? []).map((one, i, all) => (
            <Card
              key={one.version}
              title={t('versions.one', { version: one.version })}
              lead={
                <>
                  <When at={one.created_at} time /> · {whoOf(one.by, t)}
                </>
              }
              actions={one.version === v.version && <Badge tone="good">{t('versions.now')}</Badge>}
            >
              <Changes now={one.doc} before={all[i + 1]?.doc} words={words} />
            </Card>
          ))
        }
      </Await>
    </Stack>
  );
}

function Changes({ now, before, words }: { now: Doc; before?: Doc; words: Words }) {
  const said = [gives(now, words), ...clauses(now, words)];
  const old = before ? [gives(before, words), ...clauses(before, words)] : [];
  const gone = old.filter((c) => !said.includes(c));
  const fresh = before ? said.filter((c) => !old.includes(c)) : said;
  return (
    <ul class="means">
      {gone.map((c) => (
        <li key={'-' + c}>
          <del>{c}</del>
        </li>
      ))}
      {fresh.map((c) => (
        <li key={c}>{before ? <ins>{c}</ins> : c}</li>
      ))}
      {before && gone.length + fresh.length === 0 && <li class="quiet">{words.t('versions.words')}</li>}
    </ul>
  );
}
