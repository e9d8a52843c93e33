package demoshop

import "slices"

// Discounts are copies of all codes that the shop has. Tests count them.
func (s *Shop) Discounts() []Discount {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Discount, 0, len(s.discounts))
	for _, d := range s.discounts {
		c := *d
		c.Tags, c.Customers = slices.Clone(d.Tags), slices.Clone(d.Customers)
		out = append(out, c)
	}
	return out
}

// Subscriptions are the topics that the app asked for, once for each subscription.
func (s *Shop) Subscriptions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, w := range s.subs {
		out = append(out, w.Topic)
	}
	slices.Sort(out)
	return out
}

// VariantOf finds what is sold under a number of the shop's own (SKU); 0 if nothing is.
func (s *Shop) VariantOf(sku string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.products {
		for _, v := range p.Variants {
			if v.SKU == sku {
				return v.ID
			}
		}
	}
	return 0
}

// CustomerOf finds a customer by e-mail address; 0 if there is none.
func (s *Shop) CustomerOf(email string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.customerByEmail(email); c != nil {
		return c.ID
	}
	return 0
}

// ProductOf finds an article by its handle; 0 if there is none.
func (s *Shop) ProductOf(handle string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := find(s.products, func(p *Product) bool { return p.Handle == handle }); p != nil {
		return p.ID
	}
	return 0
}

// People are copies of all customers that the shop knows.
func (s *Shop) People() []Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Customer, 0, len(s.customers))
	for _, c := range s.customers {
		out = append(out, *c)
	}
	return out
}

// Promote is a discount that the merchant made by hand: per cent off everything, alone.
func (s *Shop) Promote(code string, percent int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.stamp()
	d := &Discount{ID: s.newID("DiscountCodeNode"), Code: code, Title: code, BasisPoints: percent * 100, Everyone: true, AllItems: true,
		StartsAt: now.AddDate(0, -1, 0), CreatedAt: now, UpdatedAt: now, UsedBy: map[string]int64{}}
	s.addCode(d, code)
	s.discounts = append(s.discounts, d)
}
