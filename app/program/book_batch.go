package program

import (
	"sync"

	"zugabe/app/crash"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// batch books deliveries of one shop in one transaction. It lives for one
// attempt and is then thrown away, so nothing in it survives a rollback. The
// number of statements does not grow with the number of new sales.
type batch struct {
	p         *Program
	tx        *store.Tx
	shop      loyalty.Shop
	now       int64
	plans     *planSet
	people    people
	canReread bool
	doubt     bool // an attempt before this one lost a race: look which deliveries are still open

	sales      []*bookedSale
	activities []*bookedActivity
	bought     map[loyalty.ID]int64 // members who bought for the first time, and when
	compares   func() (bool, error) // whether the shop compares who brings whom; asked once
	settled    *settlement          // what settle decided; nil before
}

func newBatch(p *Program, tx *store.Tx, shop loyalty.Shop) *batch {
	b := &batch{p: p, tx: tx, shop: shop, now: p.now(), bought: map[loyalty.ID]int64{}}
	b.compares = sync.OnceValues(func() (bool, error) { return p.comparesPeople(tx, shop, b.plans) })
	return b
}

// run books what is still open of the list and marks it as finished. The order
// of the steps is the order of the locks: people, accounts, then everything
// that hangs on an account.
func (b *batch) run(list []*incoming) error {
	live, err := b.open(list)
	if err != nil || len(live) == 0 {
		return err
	}
	if b.plans, err = b.p.plansOf(b.tx, b.shop); err != nil {
		return err
	}
	facts := sortFacts(live)
	if err := b.meet(facts); err != nil {
		return err
	}
	if err := b.claimCodes(facts.customers); err != nil {
		return err
	}
	if err := b.judgeActivities(facts.activities); err != nil {
		return err
	}
	if err := b.judgeSales(facts.sales); err != nil {
		return err
	}
	if err := b.settle(); err != nil {
		return err
	}
	if err := b.keep(); err != nil {
		return err
	}
	crash.Point("book.kept")
	err = b.finish(live)
	crash.Point("book.finished")
	return err
}

// finish marks the deliveries. If another worker has finished some of them
// meanwhile, all starts over and asks first which are still open.
func (b *batch) finish(list []*incoming) error {
	moved, err := finish(b.tx, b.shop.ID, list, b.now)
	if err != nil || b.doubt {
		return err
	}
	for _, in := range list {
		if in.id != 0 {
			moved--
		}
	}
	if moved != 0 {
		return errRaced
	}
	return nil
}

// open drops the deliveries that another worker has finished meanwhile. There are
// none as a rule, because a lane is leased: the first attempt does not ask.
func (b *batch) open(list []*incoming) ([]*incoming, error) {
	if !b.doubt {
		return list, nil
	}
	var ids []loyalty.ID
	for _, in := range list {
		if in.id != 0 {
			ids = append(ids, in.id)
		}
	}
	var open map[loyalty.ID]bool
	if len(ids) > 0 {
		var err error
		if open, err = b.tx.OpenDeliveries(b.shop.ID, ids); err != nil {
			return nil, err
		}
	}
	live := make([]*incoming, 0, len(list))
	for _, in := range list {
		if in.id == 0 || open[in.id] {
			live = append(live, in)
		}
	}
	return live, nil
}

// facts are the changes of a batch by what they are about.
type facts struct {
	sales      []saleFact
	activities []earning.Activity
	customers  []platform.Customer
}

// saleFact is one thing told about an order. Sale is nil if it is gone.
type saleFact struct {
	key      string
	sale     *earning.Sale
	delivery loyalty.ID
	at       int64 // Unix ms, of the delivery
	truth    bool
}

func sortFacts(list []*incoming) facts {
	var f facts
	for _, in := range list {
		for _, c := range in.changes {
			switch c.Kind {
			case platform.SaleSnapshot, platform.SaleDeleted:
				f.sales = append(f.sales, saleFact{key: saleKeyOf(c), sale: c.Sale, delivery: in.id, at: in.at, truth: in.truth})
			case platform.ActivityChanged, platform.ConsentChanged:
				f.activities = append(f.activities, *c.Activity)
			case platform.CustomerSnapshot:
				customer := *c.Customer
				if customer.CreatedAt == 0 {
					customer.CreatedAt = in.at
				}
				if customer.UpdatedAt == 0 {
					customer.UpdatedAt = in.at
				}
				f.customers = append(f.customers, customer)
				if customer.HasLogin {
					f.activities = append(f.activities, signupOf(customer))
				}
			case platform.SaleTouched:
				in.end, in.reason = store.DeliveryIgnored, "the order itself comes in another delivery"
			}
		}
	}
	return f
}

// signupOf says that a customer has an account: what every record of one tells.
func signupOf(c platform.Customer) earning.Activity {
	return earning.Activity{Key: "signup:" + c.Key, Kind: earning.ActivitySignup, CustomerKey: c.Key,
		State: earning.ActivityApproved, At: c.CreatedAt, UpdatedAt: c.CreatedAt,
		Contact: earning.Contact{Email: c.Email, FirstName: c.FirstName, LastName: c.LastName, Locale: c.Locale}}
}
