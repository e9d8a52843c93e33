import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { leftFor } from './focus';
import { match, withQuery } from './match';
import type { Route } from './routes';

// Site is one set of pages: the admin's, or the desk's.
export interface Site {
  base: string;
  routes: Route[];
}

let site: Site = { base: '', routes: [] };

// Place is where the reader is. trail has the cursors of the list's pages before
// this one; it lives in the history entry, so that going back and reloading keep it.
export interface Place {
  path: string; // without the base: '/members/12'
  query: Record<string, string>;
  params: Record<string, string>;
  route?: Route; // undefined = there is no such page
  trail: string[];
}

type Options = { replace?: boolean; trail?: string[] };
type Guard = (leave: () => void) => void;

let place = readPlace();
let guard: Guard | undefined;
const listeners = new Set<() => void>();

function readPlace(): Place {
  const path = location.pathname.slice(site.base.length) || '/';
  const query = Object.fromEntries(new URLSearchParams(location.search));
  const state = history.state as { trail?: string[] } | null;
  for (const route of site.routes) {
    const params = match(route.path, path);
    if (params) return { path, query, params, route, trail: state?.trail ?? [] };
  }
  return { path, query, params: {}, trail: [] };
}

function arrive() {
  const before = place.path;
  place = readPlace();
  if (place.path !== before) leftFor();
  for (const tell of listeners) tell();
}

// go opens a page of ours: go('/members/12'), go('/members?search=anna').
export function go(to: string, options: Options = {}) {
  const leave = () => {
    const state = { trail: options.trail ?? [] };
    if (options.replace) history.replaceState(state, '', site.base + to);
    else history.pushState(state, '', site.base + to);
    arrive();
  };
  if (guard && samePage(to) === false) guard(leave);
  else leave();
}

const samePage = (to: string) => to.split('?')[0] === place.path;

// setQuery changes some of the values in the address; what is typed replaces the
// entry instead of filling the history.
export function setQuery(change: Record<string, string | undefined>, options: Options = {}) {
  go(place.path + withQuery(location.search, change), options);
}

// setGuard lets a form with changes ask before its page is left; undefined removes it.
export function setGuard(ask: Guard | undefined) {
  guard = ask;
}

// listenToHistory shows a site and follows the browser's back and forward buttons,
// from the address as it is now: the host's own parameters have been taken out of it.
export function listenToHistory(shown: Site) {
  site = shown;
  place = readPlace();
  window.addEventListener('popstate', () => {
    const to = location.pathname.slice(site.base.length) + location.search;
    if (!guard || samePage(to)) return arrive();
    // The browser has gone already: put the entry back, then ask.
    history.pushState({ trail: place.trail }, '', site.base + place.path + withQuery('', place.query));
    guard(() => {
      guard = undefined;
      go(to);
    });
  });
}

// useAddress is where the address bar is; the screen of it may still be on its way.
export function useAddress(): Place {
  const [, turn] = useState(0);
  useEffect(() => {
    const tell = () => turn((n) => n + 1);
    listeners.add(tell);
    return () => void listeners.delete(tell);
  }, []);
  return place;
}

export const PlaceContext = createContext<Place>(place);

// useRoute is the place that the shown screen was opened for.
export const useRoute = (): Place => useContext(PlaceContext);

// exists says whether a page is there: screens of other parts may not be.
export const exists = (to: string): boolean => site.routes.some((route) => match(route.path, to.split('?')[0] ?? '') !== undefined);

type LinkProps = { to: string; class?: string; id?: string; 'aria-label'?: string; 'aria-current'?: 'page'; children?: ComponentChildren };

// Link is a real link: it can be copied, and opened in a new tab.
export function Link({ to, children, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={site.base + to}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
