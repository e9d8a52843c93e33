import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link, useRoute } from '../../shell/router';
import { Await, Button, Card, Confirm, ErrorBox, Facts, LinkButton, Notice, Page, Progress, Row, Stack, toast, When } from '../../ui';
import { Lines } from './lines';
import { Mapping } from './mapping';
import { ImportState, moving, useBeat, type ImportDetail, type Options } from './parts';
import '../vouchers/style.css';

// ImportPage is one file on its way: how it is read, what each line gives, its
// progress, its result, and the way back.
export default function ImportPage() {
  const id = useRoute().params.id ?? '';
  const t = useTexts();
  const loaded = useLoad((signal) => api.GET('/api/admin/v1/imports/{id}', { params: { path: { id } }, signal }), [id]);
  const i = loaded.data;
  useBeat(Boolean(i && moving.includes(i.state)), loaded.reload);
  return (
    <Page title={i?.file_name ?? t('import')} back={{ to: '/imports', label: t('title') }} badge={i && <ImportState of={i} />} lead={i?.voucher && <Link to={'/vouchers/' + i.voucher_id}>{i.voucher}</Link>}>
      <Await of={loaded} lines={8}>
        {(one) => <One of={one} changed={loaded.reload} />}
      </Await>
    </Page>
  );
}

type Asked = 'start' | 'undo';

function One({ of: i, changed }: { of: ImportDetail; changed(): void }) {
  const t = useTexts();
  const f = useFormat();
  const [options, setOptions] = useState<Options>();
  const [asked, setAsked] = useState<Asked>();
  const act = useAction((what: 'check' | 'start' | 'cancel' | 'undo') => {
    const params = { path: { id: i.id } };
    const body = options ? { options } : {};
    if (what === 'check') return api.POST('/api/admin/v1/imports/{id}/check', { params, body });
    if (what === 'start') return api.POST('/api/admin/v1/imports/{id}/start', { params, body: i.state === 'cancelled' ? {} : body });
    if (what === 'cancel') return api.POST('/api/admin/v1/imports/{id}/cancel', { params });
    return api.POST('/api/admin/v1/imports/{id}/undo', { params });
  });
  const run = async (what: 'check' | 'start' | 'cancel' | 'undo') => {
    if (!(await act.run(what))) return;
    setAsked(undefined);
    toast(t('said.' + what));
    changed();
  };
  const open = i.state === 'ready' || i.state === 'checked';
  const made = i.state === 'done' || i.state === 'cancelled';
  return (
    <Stack>
      {moving.includes(i.state) && (
        <Card>
          <Progress label={t('import.' + i.state)} value={i.total ? i.done : undefined} max={Math.max(1, i.total)} text={i.total ? t('progress', { done: f.number(i.done), total: f.number(i.total) }) : t('counting')} />
          <p class="quiet">{t('leave')}</p>
          {i.state !== 'undoing' && (
            <Row end>
              <Button busy={act.busy} onClick={() => void run('cancel')}>
                {t('do.cancel')}
              </Button>
            </Row>
          )}
        </Card>
      )}
      {i.state === 'uploading' && (
        <Notice tone="warn" title={t('cut.title')}>
          <Stack gap={3}>
            <p>{t('cut.text')}</p>
            <Row>
              <LinkButton to={'/imports/new?voucher=' + i.voucher_id}>{t('cut.again')}</LinkButton>
            </Row>
          </Stack>
        </Notice>
      )}
      {i.state === 'failed' && (
        <Notice tone="bad" title={t('import.failed')}>
          <p>{said(t, 'why.' + i.reason, i.reason ?? '')}</p>
        </Notice>
      )}
      {open && <Mapping of={i} options={options} set={setOptions} />}
      {i.state !== 'uploading' && i.state !== 'ready' && <Result of={i} />}
      {act.problem && !asked && <ErrorBox problem={act.problem} />}
      {(open || made) && <Row end>
        {made && i.ok > 0 && <Button kind="danger" onClick={() => setAsked('undo')}>{t('do.undo')}</Button>}
        {open && <Button busy={act.busy} onClick={() => void run('check')}>{t('do.check')}</Button>}
        {(open || i.state === 'cancelled') && <Button kind="primary" onClick={() => setAsked('start')}>{t(i.state === 'cancelled' ? 'do.resume' : 'do.start')}</Button>}
      </Row>}
      {i.total > 0 && <Lines of={i} />}
      <Confirm open={asked === 'start'} title={t('ask.start')} confirmLabel={t('do.start')} busy={act.busy} problem={act.problem} onConfirm={() => void run('start')} onClose={() => (setAsked(undefined), act.clear())}>
        <p>{i.state === 'checked' ? t('ask.start.checked', { n: i.ok, bad: f.number(i.failed + i.duplicates) }) : i.state === 'cancelled' ? t('ask.start.rest', { n: Math.max(0, i.total - i.done) }) : t('ask.start.unchecked')}</p>
        <p>{t('ask.start.undo')}</p>
      </Confirm>
      <Confirm open={asked === 'undo'} title={t('ask.undo')} confirmLabel={t('do.undo')} danger busy={act.busy} problem={act.problem} onConfirm={() => void run('undo')} onClose={() => (setAsked(undefined), act.clear())}>
        <p>{t('ask.undo.text', { n: i.ok })}</p>
      </Confirm>
    </Stack>
  );
}

// said is a text, or what it stands for where there is none.
export function said(t: (key: string) => string, key: string, other: string): string {
  const text = t(key);
  return text === key ? other : text;
}

function Result({ of: i }: { of: ImportDetail }) {
  const t = useTexts();
  const f = useFormat();
  const checked = i.state === 'checked' || i.state === 'checking';
  const lines = (state: string, n: number) => (n > 0 ? <Link to={`/imports/${i.id}?state=${state}`}>{f.number(n)}</Link> : f.number(n)); // the number opens the list that makes it
  return (
    <Card title={t(checked ? 'result.checked' : 'result.title')}>
      <Facts
        items={[
          { name: t(checked ? 'result.could' : 'ok'), value: f.number(i.ok) },
          { name: t('result.failed'), value: lines('failed', i.failed) },
          { name: t('result.duplicates'), value: lines('duplicate', i.duplicates) },
          ...(i.activated ? [{ name: t('result.activated'), value: f.number(i.activated) }] : []),
          ...(i.state === 'undone' || i.kept ? [{ name: t('result.kept'), value: f.number(i.kept), ...(i.kept ? { help: t('result.kept.help') } : {}) }] : []),
          ...(i.finished_at ? [{ name: t(checked ? 'result.looked' : 'result.finished'), value: <When at={i.finished_at} time /> }] : []),
          ...(i.undone_at ? [{ name: t('result.undone'), value: <When at={i.undone_at} time /> }] : []),
          ...(i.batches ?? []).map((b) => ({ name: t('batch'), value: <Link to={'/batches/' + b.id}>{b.name}</Link> })),
        ]}
      />
    </Card>
  );
}
