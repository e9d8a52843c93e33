package woocommerce

import "zugabe/app/earning"

// statusOf maps the shop's status to ours.
//
// "processing" does not mean paid: with cash on delivery it has no payment date
// and stays placed until somebody completes it. "refunded" says what people or
// the shop decided once; what counts is the money in refunds[], because a refund
// that is deleted later leaves the status as it is. Statuses of plugins count by
// their dates.
func statusOf(status string, s *earning.Sale) earning.SaleStatus {
	switch status {
	case "completed":
		return earning.SaleCompleted
	case "cancelled", "failed", "trash":
		return earning.SaleCancelled
	case "pending", "on-hold":
		return earning.SalePlaced
	}
	switch {
	case s.FulfilledAt > 0:
		return earning.SaleCompleted
	case s.PaidAt > 0:
		return earning.SalePaid
	}
	return earning.SalePlaced
}

// steps orders statuses by how far they usually are in an order's life.
var steps = map[string]int{"pending": 1, "failed": 2, "on-hold": 3, "processing": 4, "completed": 6, "cancelled": 7, "refunded": 8, "trash": 9}

// rankOf breaks the tie between snapshots of one second, the finest that
// date_modified_gmt tells: the further status is the later one, and within a
// status more refunds are.
func rankOf(status string, s *earning.Sale) int {
	step, known := steps[status]
	if !known {
		step = 5 // a plugin's status stands between processing and completed
	}
	var refunded int64
	for _, r := range s.Refunds {
		refunded += r.Gross
	}
	const countBits, sumBits = 8, 40 // stays below 2^53 with the step in front
	count := min(len(s.Refunds), 1<<countBits-1)
	sum := min(refunded, 1<<sumBits-1)
	return step<<(countBits+sumBits) | count<<sumBits | int(max(sum, 0))
}
