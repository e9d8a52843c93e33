import type { ComponentChildren } from 'preact';
import arrowDown from 'icon:arrow-down';
import arrowUp from 'icon:arrow-up';
import { useTexts } from '../i18n';
import { Link } from '../shell/router';
import { Icon } from './icon';
import { alongRows, toPager } from './rows';
import { None } from './values';

export interface Column<R> {
  key: string;
  head: string;
  align?: 'end';
  sortable?: boolean; // the key is then a value of sort
  long?: boolean; // sentences: on a phone below its head, not beside it
  render(row: R): ComponentChildren;
}

export interface Selection {
  keys: ReadonlySet<string>;
  onChange(keys: Set<string>): void;
  labelOf(key: string): string;
}

const short = 10; // rows that one tabs through without annoyance

interface Props<R> {
  caption: string; // for screen readers: what the rows are
  columns: Column<R>[]; // the first one names the row
  rows: R[];
  rowKey(row: R): string;
  rowHref?(row: R): string | undefined;
  sort?: string; // 'name' or '-name'; '' = the list's own order
  onSort?(sort: string): void;
  select?: Selection;
  empty?: ComponentChildren;
  loading?: boolean;
}

// DataTable is a real table. The link in a row's first cell covers the row, so that
// a click anywhere and Enter open it; the arrows go from row to row, and whoever tabs
// can skip a long list to its pages. On a phone each row is a card.
export function DataTable<R>(props: Props<R>) {
  const { columns, rows, rowKey } = props;
  if (rows.length === 0 && !props.loading) return <>{props.empty}</>;
  return (
    <div class="table-wrap">
      {rows.length > short && <SkipRows />}
      <table class={props.loading ? 'data loading' : 'data'} role="table" aria-busy={props.loading || undefined}>
        <caption class="sr">{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {props.select && <SelectAll select={props.select} keys={rows.map(rowKey)} />}
            {columns.map((c) => (
              <Head key={c.key} column={c} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" onKeyDown={alongRows}>
          {rows.length === 0 ? <Bones columns={columns.length + (props.select ? 1 : 0)} /> : rows.map((row) => <Line key={rowKey(row)} row={row} {...props} />)}
        </tbody>
      </table>
    </div>
  );
}

// SkipRows is seen by those who tab, and only where the list has pages.
function SkipRows() {
  const t = useTexts();
  return (
    <button type="button" class="button small skip-rows" onClick={(event) => toPager(event.currentTarget)}>
      {t('table.skip')}
    </button>
  );
}

function Head<R>({ column, sort = '', onSort }: { column: Column<R>; sort?: string; onSort?(sort: string): void }) {
  const t = useTexts();
  const mine = sort === column.key || sort === '-' + column.key;
  const down = sort === '-' + column.key;
  const next = !mine ? column.key : down ? '' : '-' + column.key;
  return (
    <th scope="col" role="columnheader" class={column.align} aria-sort={mine ? (down ? 'descending' : 'ascending') : undefined}>
      {column.sortable && onSort ? (
        <button type="button" class="sort" onClick={() => onSort(next)} title={t('table.sort', { column: column.head })}>
          {column.head}
          {mine && <Icon of={down ? arrowDown : arrowUp} size={14} />}
        </button>
      ) : (
        column.head
      )}
    </th>
  );
}

function Line<R>({ row, columns, rowKey, rowHref, select }: Props<R> & { row: R }) {
  const key = rowKey(row);
  const to = rowHref?.(row);
  return (
    <tr role="row" class={to ? 'opens' : undefined}>
      {select && <SelectOne select={select} id={key} />}
      {columns.map((c, i) =>
        i === 0 ? (
          <th key={c.key} scope="row" role="rowheader" class={c.align}>
            {to ? (
              <Link to={to} class="row-link">
                {c.render(row)}
              </Link>
            ) : (
              c.render(row)
            )}
          </th>
        ) : (
          <td key={c.key} role="cell" class={c.long ? 'long' : c.align} data-head={c.head}>
            {said(c.render(row))}
          </td>
        ),
      )}
    </tr>
  );
}

// said marks a dash, so that a phone's card can leave its line out.
const said = (cell: ComponentChildren) => (cell === '–' ? <None /> : cell);

function Bones({ columns }: { columns: number }) {
  return (
    <>
      {[0, 1, 2, 3, 4].map((i) => (
        <tr key={i} role="row" aria-hidden="true">
          {Array.from({ length: columns }, (_, c) => (
            <td key={c} role="cell">
              <span class="bone" />
            </td>
          ))}
        </tr>
      ))}
    </>
  );
}

function SelectAll({ select, keys }: { select: Selection; keys: string[] }) {
  const t = useTexts();
  const all = keys.length > 0 && keys.every((k) => select.keys.has(k));
  const some = !all && keys.some((k) => select.keys.has(k));
  return (
    <th scope="col" role="columnheader" class="select">
      <input
        type="checkbox"
        aria-label={t('table.selectAll')}
        checked={all}
        indeterminate={some}
        onChange={() => {
          const next = new Set(select.keys);
          for (const k of keys) all ? next.delete(k) : next.add(k);
          select.onChange(next);
        }}
      />
    </th>
  );
}

function SelectOne({ select, id }: { select: Selection; id: string }) {
  const t = useTexts();
  return (
    <td role="cell" class="select">
      <input
        type="checkbox"
        aria-label={t('table.select', { what: select.labelOf(id) })}
        checked={select.keys.has(id)}
        onChange={() => {
          const next = new Set(select.keys);
          if (!next.delete(id)) next.add(id);
          select.onChange(next);
        }}
      />
    </td>
  );
}
