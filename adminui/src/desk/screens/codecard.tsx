import { useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { CodeBadge } from '../parts';
import type { DeskCode } from '../types';

// CodeCard is one code in a list; the whole card opens it.
export function CodeCard({ code }: { code: DeskCode }) {
  const t = useTexts();
  return (
    <article class="card opens-card">
      <div class="code-line">
        <h3 class="code-text">
          <Link to={'/codes/' + code.id}>{code.code}</Link>
        </h3>
        <CodeBadge state={code.state} />
      </div>
      <p class="quiet">{code.voucher.name}</p>
      <p>
        {t('card.used', { n: code.redeemed })}
        {' · '}
        {t('card.won', { n: code.customers })}
      </p>
    </article>
  );
}
