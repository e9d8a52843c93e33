import type { ComponentType } from 'preact';
import award from 'icon:award';
import coins from 'icon:coins';
import chartLine from 'icon:chart-line';
import inbox from 'icon:inbox';
import mail from 'icon:mail';
import layoutTemplate from 'icon:layout-template';
import settings from 'icon:settings';
import bookOpen from 'icon:book-open';
import type from 'icon:type';
import handshake from 'icon:handshake';
import gift from 'icon:gift';
import house from 'icon:house';
import messageCircleQuestion from 'icon:message-circle-question-mark';
import listChecks from 'icon:list-checks';
import shoppingBag from 'icon:shopping-bag';
import ticketPercent from 'icon:ticket-percent';
import ticket from 'icon:ticket';
import users from 'icon:users';
import type { Drawing } from '../ui/icon';

export type Screen = ComponentType;

// Route is one page. screen names its folder in src/screens, where its texts are.
// nav puts it into the menu, under 'nav.<screen>' of the common texts. also names
// another screen whose texts are said on this one too.
export interface Route {
  path: string;
  screen: string;
  also?: string;
  load: () => Promise<{ default: Screen }>;
  nav?: Drawing;
}

// The order is the menu's. The first pattern that fits a path wins.
export const routes: Route[] = [
  { path: '/', screen: 'home', load: () => import('../screens/home'), nav: house },
  { path: '/setup', screen: 'setup', load: () => import('../screens/setup'), nav: listChecks },
  { path: '/rates', screen: 'rates', also: 'rules', load: () => import('../screens/rates'), nav: coins },
  { path: '/rules', screen: 'rules', load: () => import('../screens/rules'), nav: award },
  { path: '/rules/groups', screen: 'rules', load: () => import('../screens/rules/groups') },
  { path: '/rules/history', screen: 'rules', load: () => import('../screens/rules/history') },
  { path: '/rules/try', screen: 'rules', load: () => import('../screens/rules/trypage') },
  { path: '/rules/:id', screen: 'rules', load: () => import('../screens/rules/rule') },
  { path: '/campaigns/:id', screen: 'rules', load: () => import('../screens/rules/campaign') },
  { path: '/vouchers', screen: 'vouchers', load: () => import('../screens/vouchers'), nav: ticketPercent },
  { path: '/vouchers/new', screen: 'vouchers', load: () => import('../screens/vouchers/form') },
  { path: '/vouchers/articles', screen: 'vouchers', load: () => import('../screens/vouchers/articles') },
  { path: '/vouchers/edit/:id', screen: 'vouchers', load: () => import('../screens/vouchers/edit') },
  { path: '/vouchers/:id', screen: 'vouchers', also: 'voucher-report', load: () => import('../screens/vouchers/voucher') },
  { path: '/codes', screen: 'codes', also: 'vouchers', load: () => import('../screens/codes'), nav: ticket },
  { path: '/codes/:id', screen: 'codes', also: 'vouchers', load: () => import('../screens/codes/code') },
  { path: '/imports', screen: 'imports', load: () => import('../screens/imports') },
  { path: '/imports/new', screen: 'imports', load: () => import('../screens/imports/new') },
  { path: '/imports/:id', screen: 'imports', load: () => import('../screens/imports/import') },
  { path: '/batches', screen: 'batches', also: 'vouchers', load: () => import('../screens/batches') },
  { path: '/batches/new', screen: 'batches', also: 'vouchers', load: () => import('../screens/batches/new') },
  { path: '/batches/:id', screen: 'batches', also: 'vouchers', load: () => import('../screens/batches/batch') },
  { path: '/newsletter', screen: 'newsletter', load: () => import('../screens/newsletter'), nav: mail },
  { path: '/mails', screen: 'mails', load: () => import('../screens/mails') },
  { path: '/segments/registered-only', screen: 'segments', load: () => import('../screens/segments') },
  { path: '/members', screen: 'members', load: () => import('../screens/members'), nav: users },
  { path: '/members/:id', screen: 'member', load: () => import('../screens/member') },
  { path: '/referrals', screen: 'referrals', load: () => import('../screens/referrals') },
  { path: '/partners', screen: 'partners', load: () => import('../screens/partners'), nav: handshake },
  { path: '/partners/:id', screen: 'partner', load: () => import('../screens/partner') },
  { path: '/partner-settings', screen: 'partner-settings', load: () => import('../screens/partner-settings') },
  { path: '/orders', screen: 'orders', load: () => import('../screens/orders'), nav: shoppingBag },
  { path: '/orders/:key', screen: 'order', load: () => import('../screens/order') },
  { path: '/redemptions', screen: 'redemptions', load: () => import('../screens/redemptions') },
  { path: '/rewards', screen: 'rewards', load: () => import('../screens/rewards'), nav: gift },
  { path: '/movements', screen: 'movements', load: () => import('../screens/movements') },
  { path: '/reports', screen: 'reports', load: () => import('../screens/reports'), nav: chartLine },
  { path: '/reports/vouchers', screen: 'voucher-report', load: () => import('../screens/voucher-report') },
  { path: '/reports/bookings', screen: 'bookings', load: () => import('../screens/bookings') },
  { path: '/placements', screen: 'placements', load: () => import('../screens/placements'), nav: layoutTemplate },
  { path: '/texts', screen: 'texts', load: () => import('../screens/texts'), nav: type },
  { path: '/faq', screen: 'faq', load: () => import('../screens/faq'), nav: messageCircleQuestion },
  { path: '/deliveries', screen: 'deliveries', load: () => import('../screens/deliveries'), nav: inbox },
  { path: '/deliveries/:id', screen: 'deliveries', load: () => import('../screens/deliveries/delivery') },
  { path: '/jobs', screen: 'deliveries', load: () => import('../screens/deliveries/jobs') },
  { path: '/jobs/:id', screen: 'deliveries', load: () => import('../screens/deliveries/job') },
  { path: '/settings', screen: 'settings', load: () => import('../screens/settings'), nav: settings },
  { path: '/help', screen: 'help', load: () => import('../screens/help'), nav: bookOpen },
  { path: '/help/:chapter', screen: 'help', load: () => import('../screens/help/chapter') },
];
