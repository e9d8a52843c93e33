import { useEffect, useState } from 'preact/hooks';
import check from 'icon:check';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts, useWords } from '../../i18n';
import { go } from '../../shell/router';
import { Button, Card, Empty, ErrorBox, Field, Icon, Page, Radio, Stack } from '../../ui';
import { read, write } from '../api';
import { Wait } from '../parts';
import { Conditions } from '../conditions';
import type { Checked, DeskCode, DeskVoucher, DeskVouchers } from '../types';

const rest = 350; // milliseconds without typing after which the code is looked up

// NewCode makes a code of the partner's own: only its text is chosen here.
export default function NewCode() {
  const t = useTexts();
  const { language } = useWords();
  const released = useLoad((signal) => read<DeskVouchers>('/vouchers?locale=' + language, signal), [language]);
  return (
    <Page title={t('new.title')} lead={t('new.lead')} back={{ to: '/codes', label: t('codes.title') }} narrow>
      <Wait of={released}>
        {({ items: vouchers }) =>
          vouchers.length === 0 ? (
            <Card>
              <Empty title={t('home.novoucher')} text={t('home.novoucher.text')} />
            </Card>
          ) : (
            <Form vouchers={vouchers} />
          )
        }
      </Wait>
    </Page>
  );
}

function Form({ vouchers }: { vouchers: DeskVoucher[] }) {
  const t = useTexts();
  const [chosen, choose] = useState(vouchers[0]?.id ?? '');
  const [text, setText] = useState('');
  const voucher = vouchers.find((v) => v.id === chosen);
  const checked = useCheck(text.trim());
  const make = useAction((code: string, key) => write<DeskCode>('POST', '/codes', { voucher: chosen, text: code }, key));
  const known = checked.of === text.trim() ? checked.said : undefined;
  const reason = known && !known.ok ? t('why.' + known.reason) : undefined;
  const submit = async () => {
    const made = await make.run(text.trim());
    if (made) go(`/codes/${made.data.id}?new=1`, { replace: true });
    else checked.again();
  };
  return (
    <form
      class="stack gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !reason) void submit();
        else document.getElementById('field-text')?.focus();
      }}
    >
      <Card>
        {vouchers.length > 1 && <Radio label={t('new.voucher')} value={chosen} onValue={choose} options={vouchers.map((v) => ({ value: v.id, label: v.name }))} />}
        {vouchers.length === 1 && <h2>{voucher?.name}</h2>}
        {voucher?.lines.map((line) => <p key={line}>{line}</p>)}
        {voucher && <Conditions of={voucher.parts} />}
      </Card>
      <Card>
        <Stack gap={3}>
          <Field label={t('new.text')} name="text" help={t('new.rules')} error={reason}>
            {(id, describedBy, invalid) => (
              <input
                id={id}
                class="code-input"
                type="text"
                value={text}
                maxLength={40}
                placeholder={t('new.example')}
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                enterkeyhint="done"
                aria-describedby={describedBy}
                aria-invalid={invalid || undefined}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            )}
          </Field>
          <div aria-live="polite" class="verdict">
            {known?.ok && (
              <p class="free">
                <Icon of={check} size={18} /> {t('new.free', { code: text.trim() })}
              </p>
            )}
            {known && !known.ok && known.suggestions.length > 0 && (
              <>
                <p>{t('new.instead')}</p>
                <ul class="suggestions">
                  {known.suggestions.map((s) => (
                    <li key={s}>
                      <Button onClick={() => setText(s)}>{s}</Button>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        </Stack>
      </Card>
      {make.problem && known?.ok !== false && <ErrorBox problem={make.problem} />}
      <Button kind="primary" type="submit" busy={make.busy} disabled={text.trim() === '' || reason !== undefined}>
        {t('new.make')}
      </Button>
    </form>
  );
}

// useCheck asks whether a code is free once one stops typing.
function useCheck(text: string): { of: string; said?: Checked; again(): void } {
  const [asked, ask] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => ask(text), rest);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useLoad<{ of: string; said?: Checked }>(
    (signal) =>
      asked
        ? write<Checked>('POST', '/codes/check', { text: asked }, undefined, signal).then((a) => ({ ...a, data: { of: asked, said: a.data } }))
        : Promise.resolve({ data: { of: '' }, response: new Response() }),
    [asked],
  );
  return { of: found.data?.of ?? '', said: found.data?.said, again: found.reload };
}
