import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadManual, search } from '../src/help/manual';

// What somebody types who has read only a line of the list of what the product does,
// in its words: English, and those of the German sources.
const rows: [string, string, string][] = [
  ['S0-01', 'new-customer programme', 'Neukunden-Assistent'],
  ['S0-02', 'standing voucher', 'Dauer-Gutschein'],
  ['S0-03', 'minimum order value', 'Mindestbestellwert'],
  ['S0-04', 'new customers only', 'nur für Neukunden'],
  ['S0-05', 'cost bearer', 'Firma zahlt'],
  ['S0-06', 'partner portal login', 'Desk einloggen'],
  ['S0-07', 'partner own code', 'Partner eigener Gutscheincode'],
  ['S0-08', 'vanity text', 'vonmeier'],
  ['S0-09', 'template partner code', 'Vorlage Partner-Code'],
  ['S0-10', 'unique', 'eindeutig'],
  ['S0-11', 'redemption independent of place', 'Einlösung unabhängig vom Ort'],
  ['S0-12', 'partner subdomain', 'Subdomain'],
  ['S0-13', 'redeem registration', 'Einlösen Anmeldung'],
  ['S0-14', 'first line code owner', 'Firstline Gutscheininhaber'],
  ['S0-15', 'assignment final completion order', 'Zuordnung endgültig'],
  ['S0-16', 'lock new-customer', 'Neukundengutschein'],
  ['S0-17', 'redeem in cart', 'Einlösen Warenkorb'],
  ['S0-18', 'registration checkout', 'Anmeldung Warenkorb'],
  ['S0-19', 'printed vouchers', 'Gutscheine drucken'],
  ['S0-20', 'import live', 'sofort einlösbar'],
  ['S0-21', 'sharing personal code', 'persönlichen Gutscheincode werben'],
  ['S0-22', 'code administration', 'Verwaltung Gutschein-Nummern'],
  ['S0-23', 'codes address', 'Gutschein-Nummern pro Adresse'],
  ['S0-24', 'create codes manually', 'Gutschein-Nummern manuell'],
  ['S0-25', 'CSV import', 'CSV-Import'],
  ['S0-26', 'create codes API', 'API-Schnittstelle'],
  ['S0-27', 'absolute discount', 'Absoluter Rabatt'],
  ['S0-28', 'permission article absolute', 'Artikel absolute Rabatte'],
  ['S0-29', 'VAT voucher', 'MwSt. Gutscheins'],
  ['S0-30', 'single voucher', 'Einzelgutschein'],
  ['S0-31', 'standing many times', 'Dauergutschein'],
  ['S0-32', 'number redemptions standing', 'Anzahl Dauergutschein'],
  ['S0-33', 'voucher from a partner', 'Gutschein von Partner'],
  ['S0-34', 'voucher for a customer', 'Gutschein für Kunden'],
  ['S0-35', 'valid from date', 'ab einem Datum'],
  ['S0-36', 'valid until date', 'bis zu einem Datum'],
  ['S0-37', 'on one specific date', 'an einem bestimmten Datum'],
  ['S0-38', 'free time track', 'freie Zeitschiene'],
  ['S0-39', 'depending order', 'abhängig Auftragshöhe'],
  ['S0-40', 'automatically cart', 'automatisch Warenkorb'],
  ['S0-41', 'invoice', 'Rechnung'],
  ['S0-43', 'address type automatically', 'Adresstyp'],
  ['S0-44', 'registered never bought', 'angemeldet nichts gekauft'],
  ['S0-45', 'contact registered', 'Adressen kontaktieren'],
  ['S0-46', 'type of address', 'Adresstyp Navigator'],
  ['S0-47', 'follow-up worklist', 'Sponsor nacharbeiten'],
  ['S0-48', 'second downline navigator', 'zweiter Downline Navigator'],
  ['S0-49', 'direct new customers', 'direkte Neukunden'],
  ['S0-50', 'contact data', 'Kontaktdaten'],
  ['S0-51', 'GDPR', 'DSGVO'],
  ['S0-52', 'downline navigator levels', 'Downline Navigator Ebenen'],
  ['S2-01', 'percentage minimum order', 'Prozent Mindestbestellwert'],
  ['S2-02', 'new customers only', 'Neukunden Bestandskunden'],
  ['S2-03', 'distribution newsletter', 'verteilen Newsletter'],
  ['S2-04', 'logged-in users', 'angemeldete User'],
  ['S2-05', 'automatically in the cart', 'automatisch Warenkorb'],
  ['S2-06', 'newsletter home page', 'Newsletteranmeldung Startseite'],
  ['S2-07', 'double opt-in mail', 'Double-Opt-In'],
  ['S2-08', 'external sites', 'externe Seiten'],
  ['S2-09', 'print media fair', 'Printmedien Messe'],
  ['S2-10', 'attributes form', 'Verwaltungsmaske'],
  ['S2-11', 'target customers', 'ausgewählte Kunden'],
  ['S2-12', 'target articles categories', 'Artikel Kategorien'],
  ['S2-13', 'customer records ERP', 'Kundenstammdaten ERP'],
  ['S2-14', 'unlimited automatic', 'unbegrenzt automatisch'],
  ['S2-15', 'few clicks', 'wenigen Klicks'],
  ['S2-16', 'campaign report', 'Report erfolgreich'],
  ['S2-17', 're-run campaign', 'erneut einsetzen'],
  ['S2-18', 'attributes later', 'weitere Attribute'],
  ['S2-19', 'bonus article', 'Bonusartikel'],
  ['S2-20', 'B2B B2C', 'B2B B2C'],
  ['S2-21', 'cart abandonment', 'Kaufabbruch'],
  ['S2-22', 'newsletter sign-up voucher', 'Newsletteranmeldung Gutschein'],
  ['A-30', 'affiliate commissions', 'Provisionen Ebenen'],
  ['A-31', 'attribution conflict rule', 'Konfliktregel'],
  ['A-32', 'bulk pattern', 'nach einem Muster'],
  ['A-33', 'limit per person', 'Grenze je Person'],
  ['A-34', 'stacking exclusivity', 'Reihenfolge Rabatte'],
  ['A-36', 'roll back redemption', 'Einlösung zurücknehmen'],
  ['A-37', 'auto-apply', 'automatisch Warenkorb'],
  ['A-38', 'redeem link', 'Einlösen Link'],
  ['A-39', 'redemptions budget', 'Einlösungen Budget'],
  ['N-06', 'stacking doctor', 'Rabatte Konflikte'],
  ['N-08', 'accounting export VAT', 'Export Buchhaltung'],
  ['N-10', 'worklist reminders', 'Sponsor Arbeitsliste'],
  ['N-11', 'batch QR', 'Charge QR'],
  ['N-12', 'timeline appeal', 'Einspruch Nachweis'],
];

// covers: S0-42
test('whoever searches the manual for what vouchers, partners and the newsletter do reads on which screen it is', async () => {
  for (const [language, column] of [['en', 1], ['de', 2]] as const) {
    const manual = await loadManual(language);
    for (const row of rows) {
      const query = row[column];
      const hits = search(manual, query);
      const line = hits.slice(0, 3).find((hit) => hit.chapter === 'where')?.excerpt.toLowerCase() ?? '';
      const missing = query.toLowerCase().split(' ').filter((word) => !line.includes(word));
      assert.deepEqual(missing, [], `${row[0]} ${language} “${query}” leads to ${hits.slice(0, 3).map((hit) => hit.chapter).join(', ')}: ${line}`);
    }
  }
});
