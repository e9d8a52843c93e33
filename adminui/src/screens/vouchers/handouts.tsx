import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useTexts, useWords } from '../../i18n';
import { exists } from '../../shell/router';
import { Button, LinkButton, Row, toast } from '../../ui';
import { saveFile } from '../imports/parts';

// HandOuts makes what goes onto paper and into mails.
export function HandOuts({ voucher, code }: { voucher: string; code: Schemas['HandoutView'] }) {
  const t = useTexts();
  const { language } = useWords();
  const [busy, setBusy] = useState('');
  const save = async (kind: 'print' | 'fair') => {
    setBusy(kind);
    const query = { code: code.code_id, lang: language, kind };
    const ok = await saveFile(() => api.GET('/api/admin/v1/vouchers/{id}/handout.pdf', { params: { path: { id: voucher }, query }, parseAs: 'blob' }), `${code.code}-${kind}.pdf`);
    setBusy('');
    if (!ok) toast(t('problem.internal'));
  };
  return (
    <Row>
      <Button busy={busy === 'print'} onClick={() => void save('print')}>
        {t('give.print')}
      </Button>
      <Button busy={busy === 'fair'} onClick={() => void save('fair')}>
        {t('give.fair')}
      </Button>
      <LinkButton to={'/batches/new?voucher=' + voucher}>{t('give.batch')}</LinkButton>
      {exists('/newsletter') && <LinkButton to="/newsletter">{t('give.newsletter')}</LinkButton>}
    </Row>
  );
}
