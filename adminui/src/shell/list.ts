import { setQuery, useRoute } from './router';

export interface ListQuery {
  search: string;
  sort: string; // as the API calls it; '' = the list's own order
  cursor: string; // '' = the first page
  values: Record<string, string>; // everything in the address, filters included
  set(change: Record<string, string | undefined>): void; // a filter or the order; begins at the first page
  type(search: string): void; // as set, without a new entry in the history
  next(cursor: string): void;
  previous?(): void; // undefined on the first page
}

// useListQuery is the state of a list, kept in the address.
export function useListQuery(): ListQuery {
  const { query, trail } = useRoute();
  const cursor = query.cursor ?? '';
  return {
    search: query.search ?? '',
    sort: query.sort ?? '',
    cursor,
    values: query,
    set: (change) => setQuery({ ...change, cursor: undefined }),
    type: (search) => setQuery({ search, cursor: undefined }, { replace: true }),
    next: (to) => setQuery({ cursor: to }, { trail: [...trail, cursor] }),
    previous: cursor ? () => setQuery({ cursor: trail.at(-1) }, { trail: trail.slice(0, -1) }) : undefined,
  };
}
