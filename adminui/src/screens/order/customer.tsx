import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Link } from '../../shell/router';

// Customer leads to the member by the name; until that is known, by a word.
export function Customer({ id }: { id: string }) {
  const t = useTexts();
  const m = useLoad((signal) => api.GET('/api/admin/v1/members/{id}', { params: { path: { id } }, signal }), [id]).data;
  return <Link to={'/members/' + id}>{[m?.first_name, m?.last_name].filter(Boolean).join(' ') || m?.email || t('toMember')}</Link>;
}
