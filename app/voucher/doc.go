// Package voucher holds every discount the app gives, whoever caused it: its
// value and conditions (Spec), its states, and how codes are made and compared.
package voucher
