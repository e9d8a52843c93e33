package program_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"pgregory.net/rapid"

	"zugabe/app/dispatch"
	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// machineHost is the scripted host whose deliveries are our own JSON.
type machineHost struct{ *scriptedHost }

func (h machineHost) Driver(string) platform.Driver { return h }

func (h machineHost) Normalise(d platform.Delivery, _ loyalty.Currency) ([]platform.Change, error) {
	c := platform.Change{Kind: platform.ChangeKind(d.Topic)}
	var err error
	switch c.Kind {
	case platform.SaleSnapshot:
		c.Sale = &earning.Sale{}
		err = json.Unmarshal(d.Body, c.Sale)
	case platform.ActivityChanged:
		c.Activity = &earning.Activity{}
		err = json.Unmarshal(d.Body, c.Activity)
	case platform.CustomerSnapshot:
		c.Customer = &platform.Customer{}
		err = json.Unmarshal(d.Body, c.Customer)
	default:
		var keys [2]string
		err = json.Unmarshal(d.Body, &keys)
		c.Key, c.IntoKey = keys[0], keys[1]
	}
	return []platform.Change{c}, err
}

// parcel is a message of the shop, and what the model makes of it.
type parcel struct {
	topic platform.ChangeKind
	body  []byte
	sent  int
	order *order
	deed  *deed
	merge [2]string
}

// deed is an activity as the shop has it.
type deed struct {
	key, customer, kind string
	at, updated         int64
	approved            bool
	worth               int
}

// machine is a shop under random use, beside its model.
type machine struct {
	*program.Program
	t       *rapid.T
	ctx     context.Context
	clock   *loyalty.ManualClock
	host    *scriptedHost
	shop    loyalty.Shop
	plan    loyalty.ID
	zone    *time.Location
	model   *model
	plans   []planVersion
	people  []string
	orders  []*order
	reviews []*deed
	wishes  []*wish
	voucher *campaign
	crowd   crowd
	parcels []*parcel
	known   map[string]order // the newest snapshot that was delivered
	done    map[string]deed
	earned  map[string]int
	owners  map[string]string // whose the facts are
	serial  int
	actions int
}

const (
	machineGrace = 3 // days
	welcome      = 50
)

// newMachine opens a shop of its own in the store, with four customers.
func newMachine(t *rapid.T, s *store.Store, clock *loyalty.ManualClock, id loyalty.ShopID) *machine {
	host := newScriptedHost(clock)
	p := &program.Program{Store: s, Clock: clock, IDs: loyalty.NewIDs(clock), Hosts: machineHost{host},
		Log: slog.New(slog.DiscardHandler), PersonKey: []byte("0123456789abcdef0123456789abcdef")}
	m := &machine{Program: p, t: t, ctx: context.Background(), clock: clock, host: host, known: map[string]order{}, done: map[string]deed{},
		earned: map[string]int{}, owners: map[string]string{}}
	spent := rapid.SampledFrom([]ledger.SpentPolicy{ledger.SpentDebt, ledger.SpentWriteOff}).Draw(t, "spent")
	m.model = &model{purses: map[string]*purse{}, grace: machineGrace * dayMillis, spenton: string(spent)}
	m.tick()
	m.shop = loyalty.Shop{ID: id, Host: "scripted", Domain: id.String() + ".example", PathKey: id.String(), Currency: "EUR",
		Zone: "Europe/Berlin", Language: "de", State: loyalty.ShopActive, InstalledAt: m.now() - 1, Version: 1}
	zone, err := loyalty.Zone(m.shop.Zone)
	m.must(err)
	m.zone = zone
	m.write(func(tx *store.Tx) error {
		if err := tx.CreateShop(m.shop, m.now()); err != nil {
			return err
		}
		return p.EnsurePlan(tx, m.shop)
	})
	m.tick()
	m.change(func(d *program.PlanDoc) {
		d.Expiry = program.ExpiryPolicy{Months: 1, GraceDays: machineGrace}
		d.Refunds.Spent = spent
		d.Redeem.MinPoints, d.Redeem.CodeDays = 1, 9
	}, 1, rapid.SampledFrom([]int{0, 2}).Draw(t, "pending days"))
	for i := range 4 {
		m.join(fmt.Sprintf("c%d", i))
	}
	m.openPartners()
	m.openVoucher()
	for _, from := range m.crowd.partners {
		m.newCoupon(from, 0)
	}
	m.openNewsletter()
	m.unmirrored()
	return m
}

func (m *machine) must(err error) {
	if err != nil {
		m.t.Helper()
		m.t.Fatal(err)
	}
}

func (m *machine) write(fn func(tx *store.Tx) error) { m.must(m.Store.Write(m.ctx, fn)) }

func (m *machine) now() int64 { return loyalty.NowMs(m.clock) }

func (m *machine) read(fn func(tx *store.Tx) error) { m.must(m.Store.Read(m.ctx, fn)) }

// tick keeps instants distinct.
func (m *machine) tick() {
	m.clock.Advance(time.Millisecond)
	m.model.now = m.now()
}

// change saves a plan version; the model only learns what it needs.
func (m *machine) change(edit func(*program.PlanDoc), rate, days int) {
	var plan program.Plan
	m.read(func(tx *store.Tx) (err error) {
		plan, err = m.CurrentPlan(tx, m.shop)
		return err
	})
	edit(&plan.Doc)
	plan.Doc.Earning.Rules = slices.Clone(plan.Doc.Earning.Rules) // the version in force shares them
	plan.Doc.Earning.Rules[0].Earn.Points = loyalty.Points(rate)
	plan.Doc.Pending.Days = days
	_, err := m.SavePlan(m.ctx, "staff:1", m.shop, plan.Version, plan.Doc)
	m.must(err)
	m.plan = plan.ID
	m.plans = append(m.plans, planVersion{from: m.now(), rate: rate, pending: days})
}

// planAt is the version that judges what happened then.
func (m *machine) planAt(instant int64) planVersion {
	found := m.plans[0]
	for _, v := range m.plans {
		if v.from <= instant {
			found = v
		}
	}
	return found
}

func (m *machine) join(customer string) {
	m.people = append(m.people, customer)
	m.model.purses[customer] = &purse{}
	body, err := json.Marshal(platform.Customer{Key: customer, Email: customer + "@" + m.shop.Domain, HasLogin: true, CreatedAt: m.now(), UpdatedAt: m.now()})
	m.must(err)
	m.deliver([]*parcel{{topic: platform.CustomerSnapshot, body: body}})
	m.post("signup:"+customer, customer, welcome, m.now(), lifetime(m.now(), m.zone)) // an account is its own sign-up
}

// send makes a message of what the shop has now; it arrives when it arrives.
func (m *machine) sendOrder(o *order) {
	m.serial++
	o.updated = m.now()
	snapshot := *o
	sale := earning.Sale{Key: o.key, Number: "#" + o.key, CustomerKey: o.customer, Currency: "EUR", Status: earning.SaleStatus(o.status),
		PlacedAt: o.placed, PaidAt: o.paid, UpdatedAt: o.updated}
	for i, units := range o.lines {
		key, net := fmt.Sprint("line", i), int64(units)*100
		sale.Lines = append(sale.Lines, earning.Line{Key: key, ProductKey: key, Quantity: 1, Net: net})
		sale.Total += net
		if back := int64(o.back[i]) * 100; back > 0 {
			sale.Refunds = append(sale.Refunds, earning.Refund{Key: "r" + key, At: o.updated, Gross: back,
				Lines: []earning.RefundLine{{LineKey: key, Net: back}}})
		}
	}
	if o.wish != nil {
		sale.Codes = []earning.UsedCode{{Code: o.wish.code, Minor: 1}}
	}
	if o.coupon != nil {
		sale.Codes = append(sale.Codes, earning.UsedCode{Code: o.coupon.code, Minor: couponMinor})
	}
	body, err := json.Marshal(sale)
	m.must(err)
	m.parcels = append(m.parcels, &parcel{topic: platform.SaleSnapshot, body: body, order: &snapshot})
}

func (m *machine) sendDeed(d *deed) {
	d.updated = m.now()
	snapshot := *d
	state := earning.ActivityWithdrawn
	if d.approved {
		state = earning.ActivityApproved
	}
	body, err := json.Marshal(earning.Activity{Key: d.key, Kind: earning.ActivityKind(d.kind), CustomerKey: d.customer, Subject: d.key,
		State: state, At: d.at, UpdatedAt: d.updated})
	m.must(err)
	m.parcels = append(m.parcels, &parcel{topic: platform.ActivityChanged, body: body, deed: &snapshot})
}

// deliver gives messages to the app in one batch, and to the model.
func (m *machine) deliver(list []*parcel) {
	rows := make([]store.Delivery, len(list))
	packed := make([]store.PackedDelivery, len(list))
	for i, p := range list {
		id := m.IDs.Next()
		p.sent++
		rows[i] = store.Delivery{ID: id, Shop: m.shop.ID, Host: "scripted", Topic: string(p.topic), Key: id.String(), Body: p.body, ReceivedAt: m.now()}
		packed[i] = store.PackDelivery(rows[i])
	}
	m.write(func(tx *store.Tx) error {
		_, err := tx.InsertDeliveries(packed)
		return err
	})
	result, err := m.BookDeliveries(m.ctx, m.shop, rows)
	m.must(err)
	if result.Done != len(list) {
		m.t.Fatalf("of %d deliveries: %+v", len(list), result)
	}
	m.believe(list)
}

// work lets the dispatcher run and follows what it did.
func (m *machine) work() {
	_, err := dispatch.Drain(m.ctx, m.Program)
	m.must(err)
	for _, w := range m.wishes {
		m.follow(w)
	}
}

// follow moves a redemption of the model to where the row stands, and checks
// that the host agrees with the row.
func (m *machine) follow(w *wish) {
	if w.state != "pending" && w.state != "active" {
		return
	}
	id, err := loyalty.ParseID(w.id)
	m.must(err)
	var row reward.Redemption
	m.read(func(tx *store.Tx) (err error) {
		row, _, err = tx.RedemptionByID(m.shop.ID, id)
		return err
	})
	_, atHost := m.host.codes[voucher.Fold(w.code)]
	switch state := string(row.State); {
	case state == w.state:
	case w.state == "pending" && state == "active":
		if !atHost {
			m.t.Fatalf("redemption %s is active, the host has no such code", w.id)
		}
		m.model.burn(w)
	case w.state == "pending" && state == "void":
		if atHost {
			m.t.Fatalf("redemption %s is void, its code works at the host", w.id)
		}
		m.model.release(w)
	case w.state == "active" && state == "returned":
		if m.host.codes[voucher.Fold(w.code)].ref.Active {
			m.t.Fatalf("redemption %s is returned, its code still works", w.id)
		}
		m.model.giveBack(w, w.points-w.returned)
		w.state = "returned"
	default:
		m.t.Fatalf("redemption %s went from %s to %s", w.id, w.state, row.State)
	}
}

// compare holds every account against its purse, and one of them against its rows.
func (m *machine) compare() {
	m.read(func(tx *store.Tx) error {
		for i, who := range m.people {
			found, err := tx.MembersByKey(m.shop.ID, []string{who})
			if err != nil {
				return err
			}
			a, _, err := tx.AccountOfMember(m.shop.ID, m.plan, found[who].ID)
			if err != nil {
				return err
			}
			p := m.model.purses[who]
			have := [4]int{int(a.Pending), int(a.Available), int(a.Held), int(a.Debt)}
			want := [4]int{p.count(pending), p.count(open) - p.debt, p.count(held), p.debt}
			if have != want {
				m.t.Errorf("%s has pending, available, held, debt %v, the model says %v", who, have, want)
			}
			if i != m.serial%len(m.people) || a.ID == 0 {
				continue
			}
			sums, err := tx.SumsOf(m.shop.ID, a.ID)
			if err != nil {
				return err
			}
			if c, needed := ledger.Correct(a, sums); needed {
				m.t.Errorf("account %+v does not agree with its rows: %+v", a, c)
			}
		}
		return nil
	})
}

// finish verifies the whole shop.
func (m *machine) finish() {
	for range 12 { // long enough for a call of unknown outcome to be cleared up
		m.clock.Advance(time.Minute)
		m.sweep()
	}
	m.compare()
	m.compareCoupons()
	m.compareCrowd()
	report, err := m.Verify(m.ctx, m.shop.ID)
	m.must(err)
	for _, v := range report.Violations() {
		m.t.Error(v)
	}
}

// close leaves nothing for the dispatcher to do, also when the run has failed.
func (m *machine) close() {
	_ = m.Store.Write(m.ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM jobs WHERE shop_id = ?`, m.shop.ID)
		return err
	})
}

// sweep does what the schedule does: mature, expire, end codes one after the other.
func (m *machine) sweep() {
	m.model.now = m.now()
	for n := 1; n > 0; {
		var err error
		n, err = m.MatureLots(m.ctx, m.shop.ID, 50)
		m.must(err)
	}
	for n := 1; n > 0; {
		var err error
		n, err = m.ExpireLots(m.ctx, m.shop.ID, 50)
		m.must(err)
	}
	for _, who := range m.people {
		m.model.mature(m.model.purses[who])
	}
	for _, who := range m.people {
		m.model.expire(m.model.purses[who])
	}
	m.work()
	for n := 1; n > 0; {
		var err error
		n, err = m.ExpireCodes(m.ctx, m.shop, 1)
		m.must(err)
		m.work()
	}
}
