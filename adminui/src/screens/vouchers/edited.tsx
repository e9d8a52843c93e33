import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Button, ErrorBox, Notice, toast } from '../../ui';
import type { Detail } from './doc';

// Edited says what somebody made of the voucher in the shop's own pages, and puts it right.
export function Edited({ of: v, changed }: { of: Detail; changed(): void }) {
  const t = useTexts();
  const tell = useAction(() => api.POST('/api/admin/v1/vouchers/{id}/tell', { params: { path: { id: v.id } } }));
  if (!v.edited) return null;
  const run = async () => {
    if (!(await tell.run(undefined))) return;
    toast(t('edited.done'));
    changed();
  };
  return (
    <Notice tone="warn" title={t('edited.title')}>
      <p>{t('edited.text', { fields: (v.edited.fields ?? []).map((field) => t('edited.' + field)).join(', ') })}</p>
      {tell.problem && <ErrorBox problem={tell.problem} />}
      <p>
        <Button busy={tell.busy} onClick={() => void run()}>
          {t('edited.do')}
        </Button>
      </p>
    </Notice>
  );
}
