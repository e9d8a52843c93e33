// Package earning says how many points a fact is worth: facts and rules in,
// points per rule with a breakdown out. It is pure: the same facts and the same
// rule versions give the same points at any time, which is what makes a clawback
// exact after the rules have changed.
package earning
