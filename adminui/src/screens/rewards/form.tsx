import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Button, Check, DateInput, Dialog, ErrorBox, NumberInput, Radio, Select, Stack, TextArea, TextInput } from '../../ui';

type Reward = Schemas['RewardView'];
type Item = Schemas['Item'];

const languages = ['en', 'de', 'da', 'pl', 'it'];
const nothing: Item = { texts: {}, points: 100, stock: -1, delivery: 'hand' };

// Editor makes or changes one reward.
export function Editor({ reward, onClose, saved }: { reward?: Reward; onClose(): void; saved(): void }) {
  const t = useTexts();
  const shop = useShop();
  const before = reward?.item ?? nothing;
  const [item, setItem] = useState<Item>(before);
  const [on, setOn] = useState(reward?.on ?? true);
  const [tickets, setTickets] = useState('');
  const [language, setLanguage] = useState(languages.find((l) => l === shop.language.slice(0, 2)) ?? 'en');
  const set = (change: Partial<Item>) => setItem({ ...item, ...change });
  const text = item.texts?.[language] ?? { name: '', text: '' };
  const word = (change: { name?: string; text?: string }) => set({ texts: { ...item.texts, [language]: { ...text, ...change } } });
  const save = useAction(async (i: Item) => {
    if (reward) return api.PUT('/api/admin/v1/rewards/{id}', { params: { path: { id: reward.id } }, body: { version: reward.version, on, item: i } });
    const made = await api.POST('/api/admin/v1/rewards', { body: { item: i, tickets } });
    if (!made.data || !on) return made;
    return api.PUT('/api/admin/v1/rewards/{id}', { params: { path: { id: made.data.id } }, body: { version: made.data.version, on, item: made.data.item } });
  });
  const add = useAction((id: string) => api.POST('/api/admin/v1/rewards/{id}/tickets', { params: { path: { id } }, body: { tickets } }));
  const errors = fieldErrors(save.problem);
  const run = async () => {
    const texts = Object.fromEntries(Object.entries(item.texts ?? {}).filter(([, x]) => x.name.trim() || x.text?.trim()));
    if (!(await save.run({ ...item, texts }))) return;
    if (reward && tickets.trim() && !(await add.run(reward.id))) return;
    saved();
  };
  const dirty = item !== before || tickets !== '' || on !== (reward?.on ?? true);
  const footer = (
    <>
      <Button onClick={onClose}>{t('cancel')}</Button>
      <Button kind="primary" busy={save.busy || add.busy} onClick={() => void run()}>{t('save')}</Button>
    </>
  );
  const byTicket = item.delivery === 'ticket';
  return (
    <Dialog open wide title={t(reward ? 'edit.title' : 'new')} onClose={onClose} footer={footer} dirty={dirty}>
      <Stack>
        <Select label={t('language')} value={language} options={languages.map((value) => ({ value, label: t('language.' + value) }))} onValue={setLanguage} />
        <TextInput label={t('name')} value={text.name} maxLength={120} error={errors.texts && t('name.wrong')} onValue={(name) => word({ name })} />
        <TextArea label={t('text')} optional rows={3} value={text.text ?? ''} maxLength={1000} onValue={(words) => word({ text: words })} />
        <NumberInput label={t('points')} value={item.points} min={1} error={errors.points && t('points.wrong')} onValue={(points) => set({ points: points ?? 0 })} />
        {!reward && <Radio name="delivery" label={t('delivery')} value={item.delivery} onValue={(delivery) => set({ delivery: delivery as Item['delivery'] })} options={['hand', 'ticket'].map((value) => ({ value, label: t('delivery.' + value), help: t('delivery.' + value + '.help') }))} />}
        {byTicket && <TextArea label={t(reward ? 'tickets.more' : 'tickets')} optional={!!reward} rows={4} value={tickets} help={t('tickets.help')} error={errors.tickets && t('tickets.wrong')} onValue={setTickets} />}
        {!byTicket && <NumberInput label={t('stock')} optional value={item.stock < 0 ? undefined : item.stock} min={0} help={t('stock.help')} error={errors.stock && t('stock.wrong')} onValue={(stock) => set({ stock: stock ?? -1 })} />}
        <NumberInput label={t('perMember')} optional value={item.per_member || undefined} min={0} onValue={(n) => set({ per_member: n ?? 0 })} />
        <DateInput label={t('from')} optional value={item.from ?? ''} onValue={(from) => set({ from: from || undefined })} />
        <DateInput label={t('until')} optional value={item.until ?? ''} error={errors.until && t('until.wrong')} onValue={(until) => set({ until: until || undefined })} />
        <Check label={t('on')} value={on} onValue={setOn} />
        {save.problem && Object.keys(errors).length === 0 && <ErrorBox problem={save.problem} />}
        {add.problem && <ErrorBox problem={add.problem} />}
      </Stack>
    </Dialog>
  );
}
