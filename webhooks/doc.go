// Package webhooks is the front door for hosts: it proves that a message comes
// from a host, stores it once and answers. No rule lives here, and no body is
// parsed.
//
//	POST /webhooks/shopify               Shopify, both header families
//	POST /webhooks/woocommerce/{key}     WooCommerce; {key} names the shop
//	POST /webhooks/reviews/{key}         review apps (app/platform/reviews says the formats)
//
// 200 means that a COMMIT with the row has returned. An outage of ours is 503,
// so that the host tries again; a message that does not prove its origin is 401
// whatever else is wrong with it.
package webhooks
