import { useState } from 'preact/hooks';
import { api, nothing } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Button, ErrorBox, ListBar, Radio, Stack } from '../../ui';
import './pick.css';

interface Chosen {
  id: string;
  name: string;
}

interface Props {
  label: string;
  help?: string;
  value: Chosen | undefined; // undefined = nobody
  onValue(value: Chosen | undefined): void;
  without?: string[]; // who cannot be chosen
}

// PickPartner finds one partner by name, address or code.
export function PickPartner({ label, help, value, onValue, without = [] }: Props) {
  const t = useTexts();
  const [search, setSearch] = useState('');
  const query = { q: search, limit: 6 };
  const found = useLoad((signal) => (search ? api.GET('/api/admin/v1/partners', { params: { query }, signal }) : Promise.resolve(nothing)), [query]);
  const others = search ? (found.data?.items ?? []).filter((p) => !without.includes(p.id)) : [];
  return (
    <fieldset class="field">
      <legend>{label}</legend>
      {help && <p class="help">{help}</p>}
      {value ? (
        <p class="row gap-2">
          <strong>{value.name}</strong>
          <Button small onClick={() => onValue(undefined)}>
            {t('pick.other')}
          </Button>
        </p>
      ) : (
        <Stack gap={2}>
          <div class="pick">
            <ListBar search={{ value: search, label: t('search'), onType: setSearch }} />
          </div>
          {search && found.data && others.length === 0 && <p class="quiet">{t('none.title')}</p>}
          {found.problem && <ErrorBox problem={found.problem} />}
          {others.length > 0 && (
            <Radio
              label={t('pick')}
              value=""
              onValue={(id) => {
                const p = others.find((one) => one.id === id);
                if (p) onValue({ id: p.id, name: p.name || p.email });
              }}
              options={others.map((p) => ({ value: p.id, label: p.name || p.email, help: p.email }))}
            />
          )}
        </Stack>
      )}
    </fieldset>
  );
}
