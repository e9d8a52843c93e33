package woocommerce

func (o *order) read(s *scanner) {
	s.object(func(name []byte) {
		switch string(name) {
		case "id":
			o.ID = s.text()
		case "order_key":
			o.OrderKey = s.string()
		case "status":
			o.Status = s.string()
		case "number":
			o.Number = s.text()
		case "currency":
			o.Currency = s.string()
		case "customer_id":
			o.Customer = s.text()
		case "date_created_gmt":
			o.CreatedGMT = s.text()
		case "date_modified_gmt":
			o.ModifiedGMT = s.text()
		case "date_paid_gmt":
			o.PaidGMT = s.text()
		case "date_completed_gmt":
			o.CompletedGMT = s.text()
		case "total":
			o.Total = s.text()
		case "shipping_total":
			o.ShippingTotal = s.text()
		case "shipping_tax":
			o.ShippingTax = s.text()
		case "billing":
			o.Billing.read(s)
		default:
			o.readList(s, name)
		}
	})
}

func (o *order) readList(s *scanner, name []byte) {
	switch string(name) {
	case "line_items":
		o.Lines = readAll(s, (*line).read)
	case "fee_lines":
		o.Fees = readAll(s, (*fee).read)
	case "coupon_lines":
		o.Coupons = readAll(s, (*usedCoupon).read)
	case "refunds":
		o.Refunds = readAll(s, (*refund).read)
	case "shipping":
		if s.next() == '{' {
			o.Shipping.read(s)
			return
		}
		s.skip()
	case "customer_ip_address":
		o.IP = s.hint()
	case "customer_user_agent":
		o.Agent = s.hint()
	default:
		s.skip()
	}
}

// readAll reads a list; nil for a null.
func readAll[T any](s *scanner, read func(*T, *scanner)) []T {
	list := []T{}
	if !s.array(func() {
		var item T
		read(&item, s)
		list = append(list, item)
	}) {
		return nil
	}
	return list
}

func (l *line) read(s *scanner) {
	s.object(func(name []byte) {
		switch string(name) {
		case "id":
			l.ID = s.text()
		case "name":
			l.Name = s.string()
		case "product_id":
			l.Product = s.text()
		case "variation_id":
			l.Variation = s.text()
		case "quantity":
			l.Quantity = s.text()
		case "total":
			l.Total = s.text()
		case "total_tax":
			l.Tax = s.text()
		case "sku":
			l.SKU = s.string()
		default:
			s.skip()
		}
	})
}

func (f *fee) read(s *scanner) {
	s.object(func(name []byte) {
		switch string(name) {
		case "total":
			f.Total = s.text()
		case "total_tax":
			f.Tax = s.text()
		default:
			s.skip()
		}
	})
}

func (c *usedCoupon) read(s *scanner) {
	s.object(func(name []byte) {
		switch string(name) {
		case "code":
			c.Code = s.string()
		case "discount":
			c.Discount = s.text()
		case "discount_tax":
			c.Tax = s.text()
		default:
			s.skip()
		}
	})
}

func (r *refund) read(s *scanner) {
	s.object(func(name []byte) {
		switch string(name) {
		case "id":
			r.ID = s.text()
		case "total":
			r.Total = s.text()
		default:
			s.skip()
		}
	})
}

func (a *address) read(s *scanner) {
	s.object(func(name []byte) {
		switch string(name) {
		case "email":
			a.Email = s.string()
		case "first_name":
			a.FirstName = s.string()
		case "last_name":
			a.LastName = s.string()
		case "address_1":
			a.Street = s.hint()
		case "postcode":
			a.Postal = s.hint()
		case "country":
			a.Country = s.hint()
		case "phone":
			a.Phone = s.hint()
		default:
			s.skip()
		}
	})
}
