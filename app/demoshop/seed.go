package demoshop

import "time"

// SeedPeople are the accounts the shop opens with.
var SeedPeople = [][3]string{
	{"anna@demo.example", "Anna", "Albrecht"},
	{"bent@demo.example", "Bent", "Bertelsen"},
	{"celina@demo.example", "Celina", "Czarnecka"},
}

// Seed fills the shelves and opens three accounts. The accounts are old: the
// app is told of them only by what they do from now on.
func (s *Shop) Seed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stock()
	then := s.stamp().Add(-400 * 24 * time.Hour)
	for _, p := range SeedPeople {
		s.customers = append(s.customers, &Customer{
			ID: s.newID("Customer"), Email: p[0], First: p[1], Last: p[2], Locale: "de", Account: true, Consent: "not_subscribed", CreatedAt: then, UpdatedAt: then,
		})
	}
}

// stock puts goods and articles on the shelves.
func (s *Shop) stock() {
	for _, c := range seedCollections {
		s.collections = append(s.collections, &Collection{ID: s.newID("Collection"), Handle: c.handle, Title: c.title.EN, Words: c.title, Text: c.text, Image: c.image})
	}
	for _, sp := range seedProducts {
		p := &Product{ID: s.newID("Product"), Handle: sp.handle, Title: sp.title.EN, Words: sp.title, Text: sp.text, Option: sp.option, VAT: sp.vat, GiftCard: sp.giftCard}
		for _, i := range sp.collections {
			p.Collections = append(p.Collections, s.collections[i].ID)
		}
		for _, v := range sp.variants {
			p.Variants = append(p.Variants, &Variant{ID: s.newID("ProductVariant"), Title: v.title.EN, Words: v.title, SKU: v.sku, Price: v.price, Image: v.image})
		}
		s.products = append(s.products, p)
	}
	for i, a := range seedArticles {
		s.articles = append(s.articles, &Article{ID: s.newID("Article"), Handle: a.handle, Title: a.title.EN, Words: a.title, Body: a.body, Image: a.image, At: s.stamp().AddDate(0, 0, -40*(i+1))})
	}
}

func handleOf(title string) string {
	var out []rune
	for _, r := range title {
		switch r {
		case 'ü', 'Ü':
			out = append(out, 'u', 'e')
		case 'ß':
			out = append(out, 's', 's')
		default:
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			out = append(out, r)
		}
	}
	return string(out)
}
