package shopify

import "zugabe/app/earning"

// rank orders snapshots of the same instant: the later a status normally comes, the higher.
var rank = map[earning.SaleStatus]int{
	earning.SalePlaced: 1, earning.SalePaid: 2, earning.SaleFulfilled: 3, earning.SaleCompleted: 4, earning.SaleCancelled: 5,
}

// status reads the host's separate states of payment, sending and closing as one.
// Money counts first: an order that was sent but not paid is only placed. A
// refunded order stays paid; its refunds take the value back. A voided payment
// and a chargeback that was not won cancel (B10).
func (o order) status() earning.SaleStatus {
	switch {
	case o.cancelled, o.chargedBack, o.financial == "VOIDED":
		return earning.SaleCancelled
	case !paid[o.financial]:
		return earning.SalePlaced
	case o.closed:
		return earning.SaleCompleted
	case o.fulfilled:
		return earning.SaleFulfilled
	default:
		return earning.SalePaid
	}
}

// paid are the financial states with all the money received. AUTHORIZED is not
// among them: the money is only reserved.
var paid = map[string]bool{"PAID": true, "PARTIALLY_REFUNDED": true, "REFUNDED": true}

// disputeCosts says whether a dispute has taken the money away: a chargeback does
// from its start until it is won, an inquiry only when it is lost.
func disputeCosts(initiatedAs, status string) bool {
	switch status {
	case "LOST", "ACCEPTED", "CHARGE_REFUNDED":
		return true
	case "WON", "PREVENTED":
		return false
	default:
		return initiatedAs == "CHARGEBACK"
	}
}
