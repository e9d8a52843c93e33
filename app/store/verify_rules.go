package store

const openLots = `r.account_id = t.id AND r.state = 1`

var (
	entriesOfAccount = via("entries", "entries_account")
	entriesOfSource  = via("entries", "entries_source")
	lotsOfAccount    = via("lots", "lots_account")
	holdsOfAccount   = via("holds", "holds_account")
	holdsByID        = via("holds", "PRIMARY")
	takenBy          = via("allocations", "PRIMARY")
)

// invariants: those of the design's section 5 that SQL alone can decide. What a
// fact is entitled to (2) and what exists at the host (8) is checked by program.
var invariants = []Invariant{
	{Number: 1, Name: "balance is the sum of its entries", table: "accounts",
		have: "t.pending + t.available + t.held", want: sum("r.points", entriesOfAccount, "r.account_id = t.id")},
	{Number: 1, Name: "entry counter is the number of entries", table: "accounts",
		have: "t.entry_seq", want: count(entriesOfAccount, "r.account_id = t.id")},
	{Number: 1, Name: "available is the open lots less debt", table: "accounts",
		have: "t.available + t.debt", want: sum("r.remaining", lotsOfAccount, openLots)},
	{Number: 1, Name: "pending is the pending lots", table: "accounts",
		have: "t.pending", want: sum("r.remaining", lotsOfAccount, "r.account_id = t.id AND r.state = 0")},
	{Number: 1, Name: "held is the open holds", table: "accounts",
		have: "t.held", want: sum("r.points", holdsOfAccount, "r.account_id = t.id AND r.state = 'open'")},
	{Number: 1, Name: "no debt beside open points", table: "accounts", filter: ` AND t.debt > 0`,
		have: sum("r.remaining", lotsOfAccount, openLots), want: "0"},
	{Number: 1, Name: "a lot is what it was less what was taken", table: "lots", have: "t.original - t.remaining",
		want: `(SELECT COALESCE(SUM(r.points), 0) FROM allocations r ` + useIndex("allocations_lot") + `LEFT JOIN holds h ON h.shop_id = r.shop_id AND h.id = r.owner_id
			WHERE r.shop_id = t.shop_id AND r.lot_id = t.id AND COALESCE(h.state, '') <> 'released') - ` +
			sum("r.points", entriesOfSource, "r.source_key = CONCAT('lot:', t.id) AND r.rule_id = 'expiry' AND r.points < 0")},
	{Number: 1, Name: "a lot is closed when it is empty", table: "lots",
		have: yes("t.remaining = 0"), want: yes("t.state = 2")},
	{Number: 1, Name: "a lot is due when its state ends", table: "lots",
		have: "t.due_at", want: "CASE t.state WHEN 0 THEN t.available_at WHEN 1 THEN t.expires_at ELSE 0 END"},
	{Number: 1, Name: "no lot is two days overdue", table: "lots", filter: ` AND t.state <> 2 AND t.due_at < ?`, after: -2 * 24 * 60 * minute,
		have: "1", want: "0"},
	{Number: 1, Name: "a hold comes from lots", table: "holds",
		have: "t.points", want: sum("r.points", takenBy, "r.owner_id = t.id")},
	{Number: 1, Name: "a debit takes no more than it says", table: "entries", filter: ` AND t.points < 0 AND t.kind <> 'expiry'`,
		have: yes(sum("r.points", takenBy, "r.owner_id = t.id") + " <= -t.points"), want: "1"},
	{Number: 1, Name: "transfers sum to zero", table: "entries", filter: ` AND t.kind = 'transfer'`,
		have: sum("r.points", entriesOfSource, "r.source_key = t.source_key"), want: "0"},
	{Number: 1, Name: "no entry is in the future", table: "entries", filter: ` AND t.posted_at > ?`, after: 10 * minute, have: "1", want: "0"},
	{Number: 3, Name: "a source has no gap in its sequence", table: "entries", filter: ` AND t.seq > 0 AND t.rule_id NOT LIKE 'spent:%'`,
		have: count(entriesOfSource, "r.source_key = t.source_key AND r.rule_id = t.rule_id AND r.seq = t.seq - 1"), want: "1"},
	{Number: 3, Name: "an account has no gap in its entries", table: "entries", filter: ` AND t.account_seq > 1`,
		have: count(entriesOfAccount, "r.account_id = t.account_id AND r.account_seq = t.account_seq - 1"), want: "1"},
	{Number: 4, Name: "a pending redemption has one open hold", table: "redemptions", filter: ` AND t.state = 'pending'`,
		have: count(holdsByID, "r.id = t.hold_id AND r.redemption_id = t.id AND r.state = 'open' AND r.points = t.points"), want: "1"},
	{Number: 4, Name: "a working redemption burned its hold", table: "redemptions", filter: ` AND t.state = 'active'`,
		have: count(holdsByID, "r.id = t.hold_id AND r.redemption_id = t.id AND r.state = 'burned' AND r.points = t.points"), want: "1"},
	// A voided code that an order carried after all was paid without its hold (G17).
	{Number: 4, Name: "a used or returned redemption has a closed hold", table: "redemptions", filter: ` AND t.state IN ('used', 'returned')`,
		have: count(holdsByID, "r.id = t.hold_id AND r.redemption_id = t.id AND r.state <> 'open' AND r.points = t.points"), want: "1"},
	{Number: 4, Name: "a void redemption released its hold", table: "redemptions", filter: ` AND t.state = 'void'`,
		have: count(holdsByID, "r.id = t.hold_id AND r.redemption_id = t.id AND r.state = 'released'"), want: "1"},
	{Number: 4, Name: "a redemption cost its points less what was returned", table: "redemptions", filter: ` AND t.state IN ('active', 'used', 'returned')`,
		have: "-" + sum("r.points", entriesOfSource, "r.source_key = CONCAT('redemption:', t.id)"), want: "t.points - t.returned"},
	{Number: 4, Name: "a pending redemption cost nothing yet", table: "redemptions", filter: ` AND t.state = 'pending'`,
		have: sum("r.points", entriesOfSource, "r.source_key = CONCAT('redemption:', t.id)"), want: "0"},
	{Number: 4, Name: "no more is returned than was redeemed", table: "redemptions",
		have: yes("t.returned >= 0 AND t.returned <= t.points"), want: "1"},
	{Number: 5, Name: "uses of a code are counted right", table: "codes",
		have: "t.uses", want: count(via("code_uses", "PRIMARY"), "r.code_id = t.id AND r.state = 'used'")},
	{Number: 5, Name: "uses of a voucher are counted right", table: "template_totals", id: "template_id",
		have: "t.uses", want: count(via("code_uses", "code_uses_template"), "r.template_id = t.template_id AND r.state = 'used'")},
	{Number: 5, Name: "discounts of a voucher are added up right", table: "template_totals", id: "template_id",
		have: "t.minor", want: sum("r.minor", via("code_uses", "code_uses_template"), "r.template_id = t.template_id AND r.state = 'used'")},
	{Number: 5, Name: "a voucher has its counters", table: "templates", have: count(via("template_totals", "PRIMARY"), "r.template_id = t.id"), want: "1"},
	{Number: 5, Name: "a person's number belongs to a use", table: "voucher_persons", id: "template_id",
		have: count(via("code_uses", "PRIMARY"), "r.code_id = t.code_id AND r.sale_key = t.sale_key AND r.state = 'used' AND r.person_key = t.person_key"), want: "1"},
	{Number: 5, Name: "a use has the number of its person", table: "code_uses", id: "code_id", filter: " AND t.template_id > 0 AND t.state = 'used' AND LENGTH(t.person_key) > 0",
		have: count(via("voucher_persons", "voucher_persons_sale"), "r.sale_key = t.sale_key AND r.code_id = t.code_id"), want: "1"},
	{Number: 2, Name: "points of a sale belong to a stored sale", table: "entries", filter: ` AND t.source_key LIKE 'sale:%' AND t.source_key NOT LIKE 'sale:#%'`,
		have: count(via("sales", "sales_key"), "r.sale_key = SUBSTR(t.source_key, 6)"), want: "1"},
	belongs("accounts", "member_id", "members"),
	belongs("accounts", "plan_id", "plans"),
	belongs("entries", "account_id", "accounts"),
	belongs("lots", "account_id", "accounts"),
	belongs("lots", "entry_id", "entries"),
	belongs("holds", "account_id", "accounts"),
	belongs("redemptions", "account_id", "accounts"),
	belongs("redemptions", "member_id", "members"),
	belongs("redemptions", "code_id", "codes"),
	belongs("sales", "member_id", "members"),
	belongs("activities", "member_id", "members"),
	belongs("referrals", "referrer_id", "members"),
	belongs("members", "merged_into", "members"),
	{Number: 6, Name: "allocations.lot_id is of this shop", table: "allocations", id: "owner_id", have: count(via("lots", "PRIMARY"), "r.id = t.lot_id"), want: "1"},
	{Number: 6, Name: "code_uses.code_id is of this shop", table: "code_uses", id: "code_id", have: count(via("codes", "PRIMARY"), "r.id = t.code_id"), want: "1"},
	{Number: 7, Name: "no delivery waits longer than 15 minutes", table: "deliveries", filter: ` AND t.state IN (0, 1) AND t.received_at < ?`,
		after: -15 * minute, have: "1", want: "0"},
	{Number: 7, Name: "no failed delivery is unacknowledged", table: "deliveries", filter: ` AND t.state = 4`, have: "1", want: "0"},
	{Number: 7, Name: "no call to the host waits longer than an hour", table: "jobs",
		filter: ` AND t.state IN (0, 3) AND (t.attempts > 0 OR t.next_at <= t.created_at) AND t.created_at < ?`, after: -60 * minute, have: "1", want: "0"},
	{Number: 9, Name: "an erased or merged member holds no personal field", table: "members", filter: ` AND t.state <> 'active'`,
		have: `LENGTH(t.email) + LENGTH(t.email_fold) + LENGTH(t.first_name) + LENGTH(t.last_name) + LENGTH(t.name_fold) + LENGTH(t.birthday) + LENGTH(t.customer_key)`,
		want: "0"},
}
