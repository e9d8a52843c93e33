package shopify_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/demoshop"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/shopify"
	"zugabe/app/voucher"
)

var ctx = context.Background()

// bench is the driver on one side and the stand-in host on the other, with real HTTP in between.
type bench struct {
	t      *testing.T
	clock  *loyalty.ManualClock
	shop   *demoshop.Shop
	driver *shopify.Driver
	conn   platform.Conn
	mu     sync.Mutex
	inbox  []platform.Delivery
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, clock: loyalty.NewManualClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))}
	app := httptest.NewServer(http.HandlerFunc(b.receive))
	t.Cleanup(app.Close)
	b.shop = demoshop.New(demoshop.Config{Clock: b.clock, Machine: b.clock, AppURL: app.URL, ClientID: "client", Secrets: []string{"hush-hush-hush-hush"}, Seed: 1})
	b.shop.Seed()
	host := httptest.NewServer(b.shop.Handler())
	t.Cleanup(host.Close)
	b.driver = shopify.New(shopify.Config{
		Client: platform.NewClient(platform.ClientOptions{Timeout: 5 * time.Second, AllowPrivate: true}),
		Pacer:  platform.NewPacer(b.clock, shopify.InitialBudget), Clock: b.clock, BaseURL: func(string) string { return host.URL },
		WebhookAddress: app.URL + "/webhooks/shopify", ClientID: "client", ClientSecret: "hush-hush-hush-hush",
	})
	token, err := b.driver.Exchange(ctx, demoshop.Domain, b.shop.MintSessionToken("42"))
	if err != nil {
		t.Fatal(err)
	}
	b.conn = platform.Conn{ShopID: 1, Domain: demoshop.Domain, Currency: "EUR", Token: func(context.Context) (string, error) { return token.Access, nil }}
	if missing, err := b.driver.CheckSubscriptions(ctx, b.conn); err != nil || len(missing) > 0 {
		t.Fatalf("missing %v, %v", missing, err)
	}
	return b
}

func (b *bench) receive(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Error(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inbox = append(b.inbox, platform.Delivery{Topic: r.Header.Get("X-Shopify-Topic"), Body: body})
}

// changes are what the deliveries so far say.
func (b *bench) changes() []platform.Change {
	b.shop.Deliver(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []platform.Change
	for _, d := range b.inbox {
		some, err := b.driver.Normalise(d, "EUR")
		if err != nil {
			b.t.Errorf("%s: %v", d.Topic, err)
		}
		out = append(out, some...)
	}
	return out
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) fetch(id int64) earning.Sale {
	b.t.Helper()
	sales, err := b.driver.FetchOrders(ctx, b.conn, []string{strconv.FormatInt(id, 10)})
	b.must(err)
	if len(sales) != 1 {
		b.t.Fatalf("%d orders", len(sales))
	}
	return sales[0]
}

// agree checks the newest webhook snapshot of an order against what the API
// says: the two ways of reading an order must agree.
func (b *bench) agree(read earning.Sale) {
	b.t.Helper()
	var told *earning.Sale
	for _, c := range b.changes() {
		if c.Kind == platform.SaleSnapshot && c.Key == read.Key {
			told = c.Sale
		}
	}
	if told == nil {
		b.t.Fatal("no webhook tells of the order")
	}
	if told.UpdatedAt == read.UpdatedAt {
		b.same(*told, read)
	}
}

func (b *bench) same(told, read earning.Sale) {
	b.t.Helper()
	if told.Status != read.Status || told.Shipping != read.Shipping || len(told.Lines) != len(read.Lines) || len(told.Codes) != len(read.Codes) ||
		len(told.Refunds) != len(read.Refunds) || told.CustomerKey != read.CustomerKey || told.Rank != read.Rank {
		b.t.Fatalf("the webhook says\n%+v\nthe API says\n%+v", told, read)
	}
	for i := range told.Lines {
		if t, r := told.Lines[i], read.Lines[i]; t.Key != r.Key || t.Quantity != r.Quantity || t.Net != r.Net || t.Tax != r.Tax {
			b.t.Fatalf("line %d: the webhook says %+v, the API %+v", i, t, r)
		}
	}
	for i := range told.Codes {
		if told.Codes[i] != read.Codes[i] {
			b.t.Fatalf("code %d: the webhook says %+v, the API %+v", i, told.Codes[i], read.Codes[i])
		}
	}
}

// worth is what a sale is worth in goods without VAT after its refunds, like OrderNet of the stand-in host.
func worth(s earning.Sale) int64 {
	if s.Status == earning.SaleCancelled || s.PaidAt == 0 {
		return 0
	}
	gift := map[string]bool{}
	var net int64
	for _, l := range s.Lines {
		gift[l.Key] = l.GiftCard
		if !l.GiftCard {
			net += l.Net
		}
	}
	for _, r := range s.Refunds {
		for _, l := range r.Lines {
			if !gift[l.LineKey] {
				net -= l.Net
			}
		}
	}
	return net
}

func (b *bench) checkWorth(id int64, when string) earning.Sale {
	b.t.Helper()
	sale := b.fetch(id)
	b.agree(sale)
	b.clock.Advance(time.Minute)
	if got, want := worth(sale), b.shop.OrderNet(id); got-want > 1 || want-got > 1 {
		b.t.Fatalf("%s: worth %d, the host says %d: %+v", when, got, want, sale)
	}
	return sale
}

var optionForm = regexp.MustCompile(`name="id" value="(\d+)"`)

// variant reads the first variant of a product off its page.
func (b *bench) variant(handle string) int64 {
	b.t.Helper()
	page := httptest.NewRecorder()
	b.shop.Handler().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/products/"+handle, nil))
	found := optionForm.FindStringSubmatch(page.Body.String())
	if found == nil {
		b.t.Fatalf("no article on the page of %s: %s", handle, page.Body)
	}
	id, err := strconv.ParseInt(found[1], 10, 64)
	b.must(err)
	return id
}

func (b *bench) buy(customer int64, code ...string) *demoshop.Order {
	b.t.Helper()
	cart := []demoshop.CartLine{{Variant: b.variant("kochbuch"), Quantity: 3}, {Variant: b.variant("schokolade"), Quantity: 2}}
	o, err := b.shop.Checkout(demoshop.Buy{Customer: customer, Cart: cart, Codes: code})
	b.must(err)
	return o
}

// covers: D3, D4, S4-08
func TestTheLifeOfACodeAtTheStandInHost(t *testing.T) {
	b := newBench(t)
	c, err := b.shop.Register("eva@demo.example", "Eva", "E")
	b.must(err)
	now := loyalty.NowMs(b.clock)
	spec := voucher.Spec{Kind: voucher.Absolute, Minor: 500, Currency: "EUR", Title: "Points", CustomerKeys: []string{strconv.FormatInt(c.ID, 10)},
		UsageLimit: 1, OncePerPerson: true, StartsAt: now, EndsAt: now + 30*24*3600_000}
	made, err := b.driver.CreateCode(ctx, b.conn, "LOYAL-1", "77", spec)
	b.must(err)
	found, there, err := b.driver.FindCode(ctx, b.conn, "loyal-1")
	if err != nil || !there || found.HostRef != made.HostRef || !found.Ours || !found.Active || found.Marker != "77" {
		t.Fatalf("%+v, %v, %v", found, there, err)
	}
	if _, err = b.driver.CreateCode(ctx, b.conn, "loyal-1", "78", spec); !errors.Is(err, platform.ErrTaken) {
		t.Fatalf("got %v", err)
	}
	o := b.buy(c.ID, "LOYAL-1")
	if sale := b.checkWorth(o.ID, "with a code"); len(sale.Codes) != 1 || sale.Codes[0] != (earning.UsedCode{Code: "LOYAL-1", Minor: 500}) {
		t.Fatalf("codes %+v", sale.Codes)
	}
	for range 2 { // the second time it is dead already
		b.must(b.driver.DisableCode(ctx, b.conn, made.HostRef))
	}
	if found, _, err = b.driver.FindCode(ctx, b.conn, "LOYAL-1"); err != nil || found.Active {
		t.Fatalf("%+v, %v", found, err)
	}
	for range 2 {
		b.must(b.driver.DeleteCode(ctx, b.conn, made.HostRef))
	}
	if _, there, err = b.driver.FindCode(ctx, b.conn, "LOYAL-1"); there || err != nil {
		t.Fatalf("%v, %v", there, err)
	}
	spec.Minor, spec.Kind, spec.Percent = 0, voucher.FreeShipping, 0
	_, err = b.driver.CreateCode(ctx, b.conn, "SHIP-1", "79", spec)
	b.must(err)
}

// covers: B1, B3, B5, S4-30
func TestAnOrderKeepsItsWorthThroughRefundsAndEdits(t *testing.T) {
	b := newBench(t)
	c, err := b.shop.Register("eva@demo.example", "Eva", "E")
	b.must(err)
	o := b.buy(c.ID)
	b.checkWorth(o.ID, "paid")
	line := b.fetch(o.ID).Lines[0]
	id, err := strconv.ParseInt(line.Key, 10, 64)
	b.must(err)
	if len(line.Collections) == 0 {
		t.Error("no collections")
	}
	b.must(b.shop.Refund(o.ID, []demoshop.RefundWish{{Line: id, Quantity: 1}}, false))
	b.checkWorth(o.ID, "one refunded")
	b.must(b.shop.EditRemove(o.ID, id, 1, false))
	b.checkWorth(o.ID, "one removed")
	b.must(b.shop.EditRemove(o.ID, id, 1, true))
	b.checkWorth(o.ID, "one removed as a refund without money")
	b.must(b.shop.Refund(o.ID, nil, true))
	if sale := b.checkWorth(o.ID, "all refunded"); worth(sale) != 0 || sale.Status != earning.SalePaid || sale.Refunds[len(sale.Refunds)-1].Shipping != sale.Shipping {
		t.Fatalf("worth %d: %+v", worth(sale), sale)
	}
	o = b.buy(c.ID)
	b.must(b.shop.Fulfil(o.ID))
	if sale := b.checkWorth(o.ID, "sent"); sale.Status != earning.SaleFulfilled || sale.FulfilledAt == 0 {
		t.Fatalf("%+v", sale)
	}
	b.must(b.shop.Chargeback(o.ID))
	if sale := b.fetch(o.ID); sale.Status != earning.SaleCancelled {
		t.Fatalf("charged back: %+v", sale)
	}
	page, err := b.driver.OrdersSince(ctx, b.conn, b.clock.Now().Add(-time.Hour).UnixMilli(), "")
	if err != nil || len(page.Sales) != 2 || page.Next != "" {
		t.Fatalf("%d orders since, next %q, %v", len(page.Sales), page.Next, err)
	}
}

func TestPeopleBalancesAndTheShopAtTheStandInHost(t *testing.T) {
	b := newBench(t)
	about, err := b.driver.Describe(ctx, b.conn)
	if err != nil || about.Domain != demoshop.Domain || about.Currency != "EUR" || about.Zone == "" || len(about.Scopes) == 0 {
		t.Fatalf("%+v, %v", about, err)
	}
	if named, err := b.driver.Collections(ctx, b.conn); err != nil || len(named) == 0 || named[0].Key == "" || named[0].Title == "" {
		t.Fatalf("collections %+v, %v", named, err)
	}
	c, err := b.shop.Register("eva@demo.example", "Eva", "E")
	b.must(err)
	key := strconv.FormatInt(c.ID, 10)
	b.must(b.driver.PublishBalances(ctx, b.conn, []platform.PublicBalance{{CustomerKey: key, Points: 12, Currency: "EUR"}, {CustomerKey: "999999", Currency: "EUR"}}))
	if gone, err := b.driver.CustomerGone(ctx, b.conn, key); gone || err != nil {
		t.Fatalf("%v, %v", gone, err)
	}
	if gone, err := b.driver.CustomerGone(ctx, b.conn, "999999"); !gone || err != nil {
		t.Fatalf("%v, %v", gone, err)
	}
	_, err = b.shop.Newsletter("eva@demo.example")
	b.must(err)
	b.must(b.shop.Confirm(b.shop.ConfirmationOf(c.ID)))
	b.shop.Unsubscribe(c.ID)
	var states []string
	for _, change := range b.changes() {
		if change.Kind == platform.ConsentChanged {
			states = append(states, string(change.Activity.State))
		}
	}
	if got := strings.Join(states, " "); got != "pending approved withdrawn" {
		t.Fatalf("the newsletter was %s", got)
	}
	b.shop.Uninstall()
	if _, err := b.driver.Describe(ctx, b.conn); !errors.Is(err, platform.ErrRevoked) {
		t.Fatalf("after the uninstall: %v", err)
	}
}
