// Package reward says what points buy: the redemption policy with its quote, and
// the states of a redemption. It is pure.
package reward
