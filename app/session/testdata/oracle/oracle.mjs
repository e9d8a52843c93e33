// Reads cases as JSON from standard input, asks Shopify's own library, and
// writes its verdicts and what it signs itself to standard output.
import './webcrypto.mjs'
import '@shopify/shopify-api/adapters/node';
import {shopifyApi, ApiVersion} from '@shopify/shopify-api';
import {getHmac, getJwt} from '@shopify/shopify-api/test-helpers';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const ask = JSON.parse(Buffer.concat(chunks).toString('utf8'));

const shopify = shopifyApi({
  apiKey: ask.clientID, apiSecretKey: ask.secret, scopes: ['read_orders'], hostName: 'app.example',
  apiVersion: Object.values(ApiVersion).at(-1), isEmbeddedApp: true, logger: {log: () => {}},
});

const verdict = async (fn) => {
  try {
    return (await fn()) ? 'yes' : 'no';
  } catch (error) {
    return 'no: ' + String(error.message).slice(0, 80);
  }
};

const out = {tokens: {}, proxies: {}, installs: {}, webhooks: {}, made: {}};
for (const [name, token] of Object.entries(ask.tokens)) {
  out.tokens[name] = await verdict(() => shopify.session.decodeSessionToken(token));
}
for (const [name, query] of Object.entries(ask.proxies)) {
  out.proxies[name] = await verdict(() => shopify.utils.validateHmac(new URLSearchParams(query), {signator: 'appProxy'}));
}
for (const [name, query] of Object.entries(ask.installs)) {
  out.installs[name] = await verdict(() => shopify.utils.validateHmac(new URLSearchParams(query)));
}
for (const [name, hook] of Object.entries(ask.webhooks)) {
  const rawRequest = {method: 'POST', url: '/webhooks', headers: {
    'x-shopify-hmac-sha256': hook.hmac, 'x-shopify-topic': 'orders/paid', 'x-shopify-shop-domain': ask.domain,
    'x-shopify-api-version': '2026-10', 'x-shopify-webhook-id': 'w1',
  }};
  out.webhooks[name] = await verdict(async () => (await shopify.webhooks.validate({rawBody: hook.body, rawRequest, rawResponse: {}})).valid);
}

const now = Math.trunc(Date.now() / 1000);
const times = {exp: now + 60, nbf: now, iat: now};
out.made.staff = (await getJwt('test-shop', ask.clientID, ask.secret, {iss: `https://${ask.domain}/admin`, ...times})).token;
out.made.extension = (await getJwt('test-shop', ask.clientID, ask.secret,
  {iss: undefined, sid: undefined, dest: ask.domain, sub: 'gid://shopify/Customer/123', ...times})).token;
out.made.webhook = getHmac(ask.body, ask.secret);
process.stdout.write(JSON.stringify(out));
