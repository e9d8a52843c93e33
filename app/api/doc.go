// Package api is HTTP for everybody but the hosts' webhooks: the merchant's
// admin, the shopper's storefront and the merchant's other systems. Handlers
// translate and nothing else; the OpenAPI document is made from them.
package api
