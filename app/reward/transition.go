package reward

import "zugabe/app/loyalty"

// moves lists where a redemption may go from where it stands. Two of them are
// against the normal way, because the host is the judge of what a code did: an
// order proves a code that we believed dead (G17), and an order that gave its
// points back can be paid again.
var moves = map[State][]State{
	Pending:  {Active, Void},
	Active:   {Used, Returned},
	Used:     {Returned},
	Returned: {Used},
	Void:     {Used},
}

// To is nil if a redemption may go from s to next; staying is no move and is
// CodeConflict like every other one that the table lacks.
func (s State) To(next State) error {
	for _, m := range moves[s] {
		if m == next {
			return nil
		}
	}
	return loyalty.Refuse(loyalty.CodeConflict, "a redemption cannot go from "+string(s)+" to "+string(next))
}

// Final says whether nothing is expected to happen to a redemption any more.
func (s State) Final() bool { return s == Returned || s == Void }
