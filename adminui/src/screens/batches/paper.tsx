import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useTexts, useWords } from '../../i18n';
import { Button, Card, Grid, Row, Select, Stack, TextInput, toast } from '../../ui';
import { saveFile } from '../imports/parts';
import type { Batch } from './batch';

const sheetMost = 1000; // codes that one file of sheets has at most

// Paper gives the batch to the printer: sheets with QR codes, or a table.
export function Paper({ of: b }: { of: Batch }) {
  const t = useTexts();
  const { language } = useWords();
  const [perPage, setPerPage] = useState('8');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [busy, setBusy] = useState('');
  const end = (typed: string, other: string, open: number | undefined) => typed.trim() || (other.trim() && open ? String(open) : undefined); // one end alone: to the other end of the batch
  const range = { from: end(from, until, b.first_no), until: end(until, from, b.last_no) };
  const save = async (what: 'pdf' | 'csv') => {
    setBusy(what);
    const path = { id: b.id };
    const ok = await saveFile(
      () =>
        what === 'pdf'
          ? api.GET('/api/admin/v1/batches/{id}/sheet.pdf', { params: { path, query: { ...range, per_page: Number(perPage) as 8, lang: language } }, parseAs: 'blob' })
          : api.GET('/api/admin/v1/batches/{id}/codes.csv', { params: { path, query: range }, parseAs: 'blob' }),
      `${b.name}.${what}`,
    );
    setBusy('');
    if (!ok) toast(t('paper.refused'));
  };
  return (
    <Card title={t('paper')} lead={t('paper.lead', { n: sheetMost })}>
      <Stack>
        <Grid min={220}>
          <Select label={t('paper.perPage')} name="per_page" value={perPage} onValue={setPerPage} options={['1', '4', '8', '10', '21'].map((value) => ({ value, label: value }))} />
          <TextInput label={t('range.from')} name="sheet-from" value={from} onValue={setFrom} help={t('range.help')} optional />
          <TextInput label={t('range.until')} name="sheet-until" value={until} onValue={setUntil} optional />
        </Grid>
        <Row>
          <Button kind="primary" busy={busy === 'pdf'} onClick={() => void save('pdf')}>
            {t('paper.pdf')}
          </Button>
          <Button busy={busy === 'csv'} onClick={() => void save('csv')}>
            {t('paper.csv')}
          </Button>
        </Row>
      </Stack>
    </Card>
  );
}
