import { useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { CodeBadge } from '../parts';
import type { DeskCode } from '../types';

// CodeCard is one code in a list; the whole card opens it. Its heading stands below
// the list's, where the list has one.
export function CodeCard({ code, heading: Heading = 'h3' }: { code: DeskCode; heading?: 'h2' | 'h3' }) {
  const t = useTexts();
  return (
    <article class="card opens-card">
      <div class="code-line">
        <Heading class="code-text">
          <Link to={'/codes/' + code.id}>{code.code}</Link>
        </Heading>
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
