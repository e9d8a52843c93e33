package demoshop

import "time"

type seedProduct struct {
	handle, title, text string
	collections         []int
	vat                 int64
	giftCard            bool
	variants            []Variant
}

var seedProducts = []seedProduct{
	{"kaffeetasse", "Kaffeetasse", "Steinzeug, 300 ml, spülmaschinenfest.", []int{0}, 19, false, []Variant{{Title: "Blau", SKU: "CUP-BL", Price: 1190}, {Title: "Sand", SKU: "CUP-SA", Price: 1190}}},
	{"roestkaffee", "Röstkaffee 250 g", "Langsam geröstet, schokoladig.", []int{1}, 7, false, []Variant{{Title: "Bohne", SKU: "COF-B", Price: 749}, {Title: "Gemahlen", SKU: "COF-M", Price: 749}}},
	{"espresso", "Espresso 1 kg", "Kräftig, für die Maschine und den Herd.", []int{1}, 7, false, []Variant{{SKU: "ESP-1", Price: 2140}}},
	{"handmuehle", "Handmühle", "Mit Kegelmahlwerk aus Stahl.", []int{0, 2}, 19, false, []Variant{{SKU: "MILL", Price: 8330}}},
	{"filterpapier", "Filterpapier, 100 Stück", "Ungebleicht, Größe 2.", []int{2}, 19, false, []Variant{{SKU: "FILT", Price: 499}}},
	{"wasserkessel", "Wasserkessel", "Schwanenhals, 1 Liter, für jeden Herd.", []int{0}, 19, false, []Variant{{SKU: "KETT", Price: 5950}}},
	{"schokolade", "Schokolade 70 %", "Zwei Zutaten: Kakao und Zucker.", []int{3}, 7, false, []Variant{{SKU: "CHOC", Price: 321}}},
	{"kochbuch", "Buch „Kaffee zu Hause“", "212 Seiten, viele Bilder.", []int{4}, 7, false, []Variant{{SKU: "BOOK", Price: 2490}}},
	{"geschenkgutschein", "Geschenkgutschein", "Kommt per E-Mail.", nil, 0, true, []Variant{{Title: "25 EUR", SKU: "GIFT25", Price: 2500}, {Title: "50 EUR", SKU: "GIFT50", Price: 5000}}},
}

var seedCollections = []string{"Geschirr", "Kaffee", "Zubehör", "Süßes", "Bücher"}

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
	for _, title := range seedCollections {
		s.collections = append(s.collections, &Collection{ID: s.newID("Collection"), Handle: handleOf(title), Title: title})
	}
	for _, sp := range seedProducts {
		p := &Product{ID: s.newID("Product"), Handle: sp.handle, Title: sp.title, Description: sp.text, VAT: sp.vat, GiftCard: sp.giftCard}
		for _, i := range sp.collections {
			p.Collections = append(p.Collections, s.collections[i].ID)
		}
		for _, v := range sp.variants {
			v.ID = s.newID("ProductVariant")
			p.Variants = append(p.Variants, &v)
		}
		s.products = append(s.products, p)
	}
	s.articles = append(s.articles,
		&Article{s.newID("Article"), "filterkaffee", "Filterkaffee wie im Café", "60 Gramm auf einen Liter, Wasser knapp unter dem Siedepunkt, drei Minuten. Mehr ist es nicht."},
		&Article{s.newID("Article"), "muehle-einstellen", "Die Mühle richtig einstellen", "Zu sauer heißt zu grob, zu bitter heißt zu fein. Immer nur einen Klick auf einmal."})
	then := s.stamp().Add(-400 * 24 * time.Hour)
	for _, p := range SeedPeople {
		s.customers = append(s.customers, &Customer{
			ID: s.newID("Customer"), Email: p[0], First: p[1], Last: p[2], Locale: "de", Account: true, Consent: "not_subscribed", CreatedAt: then, UpdatedAt: then,
		})
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
