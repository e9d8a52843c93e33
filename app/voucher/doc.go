// Package voucher holds every discount the app gives, whoever caused it: what a
// merchant defines (Template), the one decision whether it counts in a cart
// (Decide, Apply), what a host is told of it (Spec) and cannot be told (Gap), how it goes
// together with the host's discounts (Doctor), its states, and how codes are
// made, chosen and compared.
package voucher
