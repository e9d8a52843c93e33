import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Await, Card, Check, Grid, Select, Stack } from '../../ui';
import type { ImportDetail, Options } from './parts';

const encodings = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'];
const delimiters = [';', ',', '\t', '|'];

// Mapping shows how the file is going to be read, and changes it.
export function Mapping({ of: i, options, set }: { of: ImportDetail; options?: Options; set(options: Options): void }) {
  const t = useTexts();
  const preview = useLoad((signal) => api.POST('/api/admin/v1/imports/{id}/preview', { params: { path: { id: i.id } }, body: options ? { options } : {}, signal }), [i.id, options]);
  return (
    <Card title={t('read.title')} lead={t('read.lead')}>
      <Await of={preview} lines={6}>
        {(p) => {
          const o = p.options;
          const change = (by: Partial<Options>) => set({ ...o, ...by });
          const form = (by: Partial<Options>) => set({ ...o, ...by, columns: [] }); // the columns are found anew
          const columns = o.columns ?? [];
          const rows = p.rows ?? [];
          const width = Math.max(columns.length, ...rows.map((r) => r.cells?.length ?? 0));
          const pick = (at: number, to: string) => change({ columns: Array.from({ length: width }, (_, c) => (c === at ? to : columns[c] === to ? '' : (columns[c] ?? ''))) });
          const shown = o.header ? rows.slice(1) : rows;
          return (
            <Stack>
              <Grid min={160}>
                {o.format === 'csv' ? (
                  <>
                    <Select label={t('read.delimiter')} name="delimiter" value={o.delimiter ?? ';'} onValue={(delimiter) => form({ delimiter })} options={delimiters.map((value) => ({ value, label: value === '\t' ? t('read.tab') : value }))} />
                    <Select label={t('read.encoding')} name="encoding" value={o.encoding ?? 'utf-8'} onValue={(encoding) => form({ encoding: encoding as Options['encoding'] })} options={encodings.map((value) => ({ value, label: value.toUpperCase() }))} />
                  </>
                ) : (
                  <Select label={t('read.sheet')} name="sheet" value={o.sheet ?? ''} onValue={(sheet) => form({ sheet })} options={(o.sheets ?? []).map((value) => ({ value, label: value }))} />
                )}
                <Select label={t('read.decimal')} name="decimal" value={o.decimal} onValue={(decimal) => change({ decimal: decimal as Options['decimal'] })} options={['comma', 'point'].map((value) => ({ value, label: t('read.' + value) }))} />
                <Select label={t('read.dates')} name="dates" value={o.dates} onValue={(dates) => change({ dates: dates as Options['dates'] })} options={['ymd', 'dmy', 'mdy'].map((value) => ({ value, label: t('read.' + value) }))} />
              </Grid>
              <Check label={t('read.header')} name="header" value={o.header} onValue={(header) => change({ header })} />
              <Check label={t('read.hold')} name="hold" value={Boolean(o.hold)} onValue={(hold) => change({ hold })} help={t('read.hold.help')} />
              <div class="table-wrap scroll" tabIndex={0} role="group" aria-label={t('read.columns')}>
                <table class="data plain">
                  <caption class="sr">{t('read.columns')}</caption>
                  <thead>
                    <tr>
                      {Array.from({ length: width }, (_, c) => (
                        <th key={c} scope="col">
                          <Select
                            label={t('read.column', { name: (o.header && rows[0]?.cells?.[c]) || String(c + 1) })}
                            name={`column-${c}`}
                            value={columns[c] ?? ''}
                            onValue={(to) => pick(c, to)}
                            options={[{ value: '', label: t('column.none') }, ...(p.known ?? []).map((value) => ({ value, label: t('column.' + value) }))]}
                          />
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {shown.slice(0, 8).map((r) => (
                      <tr key={r.line}>
                        {Array.from({ length: width }, (_, c) => (
                          <td key={c}>{r.cells?.[c] ?? ''}</td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {!columns.includes('code') && <p class="error">{t('read.noCode')}</p>}
            </Stack>
          );
        }}
      </Await>
    </Card>
  );
}
