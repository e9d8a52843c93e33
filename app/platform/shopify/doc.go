// Package shopify is the driver for Shopify: it reads their webhooks, speaks
// the Admin GraphQL API of one pinned version, and knows managed installation
// with expiring tokens.
//
// After a change of an operation: `npm ci && npm run refresh` in schema/ (if it
// uses new fields), then `go generate ./app/platform/shopify`.
package shopify

//go:generate go tool genqlient genqlient.yaml
