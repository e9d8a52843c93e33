package program

import "strings"

// Advice says what an operator does about a finding of ledger verify, in a sentence.
// Nothing that points were given or money was paid for is changed without a person.
func Advice(finding string) string {
	for _, a := range advices {
		if strings.Contains(finding, a.part) {
			return a.text
		}
	}
	return "Look at the rows named above and at their history in the audit log; if no mistake of staff explains them, report them with the output of ledger verify --json."
}

var advices = []struct{ part, text string }{
	{"uses of a", "ledger repair --apply counts the uses again."},
	{"discounts of a voucher", "ledger repair --apply adds the discounts up again."},
	{"balance is the sum", "ledger repair --apply posts a correcting entry."},
	{"available is", "ledger repair --apply posts a correcting entry."},
	{"pending is", "ledger repair --apply posts a correcting entry."},
	{"held is", "ledger repair --apply posts a correcting entry."},
	{"a voucher has its counters", "Save the voucher once more in the admin: its counters are made again, then run ledger repair --apply."},
	{"person", "The order named above was booked by another version or changed by hand: send it again (deliveries, Replay), then its numbers are written anew."},
	{"new customer's claim", "Nobody used the voucher the claim stands for. Cancel and replay the order named above; the claim is given back with it."},
	{"first line", "Move the partner in the admin to where it belongs: the tree and the timeline are written together."},
	{"partner's place", "Move the partner in the admin to where it belongs: all below follow."},
	{"sponsor", "Assign the customer in the admin (Partners, customer, assign), with a note; the timeline keeps what was before."},
	{"commission", "Run the month's statement again; orders that changed are counted anew. What was paid stays and is set off."},
	{"a batch counts", "The number shown is wrong, its codes are not: look at the batch's list of codes, which is read from them."},
	{"an import counts", "The sum shown is wrong, its lines are not: download the lines of the import."},
	{"version by which", "A code of a version that does not exist can be used by nobody: stop it in the admin and make a new one."},
	{"a use is of the voucher", "Replay the order named above; its uses are written anew."},
	{"flagged use", "Replay the order named above; its decision is made again."},
	{"delivery", "See System, Deliveries: replay what failed, or acknowledge it."},
	{"call to the host", "See System, Jobs: replay what was given up."},
}
