import coins from 'icon:coins';
import house from 'icon:house';
import phone from 'icon:phone';
import ticket from 'icon:ticket-percent';
import users from 'icon:users';
import type { Route } from '../shell/routes';

// The desk's pages. The order is the menu's; the first pattern that fits a path wins.
export const routes: Route[] = [
  { path: '/', screen: 'home', load: () => import('./screens/home'), nav: house },
  { path: '/codes', screen: 'codes', load: () => import('./screens/codes'), nav: ticket },
  { path: '/codes/new', screen: 'newcode', load: () => import('./screens/newcode') },
  { path: '/codes/:id', screen: 'code', load: () => import('./screens/code') },
  { path: '/new-customers', screen: 'leads', load: () => import('./screens/leads'), nav: phone },
  { path: '/people', screen: 'people', load: () => import('./screens/people'), nav: users },
  { path: '/people/:id', screen: 'person', load: () => import('./screens/person') },
  { path: '/earnings', screen: 'earnings', load: () => import('./screens/earnings'), nav: coins },
  { path: '/settings', screen: 'settings', load: () => import('./screens/settings') },
  { path: '/help', screen: 'help', load: () => import('./screens/help') },
];
