import { useTexts } from '../../i18n';
import { Badge, type Tone } from '../../ui';

const tones: Record<string, Tone> = { completed: 'good', fulfilled: 'good', paid: 'accent', cancelled: 'warn' };

// OrderStatus is how far an order has come, of the same colour wherever it is said.
export function OrderStatus({ of }: { of: string }) {
  const t = useTexts();
  return <Badge tone={tones[of] ?? 'neutral'}>{t('status.' + of)}</Badge>;
}
