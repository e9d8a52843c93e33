// Package liquid renders Shopify themes for the demo shop: liquidjs, in a
// JavaScript interpreter written in Go, with the tags, filters and objects of
// Shopify that themes and app blocks use. It is a test double: production
// renders on Shopify's side.
package liquid
