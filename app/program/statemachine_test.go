package program_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/app/voucher"
)

// believe is what the model makes of a batch: merges first, then what people
// did, then orders in the order in which they were placed, then their codes.
func (m *machine) believe(list []*parcel) {
	deeds, orders := map[string]deed{}, map[string]order{}
	var deedKeys, orderKeys []string
	for _, p := range list {
		switch {
		case p.merge[0] != "":
			if m.model.purses[p.merge[0]] != m.model.purses[p.merge[1]] {
				m.crowd.merge(m.model.purses[p.merge[0]], m.model.purses[p.merge[1]])
				m.model.merge(p.merge[0], p.merge[1])
			}
		case p.deed != nil:
			if have, seen := deeds[p.deed.key]; !seen || p.deed.updated > have.updated {
				deeds[p.deed.key] = *p.deed
				if !seen {
					deedKeys = append(deedKeys, p.deed.key)
				}
			}
		case p.order != nil:
			if have, seen := orders[p.order.key]; !seen || p.order.updated > have.updated {
				orders[p.order.key] = *p.order
				if !seen {
					orderKeys = append(orderKeys, p.order.key)
				}
			}
		}
	}
	for _, key := range deedKeys {
		if d := deeds[key]; d.updated > m.done[key].updated {
			m.done[key] = d
			worth := 0
			if d.approved {
				worth = d.worth
			}
			m.post(d.key, d.customer, worth, d.at, lifetime(d.at, m.zone))
		}
	}
	var fresh []order
	for _, key := range orderKeys {
		if o := orders[key]; o.updated > m.known[key].updated {
			m.known[key] = o
			fresh = append(fresh, o)
		}
	}
	slices.SortStableFunc(fresh, func(x, y order) int { return cmp.Compare(x.placed, y.placed) })
	for _, o := range fresh {
		v := m.planAt(o.placed)
		from := o.placed
		if o.paid != 0 {
			from = o.paid
		}
		m.post(o.key, o.customer, o.worth(v.rate), from+int64(v.pending)*dayMillis, lifetime(o.placed, m.zone))
		m.crowd.buys(m.model.purses[o.customer], o)
	}
	for _, o := range fresh {
		if o.wish != nil {
			m.model.settleCode(o)
		}
		if o.coupon != nil {
			o.coupon.settle(o)
		}
		m.assign(o)
	}
}

// post brings what a fact has earned to what it is worth. A fact that moves to
// somebody else is taken from the one and given to the other, if there is one.
func (m *machine) post(fact, customer string, worth int, opens, expires int64) {
	had, has := m.model.purses[m.owners[fact]], m.model.purses[customer]
	have := m.earned[fact]
	if had != nil && had != has && have > 0 {
		m.model.takeBack(had, have, fact)
		have = 0
	}
	m.owners[fact] = customer
	switch {
	case has == nil:
		worth = 0
	case worth > have:
		m.model.credit(has, worth-have, fact, opens, expires)
	case worth < have:
		m.model.takeBack(has, have-worth, fact)
	}
	m.earned[fact] = worth
}

func pick[T any](m *machine, list []T, name string) (T, bool) {
	if len(list) == 0 {
		var none T
		return none, false
	}
	return rapid.SampledFrom(list).Draw(m.t, name), true
}

func (m *machine) someone() string { return rapid.SampledFrom(m.people).Draw(m.t, "who") }

func (m *machine) placeOrder() {
	m.serial++
	o := &order{key: fmt.Sprint("o", m.serial), customer: m.someone(), status: "placed", placed: m.now()}
	for i := range o.lines {
		o.lines[i] = rapid.IntRange(1, 30).Draw(m.t, "units")
	}
	for _, w := range m.wishes {
		c, live := m.host.codes[voucher.Fold(w.code)]
		if !w.over && live && c.ref.Active && m.model.purses[w.owner] == m.model.purses[o.customer] && rapid.Bool().Draw(m.t, "code") {
			o.wish, w.over = w, true
			break
		}
	}
	o.coupon = m.pickCoupon()
	m.orders = append(m.orders, o)
	if rapid.Bool().Draw(m.t, "paid") {
		o.status, o.paid = "paid", m.now()
	}
	m.sendOrder(o)
}

func (m *machine) editOrder() {
	o, ok := pick(m, m.orders, "order")
	if !ok {
		return
	}
	i := rapid.IntRange(0, 1).Draw(m.t, "line")
	switch rapid.SampledFrom([]string{"pay", "pay", "void", "cancel", "edit", "refund", "refund", "refund all", "move", "guest"}).Draw(m.t, "change") {
	case "pay":
		o.status, o.paid = "paid", m.now()
	case "void":
		o.status, o.paid = "placed", 0
	case "cancel":
		o.status = "cancelled"
	case "edit":
		o.lines[i] = rapid.IntRange(1, 30).Draw(m.t, "units")
	case "refund":
		o.back[i] += rapid.IntRange(1, 8).Draw(m.t, "back")
	case "refund all":
		o.back = o.lines
	case "move":
		o.customer = m.someone()
	case "guest":
		o.customer = ""
	}
	m.sendOrder(o)
}

func (m *machine) signUp() {
	who := m.someone()
	m.sendDeed(&deed{key: "signup:" + who, customer: who, kind: "signup", at: m.plans[0].from, approved: true, worth: welcome})
}

func (m *machine) review() {
	d, ok := pick(m, m.reviews, "review")
	if !ok || rapid.Bool().Draw(m.t, "new") {
		m.serial++
		d = &deed{key: fmt.Sprint("review:", m.serial), customer: m.someone(), kind: "product_review", at: m.now(), worth: 10}
		m.reviews = append(m.reviews, d)
	}
	d.approved = !d.approved
	m.sendDeed(d)
}

// arrive delivers a few of the messages, the latest with good odds, in any
// order and as often as chance wants.
func (m *machine) arrive() {
	if len(m.parcels) == 0 {
		return
	}
	var batch []*parcel
	for range rapid.IntRange(1, 8).Draw(m.t, "batch") {
		first := 0
		if rapid.Bool().Draw(m.t, "recent") {
			first = max(0, len(m.parcels)-6)
		}
		batch = append(batch, m.parcels[rapid.IntRange(first, len(m.parcels)-1).Draw(m.t, "parcel")])
	}
	m.actions += len(batch) - 1
	m.deliver(batch)
}

func (m *machine) redeem() {
	if slices.ContainsFunc(m.wishes, func(w *wish) bool { return w.state == "pending" }) {
		m.work()
		return
	}
	who := m.someone()
	p := m.model.purses[who]
	n := rapid.IntRange(1, 60).Draw(m.t, "points")
	var member loyalty.ID
	m.read(func(tx *store.Tx) error {
		found, err := tx.MembersByKey(m.shop.ID, []string{who})
		member = found[who].ID
		return err
	})
	m.serial++
	red, err := m.StartRedemption(m.ctx, "shopper:"+who, m.shop, member, program.RedeemRequest{Points: loyalty.Points(n), ClientKey: fmt.Sprint("k", m.serial)})
	if m.model.available(p) < n {
		if loyalty.CodeOf(err) != loyalty.CodeInsufficientPoints {
			m.t.Fatalf("%s asked for %d of %d points: %v", who, n, m.model.available(p), err)
		}
		return
	}
	m.must(err)
	w := &wish{id: red.ID.String(), owner: who, points: n, state: "pending", tokens: m.model.hold(p, n)}
	m.read(func(tx *store.Tx) error {
		code, _, err := tx.CodeByID(m.shop.ID, red.CodeID)
		w.code = code.Code
		return err
	})
	m.wishes = append(m.wishes, w)
	m.hostDoes(rapid.SampledFrom([]string{"ok", "ok", "ok", "refuse", "lost answer", "lost call", "away"}).Draw(m.t, "host"))
	m.work()
}

// hostDoes scripts the answer to the next create call.
func (m *machine) hostDoes(what string) {
	answer := func(h *scriptedHost, code, marker string) (platform.CodeRef, error) {
		switch what {
		case "refuse":
			return platform.CodeRef{}, platform.Refused("no")
		case "lost answer":
			_, err := h.keep(code, marker, voucher.Spec{})
			return platform.CodeRef{}, cmp.Or(err, platform.ErrUnknown)
		case "lost call":
			return platform.CodeRef{}, platform.ErrUnknown
		case "away":
			return platform.CodeRef{}, platform.ErrUnreachable
		}
		return h.keep(code, marker, voucher.Spec{})
	}
	m.host.onCreate = append(m.host.onCreate[:0], answer)
}

func (m *machine) giveUpCode() {
	for _, w := range m.wishes {
		if w.state == "active" && !w.over {
			id, err := loyalty.ParseID(w.id)
			m.must(err)
			var public string
			m.read(func(tx *store.Tx) error {
				red, _, err := tx.RedemptionByID(m.shop.ID, id)
				public = red.PublicID
				return err
			})
			_, err = m.CancelRedemption(m.ctx, "staff:1", m.shop, public)
			m.must(err)
			w.over = true
			m.work()
			return
		}
	}
}

func (m *machine) wait() {
	d := rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 26 * time.Hour, 5 * 24 * time.Hour, 17 * 24 * time.Hour}).Draw(m.t, "wait")
	m.clock.Advance(d)
	m.model.now = m.now()
	if rapid.Bool().Draw(m.t, "schedule runs") {
		m.sweep()
	}
}

func (m *machine) changePlan() {
	m.change(func(*program.PlanDoc) {}, rapid.IntRange(1, 3).Draw(m.t, "rate"), rapid.SampledFrom([]int{0, 0, 2, 14}).Draw(m.t, "pending days"))
}

func (m *machine) mergePeople() {
	from, into := m.someone(), m.someone()
	if from == into {
		return
	}
	body, err := json.Marshal([2]string{from, into})
	m.must(err)
	m.deliver([]*parcel{{topic: platform.CustomersMerged, body: body, merge: [2]string{from, into}}})
}

func (m *machine) adjust() {
	who := m.someone()
	n := rapid.IntRange(-40, 40).Draw(m.t, "points")
	p := m.model.purses[who]
	var member loyalty.ID
	m.read(func(tx *store.Tx) error {
		found, err := tx.MembersByKey(m.shop.ID, []string{who})
		member = found[who].ID
		return err
	})
	m.serial++
	key := fmt.Sprint("a", m.shop.ID, "-", m.serial)
	_, err := m.Adjust(m.ctx, "staff:1", m.shop, program.AdjustRequest{MemberID: member, Points: loyalty.Points(n), Note: "at random", Key: key})
	switch {
	case n == 0:
		if loyalty.CodeOf(err) != loyalty.CodeInvalid {
			m.t.Fatal(err)
		}
	case n > 0:
		m.must(err)
		m.model.credit(p, n, key, m.now(), lifetime(m.now(), m.zone))
	case m.model.available(p) < -n:
		if loyalty.CodeOf(err) != loyalty.CodeInsufficientPoints {
			m.t.Fatal(err)
		}
	default:
		m.must(err)
		m.model.spend(p, -n)
	}
}

// steps is the length of one run: one shop from its opening to its audit.
const steps = 150

func (m *machine) run(count *int) {

	actions := []struct {
		odds int
		do   func()
	}{
		{8, m.placeOrder}, {10, m.editOrder}, {2, m.signUp}, {4, m.review}, {24, m.arrive}, {10, m.redeem},
		{1, m.giveUpCode}, {7, m.wait}, {1, m.changePlan}, {1, m.mergePeople}, {3, m.adjust}, {2, m.issueCoupon}, {1, m.stopCoupon},
		{3, m.wantNews}, {4, m.confirmNews}, {1, m.leaveNews},
	}
	var deck []func()
	for _, a := range actions {
		for range a.odds {
			deck = append(deck, a.do)
		}
	}
	for range steps {
		m.tick()
		m.actions++
		deck[rapid.IntRange(0, len(deck)-1).Draw(m.t, "action")]()
		m.compare()
		m.compareCoupons()
		m.compareCrowd()
		if m.t.Failed() {
			m.t.FailNow()
		}
	}
	m.finish()
	*count += m.actions // a failing run does not count, so that shrinking repeats it in full
}

// wanted is how many actions the test runs on SQLite; MariaDB gets a twentieth.
// make test sets ZUGABE_ACTIONS to 100,000, a nightly run to more.
func wanted(t *testing.T) int {
	text := os.Getenv("ZUGABE_ACTIONS")
	if text == "" {
		return 5_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("ZUGABE_ACTIONS: %v", err)
	}
	return n
}

// runMachine lets a few databases at a time run one shop after the other until
// there were enough actions.
func runMachine(t *testing.T, open func(testing.TB, ...storetest.Option) *store.Store, actions int) {
	const databases = 4
	for i := range databases {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			clock := loyalty.NewManualClock(redeemStart)
			s := open(t, func(c *store.Config) { c.Clock = clock })
			done, shops := 0, 0
			for done < actions/databases && !t.Failed() {
				rapid.Check(t, func(rt *rapid.T) {
					if done >= actions/databases {
						return
					}
					shops++
					clock.Set(redeemStart)
					m := newMachine(rt, s, clock, loyalty.ShopID(shops))
					defer m.close()
					m.run(&done)
				})
			}
			t.Logf("%d actions in %d shops", done, shops)
		})
	}
}

func setFlag(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup(name)
	before := f.Value.String()
	t.Cleanup(func() { _ = flag.Set(name, before) })
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
}

func TestTheLedgerEndsWhereTheModelSays(t *testing.T) { // B1, B2, B5-B8, B10, B12-B14, B16, B17, B19, F2, F4, F5, G1, G4, G5, G14
	setFlag(t, "rapid.shrinktime", "10s")
	t.Run("sqlite", func(t *testing.T) { runMachine(t, storetest.SQLite, wanted(t)) })
	t.Run("mariadb", func(t *testing.T) { runMachine(t, storetest.MariaDB, wanted(t)/20) })
}
