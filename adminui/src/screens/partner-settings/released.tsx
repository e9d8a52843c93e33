import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { exists, Link } from '../../shell/router';
import { Await, Badge, Card, Empty } from '../../ui';

// Released are the vouchers of which partners can make own codes.
export function Released() {
  const t = useTexts();
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query: { limit: 200 } }, signal }), []);
  return (
    <Card title={t('released')} lead={t('released.lead')}>
      <Await of={vouchers}>
        {(list) => {
          const shown = (list.items ?? []).filter((v) => v.doc.partners && v.state !== 'ended');
          if (shown.length === 0) return <Empty title={t('released.none')} text={t('released.none.text')} />;
          return (
            <ul class="plain-list">
              {shown.map((v) => (
                <li key={v.id} class="row gap-2">
                  {exists('/vouchers/' + v.id) ? <Link to={'/vouchers/' + v.id}>{v.doc.name}</Link> : v.doc.name}
                  {v.state !== 'active' && <Badge tone="warn">{t('released.' + v.state)}</Badge>}
                </li>
              ))}
            </ul>
          );
        }}
      </Await>
    </Card>
  );
}
