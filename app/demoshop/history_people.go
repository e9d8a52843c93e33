package demoshop

import (
	"context"
	"fmt"
	"strings"
	"time"
)

var (
	firstNames = strings.Fields("Ada Alma Anton Astrid Ben Bruno Carla Clara Dario Ebba Ella Elena Emil Erik Eva Felix Finn Freja Giulia Greta Hanna Hugo Ida Ingrid Jan Jakob Janina Johanna Jonas Karol Kasia Klara Lars Lea Lena Leon Lina Luca Luis Magda Maja Maren Marta Mats Mila Mikkel Nele Nina Noah Oskar Paula Paolo Pia Piotr Rasmus Rosa Sara Signe Sofia Stina Theo Tilda Tom Vera Wanda Zofia")
	lastNames  = strings.Fields("Andersen Bauer Becker Bianchi Brandt Christensen Conti Dahl Ebert Ferrari Fischer Frank Greco Hansen Hartmann Holm Jansen Jensen Kaiser Keller Klein Koch Kowalski Krause Kruse Lange Larsen Lehmann Lindgren Lorenz Marino Meyer Møller Mazur Nielsen Nowak Olsen Petersen Peters Poulsen Reuter Ricci Richter Romano Schmidt Schulz Seidel Sommer Thomsen Voigt Wagner Weber Winter Wójcik Wolf Zieliński")
	streets    = strings.Fields("Hafenstraße Kaiweg Marktplatz Mühlenweg Nordring Schulstraße Seestraße Teichweg Werftstraße Wiesenweg")
	towns      = [][2]string{{"20457", "Hamburg"}, {"24103", "Kiel"}, {"28195", "Bremen"}, {"18055", "Rostock"}, {"10115", "Berlin"}, {"04109", "Leipzig"}, {"50667", "Köln"}, {"80331", "München"}}
)

// opinion is what people write; stars go with it.
type opinion struct {
	stars int64
	text  string
}

var opinions = []opinion{
	{5, "Exactly as described, and packed with care."}, {5, "Second order, same joy."}, {4, "Very good. The parcel took two days longer than promised."}, {5, "Benutze ich jeden Morgen. Würde ich sofort wieder kaufen."},
	{4, "Schön gemacht, ein bisschen kleiner als gedacht."}, {5, "Ein Geschenk für meine Mutter, sie gibt es nicht mehr her."}, {3, "Good, but not at this price."}, {5, "My kitchen smells wonderful."},
	{4, "Hält, was es verspricht."}, {5, "Dejlig kvalitet, og hurtig levering."}, {5, "Bardzo dobra jakość, polecam."}, {4, "Molto bello, lo uso ogni giorno."}, {2, "Came with a chip. The shop replaced it at once."},
	{5, "Der Beste, den ich zu Hause je hatte."}, {4, "Nice colour, a little darker than in the picture."}, {5, "We bought six of them. No regrets."},
}

// remarks are about the articles, in their order.
var remarks = [][]opinion{
	{{5, "Tried it this morning. Never again without rinsing the paper."}, {4, "Three minutes is too long for my beans, two and a half is right."}, {5, "Kurz und brauchbar. Mehr davon, bitte."}},
	{{5, "Danke, die Klicks stehen jetzt auf der Tüte."}, {5, "One click at a time: that was my mistake all along."}, {4, "Gælder også for min gamle mølle."}},
	{{5, "Endlich verstehe ich, warum mein Tee bitter war."}, {4, "Beim zweiten Aufguss nehme ich etwas heißeres Wasser."}, {5, "The second pot really is the best."}},
}

// castAll plans a year for everybody: those whom a click enters, members and guests.
func (h *history) castAll() {
	h.shop.mu.Lock()
	known := append([]*Customer{}, h.shop.customers...)
	h.shop.mu.Unlock()
	habits := []int{34, 10, 3}
	for i, c := range known {
		if i < len(habits) {
			h.wishOften(c.ID, h.shopper(c.ID, 5, habits[i]))
		}
	}
	left := h.cfg.Orders
	guests := h.cfg.Orders / 14
	for i := range h.cfg.Members {
		joins := h.joins()
		// a few buy every other week, most now and then
		orders := pick(h, []int{1, 3, 6, 12, 24}, func(n int) int { return map[int]int{1: 20, 3: 28, 6: 25, 12: 18, 24: 9}[n] })
		orders = min(orders*(h.cfg.Days-joins)/h.cfg.Days*2+1, max(left-guests, 1))
		left -= orders
		h.member(i, joins, orders)
	}
	for i := range max(guests, 0) {
		email := fmt.Sprintf("guest%d@post.example", i%(guests*2/3+1))
		h.on(h.moment(h.season()), func(context.Context) error {
			return h.sale(Buy{Email: email, Cart: h.basket()}, 0)
		})
	}
}

// joins is the day on which somebody comes: more and more do.
func (h *history) joins() int {
	a, b := h.rng.IntN(h.cfg.Days), h.rng.IntN(h.cfg.Days)
	if h.chance(50) {
		return min(a, b) // those who had heard of it early
	}
	return a
}

// season is a day of the year; the weeks before Christmas have more of them.
func (h *history) season() int {
	for range 4 {
		day := h.rng.IntN(h.cfg.Days)
		month := h.begin.AddDate(0, 0, day).Month()
		if month == time.November || month == time.December || h.chance(70) {
			return day
		}
	}
	return h.rng.IntN(h.cfg.Days)
}

// member opens an account on a day and lives with it.
func (h *history) member(i, joins, orders int) {
	first, last := firstNames[h.rng.IntN(len(firstNames))], lastNames[h.rng.IntN(len(lastNames))]
	plain := strings.NewReplacer("ø", "o", "ó", "o", "ń", "n", "ö", "oe").Replace(strings.ToLower(first + "." + last))
	email := fmt.Sprintf("%s%d@post.example", plain, i+1)
	h.on(h.moment(joins), func(ctx context.Context) error {
		c, err := h.shop.Register(email, first, last)
		if err != nil {
			return err
		}
		town := towns[h.rng.IntN(len(towns))]
		h.shop.keepAddress(c.ID, checkoutForm{Street: fmt.Sprintf("%s %d", streets[h.rng.IntN(len(streets))], 1+h.rng.IntN(80)), Zip: town[0], City: town[1]})
		if !h.chance(45) {
			return nil
		}
		if _, err := h.shop.Newsletter(email); err != nil {
			return err
		}
		if h.chance(80) {
			return h.shop.Confirm(h.shop.ConfirmationOf(c.ID))
		}
		return nil
	})
	byEmail := func() int64 {
		h.shop.mu.Lock()
		defer h.shop.mu.Unlock()
		if c := h.shop.customerByEmail(email); c != nil {
			return c.ID
		}
		return 0
	}
	for range orders {
		day := joins + 1 + h.rng.IntN(max(1, h.cfg.Days-joins-1))
		if h.chance(40) {
			day = max(joins+1, h.season())
		}
		h.on(h.moment(day), func(context.Context) error { return h.shopping(byEmail()) })
		if orders > 5 && h.chance(12) {
			h.on(h.moment(day+20), func(ctx context.Context) error { return h.wish(ctx, byEmail()) })
		}
	}
}

// shopper gives an account that exists so many orders, evenly over the year, and
// returns the days.
func (h *history) shopper(customer int64, first, orders int) []int {
	var days []int
	for i := range orders {
		day := first + i*(h.cfg.Days-first)/orders + h.rng.IntN(6)
		days = append(days, day)
		h.on(h.moment(day), func(context.Context) error { return h.shopping(customer) })
	}
	return days
}

func (h *history) wishOften(customer int64, days []int) {
	for i, day := range days {
		if i%11 == 10 {
			h.on(h.moment(day+16), func(ctx context.Context) error { return h.wish(ctx, customer) })
		}
	}
}

// shopping is an order of a customer, with a code if one is waiting.
func (h *history) shopping(customer int64) error {
	b := Buy{Customer: customer, Cart: h.basket(), Codes: h.codeOf(customer), Unpaid: h.chance(7)}
	if len(b.Codes) == 0 {
		b.Codes = h.broughtCode(customer, b.Cart)
	}
	return h.sale(b, customer)
}

// sale places an order and plans what becomes of it.
func (h *history) sale(b Buy, customer int64) error {
	o, err := h.shop.Checkout(b)
	if err != nil && len(b.Codes) > 0 { // the code had run out
		b.Codes = nil
		o, err = h.shop.Checkout(b)
	}
	if err != nil {
		return err
	}
	h.shop.sentOff(o)
	return h.aftermath(o, b, customer)
}

// sentOff marks an order as sent without telling: nobody would listen.
func (s *Shop) sentOff(o *Order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.Fulfilled = true
}

func (h *history) aftermath(o *Order, b Buy, customer int64) error {
	now := h.shop.now()
	var err error
	switch n := h.rng.IntN(100); {
	case b.Unpaid && n < 85:
		err = h.soon(now, 9, func() error { return h.shop.Pay(o.ID) })
	case b.Unpaid:
		err = h.soon(now, 20, func() error { return h.shop.Void(o.ID) })
	case n < 5:
		l := o.Lines[h.rng.IntN(len(o.Lines))]
		err = h.soon(now, 12, func() error { return h.shop.Refund(o.ID, []RefundWish{{l.ID, 1}}, false) })
	case n < 7:
		err = h.soon(now, 12, func() error { return h.shop.Refund(o.ID, nil, true) })
	case n < 9:
		err = h.shop.Cancel(o.ID)
	}
	if err == nil && customer != 0 && h.chance(14) {
		kind, subject, said := "product", o.Lines[0].Product.ID, opinions[h.rng.IntN(len(opinions))]
		if h.chance(20) {
			i := h.rng.IntN(len(remarks))
			kind, subject, said = "article", h.shop.articles[i].ID, remarks[i][h.rng.IntN(len(remarks[i]))]
		}
		err = h.opine(kind, subject, customer, said)
	}
	return past(err)
}

// soon does something some days later, in order with everything else.
func (h *history) soon(now time.Time, within int, do func() error) error {
	h.insert(planned{now.Add(time.Duration(1+h.rng.IntN(within*24)) * time.Hour), func(context.Context) error { return past(do()) }})
	return nil
}

func (h *history) opine(kind string, subject, customer int64, said opinion) error {
	r, err := h.shop.WriteReview(kind, subject, customer, said.stars, said.text)
	if err != nil || !h.chance(92) {
		return err
	}
	return h.shop.Moderate(r.ID, true)
}

// popular says how often things are bought.
var popular = map[string]int{"roestkaffee": 30, "espresso": 16, "filterpapier": 14, "schokolade": 14, "kaffeetasse": 12, "assam": 9, "sencha": 8, "rooibos": 6, "schale": 6, "handfilter": 5, "milchkaennchen": 4, "teekanne": 4, "wasserkessel": 3, "kochbuch": 3, "handmuehle": 2, "geschenkgutschein": 1}

func (h *history) basket() []CartLine {
	var cart []CartLine
	for range 1 + h.rng.IntN(3) {
		p := pick(h, h.shop.products, func(p *Product) int { return popular[p.Handle] })
		v := p.Variants[h.rng.IntN(len(p.Variants))].ID
		quantity := int64(1)
		if h.chance(25) {
			quantity += 1 + h.rng.Int64N(2)
		}
		cart = append(cart, CartLine{v, quantity})
	}
	return cart
}
