import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import type { Problem } from '../../api/problem';
import { useFormat, useTexts } from '../../i18n';
import { Badge, Button, Card, Confirm } from '../../ui';

interface Props {
  on: boolean;
  busy: boolean;
  problem?: Problem;
  blocked: boolean; // there are changes that are not saved yet
  onSwitch(on: boolean): void;
}

const counted = 200;

// Switch turns the module on and off, and says in numbers what that does.
export function Switch({ on, busy, problem, blocked, onSwitch }: Props) {
  const t = useTexts();
  const f = useFormat();
  const [asking, ask] = useState(false);
  const partners = useLoad((signal) => api.GET('/api/admin/v1/partners', { params: { query: { limit: counted } }, signal }), []);
  const items = partners.data?.items ?? [];
  const codes = items.reduce((sum, p) => sum + p.codes, 0);
  const many = (n: number) => f.number(n) + (partners.data?.next ? '+' : '');
  const button = (
    <Button kind={on ? 'plain' : 'primary'} disabled={blocked} onClick={() => ask(true)}>
      {t(on ? 'switch.off' : 'switch.on')}
    </Button>
  );
  return (
    <Card title={t('switch')} actions={<Badge tone={on ? 'good' : 'neutral'}>{t(on ? 'switch.is.on' : 'switch.is.off')}</Badge>}>
      <p>{t(on ? 'switch.on.text' : 'switch.off.text')}</p>
      <div class="actions">
        {button}
        {blocked && <span class="quiet">{t('switch.first')}</span>}
      </div>
      <Confirm
        open={asking}
        title={t(on ? 'switch.off' : 'switch.on')}
        confirmLabel={t(on ? 'switch.off' : 'switch.on')}
        danger={on}
        busy={busy}
        problem={problem}
        onClose={() => ask(false)}
        onConfirm={() => {
          ask(false);
          onSwitch(!on);
        }}
      >
        <p>{t(on ? 'switch.stops' : 'switch.starts', { partners: many(items.length), codes: many(codes) })}</p>
        <p>{t('switch.kept')}</p>
      </Confirm>
    </Card>
  );
}
