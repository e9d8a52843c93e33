import { useState } from 'preact/hooks';
import copyIcon from 'icon:copy';
import linkIcon from 'icon:link';
import messageIcon from 'icon:message-square-text';
import printer from 'icon:printer';
import shareIcon from 'icon:share-2';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts, useWords } from '../../i18n';
import { useRoute } from '../../shell/router';
import { Button, Card, Confirm, ErrorBox, Notice, Page, Stack, toast } from '../../ui';
import { read, write } from '../api';
import { Conditions } from '../conditions';
import { canShare, copy, share } from '../copy';
import { useDesk } from '../me';
import { CodeBadge, Numbers, Wait } from '../parts';
import type { DeskCode, DeskCodes, Share } from '../types';

// Code is one code: everything to hand it on, and what came of it.
export default function Code() {
  const t = useTexts();
  const f = useFormat();
  const { params, query } = useRoute();
  const { language } = useWords();
  const codes = useLoad((signal) => read<DeskCodes>('/codes?locale=' + language, signal), [language]);
  const c = codes.data?.items.find((one) => one.id === params.id);
  const sharing = useLoad((signal) => read<Share>(`/codes/${params.id}/share?locale=${language}`, signal), [params.id, language]);
  const works = c?.state === 'active' || c?.state === 'pending';
  return (
    <Page title={c?.code ?? t('code.title')} back={{ to: '/codes', label: t('codes.title') }} badge={c && <CodeBadge state={c.state} />}>
      <Wait of={codes}>
        {() => !c ? <p>{t('code.missing')}</p> : (
          <div class="grid min-360 fill">
            <Stack gap={4}>
              {query.new && (
                <Notice tone="good" title={t('code.made')}>
                  <p>{t('code.made.text')}</p>
                </Notice>
              )}
              {!works && <Notice tone="warn"><p>{t('code.over')}</p></Notice>}
              {works && <Wait of={sharing}>{(s) => <HandOn code={c} share={s} />}</Wait>}
              <Card title={c.voucher.name}>
                {c.voucher.lines.map((line) => (
                  <p key={line}>{line}</p>
                ))}
                <Conditions of={c.voucher.parts} />
                {Boolean(c.ends_at) && <p class="quiet">{t('code.until', { date: f.dateTime(c.ends_at ?? 0) })}</p>}
              </Card>
            </Stack>
            <Stack gap={4}>
              <Card title={t('code.brought')}>
                <Numbers of={c} />
              </Card>
              {works && <Wait of={sharing}>{(s) => <Poster code={c} share={s} />}</Wait>}
              <Switch code={c} done={codes.reload} />
            </Stack>
          </div>
        )}
      </Wait>
    </Page>
  );
}

// Switch stops a code and lets it work again.
function Switch({ code, done }: { code: DeskCode; done(): void }) {
  const t = useTexts();
  const [asking, ask] = useState(false);
  const set = useAction((state: 'active' | 'stopped') => write<DeskCode>('POST', `/codes/${code.id}/state`, { state }));
  const put = async (state: 'active' | 'stopped') => {
    if (!(await set.run(state))) return;
    ask(false);
    toast(t(state === 'stopped' ? 'code.stopped' : 'code.started'));
    done();
  };
  if (code.state === 'void') {
    return (
      <div class="stack gap-2">
        <Button busy={set.busy} onClick={() => void put('active')}>
          {t('code.start')}
        </Button>
        {set.problem && <ErrorBox problem={set.problem} />}
      </div>
    );
  }
  if (code.state !== 'active' && code.state !== 'pending') return null;
  return (
    <>
      <Button kind="quiet" onClick={() => ask(true)}>
        {t('code.stop')}
      </Button>
      <Confirm open={asking} title={t('code.stop')} confirmLabel={t('code.stop')} danger busy={set.busy} problem={set.problem} onClose={() => ask(false)} onConfirm={() => void put('stopped')}>
        <p>{t('code.stop.text')}</p>
      </Confirm>
    </>
  );
}

function HandOn({ code, share: s }: { code: DeskCode; share: Share }) {
  const t = useTexts();
  const take = (text: string) => void copy(text, t('copied'), t('copy.failed'));
  return (
    <Card title={t('share.title')}>
      <p class="message">{s.text}</p>
      <div class="actions spread">
        {canShare() && (
          <Button kind="primary" icon={shareIcon} onClick={() => void share(s.text, t('share.failed'))}>
            {t('share.do')}
          </Button>
        )}
        <Button kind={canShare() ? 'plain' : 'primary'} icon={messageIcon} onClick={() => take(s.text)}>
          {t('share.text')}
        </Button>
        <Button icon={copyIcon} onClick={() => take(code.code)}>
          {t('share.code')}
        </Button>
        <Button icon={linkIcon} onClick={() => take(s.link)}>
          {t('share.link')}
        </Button>
      </div>
      <p class="quiet">{s.link}</p>
    </Card>
  );
}

// Poster is what is printed: on paper it stands alone.
function Poster({ code, share: s }: { code: DeskCode; share: Share }) {
  const t = useTexts();
  const { me } = useDesk();
  return (
    <Card title={t('poster.title')} actions={<Button icon={printer} onClick={() => print()}>{t('poster.print')}</Button>}>
      <div class="poster">
        <p class="poster-shop">{me.shop.name}</p>
        <img class="qr" src={'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(s.qr)} alt={t('poster.qr', { link: s.link })} width={220} height={220} />
        <p class="poster-code">{code.code}</p>
        <Conditions of={code.voucher.parts} />
        <p class="poster-link">{s.link}</p>
      </div>
    </Card>
  );
}
