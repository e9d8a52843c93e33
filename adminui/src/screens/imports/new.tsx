import { useRef, useState } from 'preact/hooks';
import { api, take } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { problemOf, type Problem } from '../../api/problem';
import { useFormat, useTexts } from '../../i18n';
import { go, useRoute } from '../../shell/router';
import { Await, Card, Empty, ErrorBox, LinkButton, Page, Progress, Select, Stack } from '../../ui';
import '../vouchers/style.css';

const most = 20 * 1024 * 1024; // bytes that a file may have

// NewImport takes a file in pieces; nothing is made of it yet.
export default function NewImport() {
  const t = useTexts();
  const { query } = useRoute();
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query: { limit: 200 } }, signal }), []);
  return (
    <Page title={t('new')} lead={t('new.lead')} back={{ to: '/imports', label: t('title') }} narrow>
      <Await of={vouchers} lines={5}>
        {(list) => {
          const open = (list.items ?? []).filter((v) => v.state !== 'ended');
          if (open.length === 0) return <Empty title={t('noVoucher')} text={t('noVoucher.text')} action={<LinkButton to="/vouchers">{t('vouchers')}</LinkButton>} />;
          return <Upload vouchers={open.map((v) => ({ value: v.id, label: v.doc.name }))} first={query.voucher} />;
        }}
      </Await>
    </Page>
  );
}

function Upload({ vouchers, first }: { vouchers: { value: string; label: string }[]; first?: string }) {
  const t = useTexts();
  const f = useFormat();
  const [voucher, setVoucher] = useState(vouchers.find((v) => v.value === first)?.value ?? vouchers[0]?.value ?? '');
  const [sending, setSending] = useState<{ name: string; sent: number; size: number }>();
  const [problem, setProblem] = useState<Problem>();
  const [wrong, setWrong] = useState<string>();
  const [over, setOver] = useState(false);
  const keys = useRef(new Map<string, string>()); // by file: sent again after a lost answer, it goes on where it was

  const send = async (file: File | undefined) => {
    if (!file || sending) return;
    setProblem(undefined);
    setWrong(file.size === 0 ? t('why.empty') : file.size > most ? t('why.large') : undefined);
    if (file.size === 0 || file.size > most) return;
    setSending({ name: file.name, sent: 0, size: file.size });
    try {
      const what = [voucher, file.name, file.size, file.lastModified].join('\0');
      const key = keys.current.get(what) ?? crypto.randomUUID();
      keys.current.set(what, key);
      const made = await take(api.POST('/api/admin/v1/imports', { params: { header: { 'Idempotency-Key': key } }, body: { voucher_id: voucher, file_name: file.name, file_size: file.size } }));
      for (let piece = 0; piece * made.piece_size < file.size; piece++) {
        const part = file.slice(piece * made.piece_size, (piece + 1) * made.piece_size);
        await take(api.PUT('/api/admin/v1/imports/{id}/pieces/{piece}', { params: { path: { id: made.id, piece } }, body: { data: await base64(part) } }));
        setSending({ name: file.name, sent: Math.min(file.size, (piece + 1) * made.piece_size), size: file.size });
      }
      go('/imports/' + made.id, { replace: true });
    } catch (cause) {
      setProblem(problemOf(cause));
      setSending(undefined);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send(event.dataTransfer?.files[0]);
  };
  return (
    <Card>
      <Stack>
        <Select label={t('voucher')} name="voucher_id" value={voucher} onValue={setVoucher} options={vouchers} help={t('voucher.help')} />
        {sending ? (
          <Progress label={t('sending', { name: sending.name })} value={sending.sent} max={sending.size} text={f.percent(sending.sent, sending.size)} />
        ) : (
          <div class={over ? 'drop over' : 'drop'} onDragOver={(event) => (event.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)} onDrop={drop}>
            <strong>{t('drop')}</strong>
            <input id="import-file" class="sr" type="file" accept=".csv,.txt,.tsv,.xlsx" onChange={(event) => void send(event.currentTarget.files?.[0])} aria-describedby="import-help" />
            <label class="button" for="import-file">
              {t('drop.choose')}
            </label>
            <p class="quiet" id="import-help">
              {t('drop.help')}
            </p>
          </div>
        )}
        {wrong && <p class="error">{wrong}</p>}
        {problem && <ErrorBox problem={problem} />}
      </Stack>
    </Card>
  );
}

const base64 = (part: Blob): Promise<string> =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(part);
  });
