// Package demoshop is a stand-in for a Shopify shop. It speaks the host's real
// wire protocol, so that the driver runs against it as in production: Admin
// GraphQL checked against the official schema before it answers, token exchange,
// signed webhooks, session tokens, the app proxy, and a storefront to click in.
// It misbehaves on request. It keeps everything in memory, it is a test double,
// and every page says so.
//
// The storefront is a theme in Liquid (theme/, rendered by package liquid) with
// slots for the app's blocks, which templates/*.json fill as a merchant would in
// the theme editor. What the theme can read is made in drop_*.go; texts that come
// from code are in messages.json. The merchant's pages (pages/) are plain and in
// English; the app itself is shown in a frame (adminframe/). history*.go plays a
// made-up past, exercise*.go a year that is compared point by point.
package demoshop
