// Package demoshop is a stand-in for a Shopify shop. It speaks the host's real
// wire protocol, so that the driver runs against it as in production: Admin
// GraphQL checked against the official schema before it answers, token exchange,
// signed webhooks, session tokens, the app proxy, and a storefront to click in.
// It misbehaves on request. It keeps everything in memory, it is a test double,
// and every page says so.
package demoshop
