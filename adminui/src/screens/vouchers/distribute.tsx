import { useState } from 'preact/hooks';
import { api, nothing, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { Link } from '../../shell/router';
import { useWords } from '../../i18n';
import { Await, Button, Card, Empty, ErrorBox, LinkButton, Radio, Row, Select, Stack, toast } from '../../ui';
import { copy } from '../../ui/copy';
import { tidy, type Detail } from './doc';
import { HandOuts } from './handouts';
import { outOf } from './outof';
import type { Words } from './sentence';

// Distribute takes a voucher to where people meet it, each with a click (S2-15).
export function Distribute({ of: v, words }: { of: Detail; words: Words }) {
  const { t } = words;
  const { language } = useWords();
  const codes = useLoad((signal) => api.GET('/api/admin/v1/codes', { params: { query: { voucher: v.id, limit: 50 } }, signal }), [v.id, outOf(v)]);
  const shown = (codes.data?.items ?? []).filter((c) => (c.state === 'active' || c.state === 'pending') && !c.member_id && !c.batch_id && c.max_uses !== 1);
  const [chosen, setChosen] = useState('');
  const id = shown.find((c) => c.id === chosen)?.id ?? shown[0]?.id; // without one the server looks for a code that anybody may use
  const handout = useLoad(
    async (signal) => (outOf(v) === 0 ? nothing : api.GET('/api/admin/v1/vouchers/{id}/handout', { params: { path: { id: v.id }, query: { code: id, lang: language } }, signal })),
    [v.id, v.version, outOf(v), id, language],
  );
  const single = v.doc.limits?.per_code === 1;
  const refused = handout.problem && handout.problem.status >= 400 && handout.problem.status < 500 && handout.problem.code !== 'forbidden';
  const none = outOf(v) === 0 || refused;
  return (
    <Card title={t('give.title')} lead={t('give.lead')}>
      {none ? (
        <Empty
          title={t('give.none')}
          text={t(single ? 'give.none.single' : 'give.none.text')}
          action={<LinkButton to={single ? '/batches/new?voucher=' + v.id : `/vouchers/${v.id}?tab=codes`}>{t(single ? 'give.batch' : 'give.make')}</LinkButton>}
        />
      ) : (
        <Await of={handout} lines={6}>
          {(h) => (
            <Stack>
              {shown.length > 1 && <Select label={t('code')} name="give-code" value={id ?? ''} onValue={setChosen} options={shown.map((c) => ({ value: c.id, label: c.code }))} />}
              <Copies of={h} t={t} />
              <HandOuts voucher={v.id} code={h} />
            </Stack>
          )}
        </Await>
      )}
      <InShop of={v} t={t} />
    </Card>
  );
}

function Copies({ of: h, t }: { of: Schemas['HandoutView']; t: Words['t'] }) {
  return (
    <div class="give">
      <Stack>
        <Copy name={t('code')} text={h.code} t={t} />
        <Copy name={t('give.link')} text={h.link} t={t} />
        <Copy name={t('give.text')} text={h.text} t={t} />
        <Copy name={t('give.banner')} text={h.banner} t={t} fold />
      </Stack>
      {h.qr && (
        <figure>
          <img class="qr" src={h.qr} alt={t('give.qr', { code: h.code })} width={160} height={160} />
          <figcaption>
            <a class="button small" href={h.qr} download={`${h.code}.png`}>
              {t('give.qr.save')}
            </a>
          </figcaption>
        </figure>
      )}
    </div>
  );
}

function Copy({ name, text, t, fold }: { name: string; text: string; t: Words['t']; fold?: boolean }) {
  const button = (
    <Button small onClick={() => void copy(text, t('copied'), t('copy.failed'))}>
      {t('copy')}
      <span class="sr"> {name}</span>
    </Button>
  );
  const body = <pre tabIndex={0}>{text}</pre>;
  if (fold) {
    return (
      <details>
        <summary>{name}</summary>
        <div class="copy-block">
          {body}
          <Row>{button}</Row>
        </div>
      </details>
    );
  }
  return (
    <div class="copy-line">
      <div>
        <p class="people-label">{name}</p>
        {body}
      </div>
      {button}
    </div>
  );
}

// InShop says whether shoppers meet the voucher by itself, and changes it (S2-04, S2-05).
function InShop({ of: v, t }: { of: Detail; t: Words['t'] }) {
  const [auto, setAuto] = useState(v.doc.auto || 'never');
  const [version, setVersion] = useState(v.version);
  const save = useAction((to: string) => api.PUT('/api/admin/v1/vouchers/{id}', { params: { path: { id: v.id } }, body: { version, doc: tidy({ ...v.doc, auto: to }) } }));
  const choose = async (to: string, back?: string) => {
    const saved = await save.run(to);
    if (!saved) return;
    setAuto(to);
    setVersion(saved.data.version);
    toast(t('give.shown.' + to), back ? { undo: () => void choose(back) } : undefined);
  };
  return (
    <Stack gap={2}>
      <Radio label={t('give.shop')} name="give-auto" value={auto} onValue={(to) => void choose(to, auto)} options={['never', 'offer', 'apply'].map((value) => ({ value, label: t('auto.' + value), help: t(`auto.${value}.help`), disabled: v.state === 'ended' || save.busy }))} />
      {save.problem && <ErrorBox problem={save.problem} />}
      {auto !== 'never' && (
        <p class="quiet">
          {t('give.where')} <Link to="/placements">{t('give.placements')}</Link>
        </p>
      )}
    </Stack>
  );
}
