import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { endOfDay } from '../member/zone';
import { Button, Dialog, DateInput, ErrorBox, Grid, Notice, NumberInput, Radio, Stack, TextArea, TextInput, download, toast } from '../../ui';
import { copy } from '../../ui/copy';
import type { Detail } from './doc';
import { People } from './people';
import { readPattern } from './pattern';

type Made = Schemas['MadeCodes'];
const mostAtOnce = 1000;

// MakeCodes makes codes by hand, by a pattern or by chance, for anybody, one member
// or from one partner.
export function MakeCodes({ open, of, close, done }: { open: boolean; of: Detail; close(): void; done(): void }) {
  return open ? <Making of={of} close={close} done={done} /> : null;
}

function Making({ of: v, close, done }: { of: Detail; close(): void; done(): void }) {
  const t = useTexts();
  const f = useFormat();
  const [how, setHow] = useState('chance');
  const [texts, setTexts] = useState('');
  const [pattern, setPattern] = useState('MESSE-####-@@@@');
  const [count, setCount] = useState<number | undefined>(1);
  const [member, setMember] = useState<string[]>([]);
  const [issuer, setIssuer] = useState<string[]>([]);
  const [uses, setUses] = useState<number | undefined>();
  const [until, setUntil] = useState('');
  const [made, setMade] = useState<Made>();
  const make = useAction((body: Schemas['CodesBody'], key) => api.POST('/api/admin/v1/vouchers/{id}/codes', { params: { path: { id: v.id }, header: { 'Idempotency-Key': key } }, body }));
  const typed = texts.split(/[\n,;]/).map((line) => line.trim()).filter(Boolean);
  const n = how === 'hand' ? typed.length : (count ?? 0);
  const read = readPattern(pattern, n);
  const bad = n < 1 || n > mostAtOnce || (how === 'pattern' && (read.wrong || !read.enough));
  const taken = make.problem?.numbers?.taken;
  const run = async () => {
    const codes = await make.run({
      ...(how === 'hand' ? { texts: typed } : { count: n, ...(how === 'pattern' ? { pattern } : {}) }),
      ...(member[0] ? { member_id: member[0] } : {}),
      ...(issuer[0] ? { issuer_id: issuer[0] } : {}),
      ...(uses !== undefined ? { max_uses: uses } : {}),
      ...(until ? { ends_at: endOfDay(until, f.zone) + 1 } : {}),
    });
    if (!codes) return;
    setMade(codes.data);
    done();
    toast(t('make.done', { n: codes.data.items?.length ?? 0 }));
  };
  if (made) return <Ready made={made} name={v.doc.name} close={close} />;
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={make.busy} disabled={bad} onClick={() => void run()}>
        {t('make.run', { n })}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('make.title')} onClose={close} footer={footer} wide>
      <Stack>
        <Radio
          label={t('make.how')}
          name="make-how"
          value={how}
          onValue={setHow}
          options={['chance', 'hand', 'pattern'].map((value) => ({ value, label: t('make.' + value), help: t(`make.${value}.help`) }))}
          extra={{
            hand: <TextArea label={t('make.texts')} name="texts" value={texts} onValue={setTexts} rows={4} help={t('make.texts.help')} error={Array.isArray(taken) ? t('make.taken', { codes: taken.join(', ') }) : undefined} />,
            pattern: (
              <Stack gap={2}>
                <TextInput label={t('make.pattern.label')} name="pattern" value={pattern} onValue={setPattern} help={t('make.pattern.rule')} error={read.wrong ? t('make.pattern.wrong') : !read.enough ? t('make.pattern.few', { n }) : undefined} maxLength={64} />
                {!read.wrong && <p class="help">{t('make.pattern.like', { example: read.example })}</p>}
              </Stack>
            ),
          }}
        />
        <Grid min={160}>
          {how !== 'hand' && <NumberInput label={t('make.count')} name="count" value={count} onValue={setCount} min={1} max={mostAtOnce} help={t('make.count.help')} />}
          <NumberInput label={t('make.uses')} name="max_uses" value={uses} onValue={setUses} unit={t('unit.times')} help={t('make.uses.help')} optional />
          <DateInput label={t('make.until')} name="until" value={until} onValue={setUntil} help={t('make.until.help')} optional />
        </Grid>
        <People label={t('make.member')} name="make-member" single chosen={member} onChange={setMember} help={t('make.member.help')} />
        <People label={t('make.issuer')} name="make-issuer" single chosen={issuer} onChange={setIssuer} help={t('make.issuer.help')} />
        {v.state !== 'active' && (
          <Notice tone="warn">
            <p>{t('make.notActive', { state: t('state.' + v.state) })}</p>
          </Notice>
        )}
        {make.problem && !taken && <ErrorBox problem={make.problem} />}
      </Stack>
    </Dialog>
  );
}

// Ready shows the new codes, to copy or to take along.
function Ready({ made, name, close }: { made: Made; name: string; close(): void }) {
  const t = useTexts();
  const codes = (made.items ?? []).map((c) => c.code);
  const copyAll = () => void copy(codes.join('\n'), t('copied'), t('copy.failed'));
  const footer = (
    <>
      <Button onClick={() => download(`${name}.csv`, [[t('code')], ...codes.map((c) => [c])])}>{t('make.csv')}</Button>
      <Button onClick={copyAll}>{t('copy')}</Button>
      <Button kind="primary" onClick={close}>
        {t('close')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('make.done', { n: codes.length })} onClose={close} footer={footer}>
      <div class="copy-block">
        <pre tabIndex={0}>{codes.join('\n')}</pre>
      </div>
    </Dialog>
  );
}
