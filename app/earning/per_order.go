package earning

// perOrder gives its points once, as long as money is left of the matching
// lines. Part of an order is still an order, so a partial refund changes nothing
// unless it takes the basis below the rule's minimum.
func perOrder(r *Rule, s *selection) (measure, error) {
	m := measure{rate: pair{1, 1}}
	if s.basis > 0 {
		m.base = int64(r.Points)
	}
	return m, nil
}
