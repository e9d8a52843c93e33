// Package ledger keeps points: append-only entries, lots that expire, holds, and
// the balance they add up to. It is pure: a Book is loaded, verbs change it in
// memory, and its Changes are stored in one transaction by the caller.
//
// Available = Σ remaining of open lots − Debt. Pending = Σ remaining of pending
// lots. Held = Σ points of open holds. Pending + Available + Held = Σ points of
// all entries. Debt > 0 only while no open lot has anything left.
package ledger
