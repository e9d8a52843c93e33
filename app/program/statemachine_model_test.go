package program_test

import (
	"sort"
	"time"
)

// The model of the ledger that the state machine compares the real one with. It
// counts single points: each is a token that is somewhere. It shares no formula
// with the code under test and looks at no table.

type place byte

const (
	pending place = 'p' // inside the return window
	open    place = 'o'
	held    place = 'h'
	burned  place = 'b'
	expired place = 'x'
	gone    place = 'g' // taken back, or paid debt
)

type token struct {
	lot     int // tokens of one lot share it; later lots have greater ones
	fact    string
	expires int64
	opens   int64
	at      place
}

// purse is what one person has.
type purse struct {
	tokens []*token
	debt   int
}

func (p *purse) count(at place) int {
	n := 0
	for _, t := range p.tokens {
		if t.at == at {
			n++
		}
	}
	return n
}

// in lists the tokens at a place, soonest expiring first, then oldest lot first.
func (p *purse) in(at place) []*token {
	var list []*token
	for _, t := range p.tokens {
		if t.at == at {
			list = append(list, t)
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].expires != list[j].expires {
			return list[i].expires < list[j].expires
		}
		return list[i].lot < list[j].lot
	})
	return list
}

// land opens tokens; they pay debt first.
func (p *purse) land(list []*token) {
	for _, t := range list {
		t.at = open
		if p.debt > 0 {
			p.debt--
			t.at = gone
		}
	}
}

// model is the whole shop.
type model struct {
	now     int64
	lots    int
	purses  map[string]*purse // by person
	grace   int64             // ms
	spenton string            // what happens to spent points: "debt" or "write_off"
}

func (m *model) credit(p *purse, n int, fact string, opens, expires int64) {
	m.lots++
	var fresh []*token
	for range n {
		fresh = append(fresh, &token{lot: m.lots, fact: fact, expires: expires, opens: opens, at: pending})
	}
	p.tokens = append(p.tokens, fresh...)
	if opens <= m.now {
		p.land(fresh)
	}
}

func (m *model) mature(p *purse) {
	var due []*token
	for _, t := range p.in(pending) {
		if t.opens <= m.now {
			due = append(due, t)
		}
	}
	p.land(due)
}

func (m *model) expire(p *purse) {
	for _, t := range p.in(open) {
		if t.expires <= m.now {
			t.at = expired
		}
	}
}

// settle comes before every debit.
func (m *model) settle(p *purse) {
	m.mature(p)
	m.expire(p)
}

// takeBack takes n points that a fact no longer earns: its own first, those that
// ran out included, then anybody's, then debt or the shop's loss.
func (m *model) takeBack(p *purse, n int, fact string) {
	m.settle(p)
	take := func(from place, own bool) {
		for _, t := range p.in(from) {
			if n > 0 && (!own || t.fact == fact) {
				t.at = gone
				n--
			}
		}
	}
	take(pending, true)
	take(open, true)
	take(expired, true)
	take(open, false)
	if m.spenton == "debt" {
		p.debt += n
	}
}

// spend burns n points without a hold; what is missing becomes debt.
func (m *model) spend(p *purse, n int) {
	m.settle(p)
	for _, t := range p.in(open) {
		if n > 0 {
			t.at = burned
			n--
		}
	}
	p.debt += n
}

// available is what could be spent after settling; nothing is changed.
func (m *model) available(p *purse) int {
	trial := &purse{debt: p.debt}
	for _, t := range p.tokens {
		c := *t
		trial.tokens = append(trial.tokens, &c)
	}
	m.settle(trial)
	return trial.count(open) - trial.debt
}

// wish is one redemption.
type wish struct {
	id       string // of the row
	code     string
	owner    string // whoever has its points today
	points   int
	tokens   []*token // as they were when they were held
	state    string   // pending, active, used, returned, void
	returned int
	over     bool // no order may begin to carry it
}

func (m *model) hold(p *purse, n int) []*token {
	m.settle(p)
	list := p.in(open)[:n]
	for _, t := range list {
		t.at = held
	}
	return list
}

func (m *model) burn(w *wish) {
	for _, t := range w.tokens {
		t.at = burned
	}
	w.state = "active"
}

// release puts held points back where they were, or into a lot of grace.
func (m *model) release(w *wish) {
	p := m.purses[w.owner]
	m.settle(p)
	for _, part := range byLot(w.tokens, func(a, b *token) bool { return a.lot < b.lot }) {
		if part[0].expires <= m.now {
			m.lots++
			for _, t := range part {
				copied := *t
				t.at = gone
				copied.lot, copied.expires = m.lots, max(m.now+m.grace, m.now+1)
				p.tokens = append(p.tokens, &copied)
				p.land([]*token{&copied})
			}
			continue
		}
		p.land(part)
	}
	w.state = "void"
}

// giveBack returns n burned points, the longest-lived first.
func (m *model) giveBack(w *wish, n int) {
	p := m.purses[w.owner]
	skip := w.returned
	w.returned += n
	longest := func(a, b *token) bool {
		if a.expires != b.expires {
			return a.expires > b.expires
		}
		return a.lot > b.lot
	}
	for _, part := range byLot(w.tokens, longest) {
		k := min(len(part)-min(skip, len(part)), n)
		skip -= min(skip, len(part))
		n -= k
		if k > 0 {
			m.credit(p, k, part[0].fact, m.now, max(part[0].expires, m.now+m.grace))
		}
	}
}

// byLot groups tokens by their lot, the groups in the order of less.
func byLot(tokens []*token, less func(a, b *token) bool) [][]*token {
	groups := map[int][]*token{}
	for _, t := range tokens {
		groups[t.lot] = append(groups[t.lot], t)
	}
	var list [][]*token
	for _, g := range groups {
		list = append(list, g)
	}
	sort.Slice(list, func(i, j int) bool { return less(list[i][0], list[j][0]) })
	return list
}

// merge puts all of one person into another.
func (m *model) merge(from, into string) {
	a, b := m.purses[from], m.purses[into]
	m.settle(b)
	m.settle(a)
	b.tokens = append(b.tokens, a.tokens...)
	b.debt += a.debt
	for who, p := range m.purses {
		if p == a {
			m.purses[who] = b
		}
	}
	b.land(b.in(open))
}

// order is an order as the shop has it.
type order struct {
	key          string
	customer     string
	status       string // placed, paid, cancelled
	placed, paid int64
	updated      int64
	lines, back  [2]int // whole units of money, 1 = 100 minor units
	wish         *wish  // whose code it carries
	coupon       *coupon
}

// allBack says that as much money went back as was paid.
func (o order) allBack() bool { return o.back[0]+o.back[1] >= o.lines[0]+o.lines[1] }

// worth is what the order earns as it stands.
func (o order) worth(rate int) int {
	if o.status != "paid" || o.allBack() {
		return 0
	}
	return (max(o.lines[0]-o.back[0], 0) + max(o.lines[1]-o.back[1], 0)) * rate
}

// settleCode moves the code that an order carries to where the order puts it.
func (m *model) settleCode(o order) {
	w := o.wish
	if w.state == "pending" {
		m.burn(w)
	}
	back := 0
	if o.status == "cancelled" || o.allBack() {
		back = w.points
	}
	switch {
	case back > w.returned:
		m.giveBack(w, back-w.returned)
	case back < w.returned:
		m.spend(m.purses[w.owner], w.returned-back)
		w.returned = back
	}
	w.state = "used"
	if back == w.points {
		w.state = "returned"
	}
}

// version of the plan: what the machine changes in it.
type planVersion struct {
	from    int64
	rate    int // points per unit of money
	pending int // days
}

const dayMillis = int64(24 * time.Hour / time.Millisecond)

// lifetime is the end of the same day of the next month, in the shop's zone.
func lifetime(from int64, zone *time.Location) int64 {
	t := time.UnixMilli(from).In(zone)
	day := t.Day()
	for {
		end := time.Date(t.Year(), t.Month()+1, day+1, 0, 0, 0, 0, zone)
		if time.Date(t.Year(), t.Month()+1, day, 12, 0, 0, 0, zone).Day() == day {
			return end.UnixMilli()
		}
		day-- // the next month is shorter
	}
}
