import copyIcon from 'icon:copy';
import linkIcon from 'icon:link';
import messageIcon from 'icon:message-square-text';
import printer from 'icon:printer';
import shareIcon from 'icon:share-2';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useRoute } from '../../shell/router';
import { Button, Card, Notice, Page, Stack } from '../../ui';
import { read } from '../api';
import { Conditions } from '../conditions';
import { canShare, copy, share } from '../copy';
import { useDesk } from '../me';
import { CodeBadge, Numbers, Wait } from '../parts';
import type { DeskCode, Share } from '../types';

// Code is one code: everything to hand it on, and what came of it.
export default function Code() {
  const t = useTexts();
  const f = useFormat();
  const { params, query } = useRoute();
  const code = useLoad((signal) => read<DeskCode>('/codes/' + params.id, signal), [params.id]);
  const sharing = useLoad((signal) => read<Share>(`/codes/${params.id}/share`, signal), [params.id]);
  const works = code.data?.state === 'active' || code.data?.state === 'pending';
  return (
    <Page title={code.data?.code ?? t('code.title')} back={{ to: '/codes', label: t('codes.title') }} badge={code.data && <CodeBadge state={code.data.state} />}>
      <Wait of={code}>
        {(c) => (
          <div class="grid min-360 fill">
            <Stack gap={4}>
              {query.new && (
                <Notice tone="good" title={t('code.made')}>
                  <p>{t('code.made.text')}</p>
                </Notice>
              )}
              {!works && <Notice tone="warn">{t('code.over')}</Notice>}
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
            </Stack>
          </div>
        )}
      </Wait>
    </Page>
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
