package demoshop

// PastCodes are vouchers that are used in a made-up past; empty ones are not.
type PastCodes struct {
	New     string   // a code that many new customers bring
	Below   string   // another such code, which some of them bring instead
	Regular string   // a code for those who have bought, from 100 EUR
	Printed []string // codes that work once, for new customers
}

const regularFrom = 10000 // minor units of a cart

// broughtCode is the voucher that somebody uses now, if any.
func (h *history) broughtCode(customer int64, cart []CartLine) []string {
	known, goods := h.standing(customer, cart)
	codes := &h.cfg.Codes
	if known && codes.Regular != "" {
		h.looked = append(h.looked, h.shop.now())
	}
	switch {
	case !known && codes.New != "" && h.chance(35):
		if codes.Below != "" && h.chance(25) {
			return []string{codes.Below}
		}
		return []string{codes.New}
	case !known && len(codes.Printed) > 0 && h.chance(25):
		code := codes.Printed[0]
		codes.Printed = codes.Printed[1:]
		return []string{code}
	case known && codes.Regular != "" && goods >= regularFrom && h.chance(60):
		return []string{codes.Regular}
	}
	return nil
}

// standing says whether a customer has bought before, and what the cart costs.
func (h *history) standing(customer int64, cart []CartLine) (known bool, goods int64) {
	h.shop.mu.Lock()
	defer h.shop.mu.Unlock()
	for _, l := range cart {
		if _, v := h.shop.variant(l.Variant); v != nil {
			goods += v.Price * l.Quantity
		}
	}
	return len(h.shop.ordersBy(customer)) > 0, goods
}
