package webhooks_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
	"zugabe/webhooks"
)

// A2.
func TestTheSameDeliveryFiftyTimesAtOnceIsStoredOnce(t *testing.T) {
	each(t, func(t *testing.T, d *door) {
		body := `{"id":1}`
		var wg sync.WaitGroup
		start := make(chan struct{})
		for range 50 {
			wg.Go(func() {
				<-start
				if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w")); got != 200 {
					t.Errorf("status %d", got)
				}
			})
		}
		close(start)
		wg.Wait()
		d.wantRows(1, 1)
	})
}

// A27: rows that are committed after their request was given up hold what was
// sent, although others have used the buffers since. With header values that
// are not copied this fails.
func TestDeliveriesSurviveTheReuseOfBuffers(t *testing.T) {
	d := sqliteDoor(t, func(deps *webhooks.Deps) { deps.Answer = time.Second })
	release := blocked(t, d, "x")
	defer release()
	send := func(i int) int {
		noise := make([]byte, 200+i)
		_, _ = rand.Read(noise)
		body := hex.EncodeToString(noise)
		sum := sha256.Sum256([]byte(body))
		return d.post("/webhooks/shopify", body, shopifyHeaders(body, hex.EncodeToString(sum[:])).with("X-Shopify-Topic", "t/"+hex.EncodeToString(sum[:8])))
	}
	var given, late sync.WaitGroup
	given.Go(func() { send(0) }) // is being committed
	storetest.Eventually(t, "the first is inside", func() bool { return d.door.Inside() == 1 })
	for i := range 30 {
		given.Go(func() { send(i) }) // wait in the queue and are given up
	}
	given.Wait()
	for i := range 30 {
		late.Go(func() { send(i) }) // use the buffers again
	}
	storetest.Eventually(t, "the next are inside", func() bool { return d.door.Inside() == 30 })
	release()
	late.Wait()
	rows := d.rows(1)
	if len(rows) < 31 {
		t.Fatalf("%d rows: nothing was committed late", len(rows))
	}
	for _, r := range rows {
		sum := sha256.Sum256(r.Body)
		if r.Key != hex.EncodeToString(sum[:]) || r.Topic != "t/"+hex.EncodeToString(sum[:8]) {
			t.Errorf("delivery %s does not hold what was sent: %s %s", r.ID, r.Topic, r.Key)
		}
	}
}

// blocked holds what the next insert needs until release is called.
func blocked(t *testing.T, d *door, body string) (release func()) {
	t.Helper()
	held, let := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	var once sync.Once
	wg.Go(func() {
		err := d.store.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.InsertDeliveries([]store.PackedDelivery{store.PackDelivery(store.Delivery{ID: 1, Shop: 1, Host: "shopify",
				Topic: "orders/paid", Key: "w", Body: []byte(body)})})
			once.Do(func() { close(held) })
			<-let
			if err == nil {
				err = context.Canceled // leaves nothing behind
			}
			return err
		})
		if err != context.Canceled {
			t.Errorf("the blocking transaction: %v", err)
		}
	})
	<-held
	return sync.OnceFunc(func() { close(let); wg.Wait() })
}

// A29: slow storage is 503 in time, never 200 without a row; the repeat succeeds.
func TestASlowDatabaseIsAnsweredWith503InTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := open(t, s, func(deps *webhooks.Deps) { deps.Answer = 400 * time.Millisecond }).shops()
		body := `{"id":1}`
		warm := `{"id":0}`
		d.post("/webhooks/shopify", warm, shopifyHeaders(warm, "warm"))
		release := blocked(t, d, body)
		defer release()
		start := deadline(0)
		if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w")); got != 503 {
			t.Errorf("status %d", got)
		}
		if took := deadline(0).Sub(start); took > 2*time.Second {
			t.Errorf("answered after %s", took)
		}
		release()
		storetest.Eventually(t, "the repeat is stored", func() bool {
			return d.post("/webhooks/shopify", body, shopifyHeaders(body, "w")) == 200
		})
		d.wantRows(1, 2)
	})
}

func TestTheAnswerTimeIsBelowWhatHostsWait(t *testing.T) {
	d := sqliteDoor(t)
	release := blocked(t, d, "x")
	defer release()
	// The shop is looked up by a reader, which nothing blocks; only the write waits.
	body := `{"id":1}`
	start := deadline(0)
	if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w")); got != 503 {
		t.Errorf("status %d", got)
	}
	if took := deadline(0).Sub(start); took > 4500*time.Millisecond {
		t.Errorf("answered after %s; hosts hang up after 5 s", took)
	}
}

// Backpressure: with the database stuck, the queue fills and the rest is told to come back.
func TestAFullHouseTurnsDeliveriesAwayInsteadOfKeepingThem(t *testing.T) {
	d := sqliteDoor(t, func(deps *webhooks.Deps) { deps.Answer = 3 * time.Second })
	release := blocked(t, d, "x")
	defer release()
	big := strings.Repeat("x", 5<<20)
	h := shopifyHeaders(big, "w")
	var wg sync.WaitGroup
	var away atomic.Int64
	for range 30 {
		wg.Go(func() {
			if d.post("/webhooks/shopify", big, h) == 503 {
				away.Add(1)
			}
		})
	}
	wg.Wait()
	if away.Load() != 30 {
		t.Errorf("%d of 30 were turned away", away.Load())
	}
	d.wantResult("overloaded", func(n float64) bool { return n > 0 })
	release()
	storetest.Eventually(t, "the door works again", func() bool {
		body := `{"id":1}`
		return d.post("/webhooks/shopify", body, shopifyHeaders(body, "w2")) == 200
	})
}

func TestAnOutageOfTheLookupIs503(t *testing.T) {
	s := storetest.SQLite(t)
	d := open(t, s).shops()
	err := s.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE shop_secrets SET key_id = ? WHERE shop_id = ?`, "lost", 3)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	body := `{"id":1}`
	if got := d.post("/webhooks/woocommerce/"+wooKey, body, wooHeaders(body, "w")); got != 503 {
		t.Errorf("a secret that cannot be opened: %d; a 4xx would disable the webhook", got)
	}
}

// A26.
func TestAPanicIsAnsweredAndTheDoorLivesOn(t *testing.T) {
	boom := atomic.Bool{}
	d := sqliteDoor(t, func(deps *webhooks.Deps) {
		deps.Clock = panicClock{deps.Clock, &boom}
	})
	body := `{"id":1}`
	boom.Store(true)
	if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w")); got != 500 {
		t.Errorf("status %d", got)
	}
	boom.Store(false)
	if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w")); got != 200 {
		t.Errorf("afterwards: %d", got)
	}
}

type panicClock struct {
	loyalty.Clock
	boom *atomic.Bool
}

func (c panicClock) Now() time.Time {
	if c.boom.Load() {
		panic("injected")
	}
	return c.Clock.Now()
}

// A28, in small: a burst is taken whole, and every 200 has its row.
func TestABurstIsTakenWhole(t *testing.T) {
	each(t, func(t *testing.T, d *door) {
		const senders, each = 64, 40
		var wg sync.WaitGroup
		for w := range senders {
			wg.Go(func() {
				for i := range each {
					body := fmt.Sprintf(`{"id":%d,"pad":"%s"}`, w*each+i, strings.Repeat("Mug 23.80 ", 200))
					if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w")); got != 200 {
						t.Errorf("status %d", got)
					}
				}
			})
		}
		wg.Wait()
		d.wantRows(1, senders*each)
	})
}

func TestWorkersAreWokenAfterTheCommit(t *testing.T) {
	woken := make(chan string, 10)
	d := sqliteDoor(t, func(deps *webhooks.Deps) { deps.Wake = func(what string) { woken <- what } })
	body := `{"id":1}`
	d.post("/webhooks/shopify", body, shopifyHeaders(body, "w"))
	if what := <-woken; what != "deliveries" {
		t.Errorf("woken for %q", what)
	}
}

func TestClosingTheDoorStoresWhatIsInside(t *testing.T) {
	d := sqliteDoor(t)
	release := blocked(t, d, "x")
	defer release()
	statuses := make(chan int, 10)
	for i := range 10 {
		go func() {
			body := fmt.Sprintf(`{"id":%d}`, i)
			statuses <- d.post("/webhooks/shopify", body, shopifyHeaders(body, "w"))
		}()
	}
	storetest.Eventually(t, "ten are inside", func() bool { return d.door.Inside() == 10 })
	closed := make(chan error, 1)
	go func() { closed <- d.door.Close(context.Background()) }()
	release()
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	taken := 0
	for range 10 {
		if <-statuses == http.StatusOK {
			taken++
		}
	}
	if taken != 10 {
		t.Errorf("%d of 10 were taken", taken)
	}
	d.wantRows(1, 10)
}

func TestDeliveriesAboutOneOrderShareALane(t *testing.T) {
	d := sqliteDoor(t)
	for _, x := range []struct{ topic, body string }{
		{"orders/paid", `{"id":820982911946154508,"x":1}`},
		{"orders/updated", `{ "id": 820982911946154508 ,"email":"a"}`},
		{"orders/edited", `{"id":"gid:\/\/shopify\/Order\/820982911946154508"}`},
		{"refunds/create", `{"id":5,"order_id":820982911946154508}`},
		{"action.woocommerce_order_refunded", `{"action":"x","arg":820982911946154508}`},
	} {
		if got := d.post("/webhooks/shopify", x.body, shopifyHeaders(x.body, "w").with("X-Shopify-Topic", x.topic)); got != 200 {
			t.Fatal(got)
		}
	}
	lanes := map[int64]int{}
	for _, r := range d.rows(1) {
		lanes[r.Lane]++
	}
	if len(lanes) != 1 {
		t.Errorf("lanes %v", lanes)
	}
	for i := range 200 {
		body := fmt.Sprintf(`{"id":%d}`, i)
		d.post("/webhooks/shopify", body, shopifyHeaders(body, "w"))
	}
	for _, r := range d.rows(1) {
		lanes[r.Lane]++
		if r.Lane < 0 || r.Lane >= store.Lanes {
			t.Errorf("lane %d", r.Lane)
		}
	}
	if len(lanes) != store.Lanes {
		t.Errorf("only %d lanes are used", len(lanes))
	}
}

func (d *door) wantResult(reason string, ok func(float64) bool) {
	d.t.Helper()
	families, err := d.reg.Gather()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "result" && l.GetValue() == reason && ok(m.GetCounter().GetValue()) {
					return
				}
			}
		}
	}
	d.t.Errorf("no fitting counter for %q", reason)
}
