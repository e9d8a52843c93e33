// Package partner decides who is in whose first line, and what a partner earns by
// the orders of those below. It is pure: what is known goes in, what holds comes out.
package partner
