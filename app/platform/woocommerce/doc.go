// Package woocommerce reads what WooCommerce tells us. A delivery's body is
// built when it is sent and shows the state then, so every order body is a
// snapshot and no body is a transition. Recorded deliveries of a real shop are
// in testdata.
//
// Calling the shop (coupons, reading orders back) is not built yet: the driver
// says so in its capabilities. What it will have to mind is in coupons.go.
package woocommerce
