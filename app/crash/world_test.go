package crash_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"zugabe/app/demoshop"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

const (
	clientID = "zugabe-crash-app"
	secret   = "a secret that only opens the shop of this test"
)

// world is a shop with the app installed in it. The shop lives in this process,
// the app in a child that may die at any moment and is started again.
type world struct {
	t     testing.TB
	dir   string
	db    string // the database as this process reaches it
	appDB string // the same as the child reaches it, perhaps through a proxy
	front string // the shop as its customers reach it
	post  string // the mail server whose mailbox is the shop's
	host  string // the shop as the child reaches it, perhaps through a proxy
	clock *sharedClock
	shop  *demoshop.Shop
	addr  string
	raw   *sql.DB
	acks  *ackBook

	app       *child
	installed int  // webhooks acknowledged when the app was installed
	armed     bool // the running child is to die
	crashes   int
	eager     bool // time passes quickly while something is waited for
	step      time.Duration
	level     string   // of the child's log; empty = warn
	notice    string   // that the child gives before it takes no more requests; empty = none
	role      string   // of the child; empty = all
	pressed   *child   // that has answered the newest wish
	erased    []string // addresses of which nothing may be left
	persons   int
	rich      *person
}

// newWorld prepares a shop and a database; no child runs yet.
func newWorld(t testing.TB, database string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), db: database, appDB: database, addr: freePort(t), acks: &ackBook{}, eager: true, step: 10 * time.Second}
	w.clock = newSharedClock(t, w.dir)
	w.shop = demoshop.New(demoshop.Config{
		Clock: w.clock.OffsetClock, AppURL: "http://" + w.addr, ClientID: clientID, Secrets: []string{secret}, Seed: 1,
		Client: &http.Client{Timeout: 20 * time.Second, Transport: w.acks},
	})
	w.shop.Seed()
	server := httptest.NewServer(w.shop.Handler())
	t.Cleanup(server.Close)
	w.front, w.host = server.URL, server.URL
	post := w.shop.Post()
	var err error
	w.post, err = post.Start("127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = post.Close() })
	w.raw = rawSQL(t, database)
	return w
}

// rawSQL looks into the database beside the app that uses it.
func rawSQL(t testing.TB, database string) *sql.DB {
	t.Helper()
	driver, dsn := "sqlite", "file:"+strings.TrimPrefix(database, "sqlite://")+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)"
	if u, err := url.Parse(database); err == nil && u.Scheme == "mysql" {
		driver, dsn = "mysql", u.User.String()+"@tcp("+u.Host+")"+u.Path
	}
	db, err := sql.Open(driver, dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (w *world) env(crashAt string) []string {
	return []string{
		"DATABASE_URL=" + w.appDB, "ZUGABE_PUBLIC_URL=http://" + w.addr, "ZUGABE_TESTING=true", "ZUGABE_SHOPIFY_BASE_URL=" + w.host,
		"ZUGABE_KEYS=test:" + base64.StdEncoding.EncodeToString([]byte("32 bytes that seal test secrets.")),
		"SHOPIFY_APPS=" + clientID + ":" + secret, "ZUGABE_LOG_LEVEL=" + cmp.Or(w.level, "warn"),
		"ZUGABE_SMTP_URL=smtp://" + w.post, "ZUGABE_MAIL_FROM=post@points.example.com",
		"ZUGABE_CRASH_CLOCK=" + w.clock.path, "ZUGABE_CRASH_AT=" + crashAt,
		"ZUGABE_STOP_NOTICE=" + cmp.Or(w.notice, "0s"),
	}
}

// start runs the app; crashAt is "name:nth" of the point at which it is to die, or empty.
func (w *world) start(crashAt string) {
	w.t.Helper()
	w.armed = crashAt != ""
	w.app = w.another(w.addr, crashAt)
	until(w.t, "the app answers", func() {}, func() bool { return w.app.ended() || answers(w.addr) })
	if w.app.ended() && !w.armed {
		w.t.Fatalf("the app ended at its start:\n%s", w.app.said())
	}
}

// another runs one more process of the app on the same database.
func (w *world) another(addr, crashAt string) *child {
	return spawn(w.t, w.dir, append(w.env(crashAt), "ZUGABE_LISTEN="+addr), "serve", "--metrics-listen=", "--role="+cmp.Or(w.role, "all"))
}

var probe = &http.Client{Timeout: 5 * time.Second}

func answers(addr string) bool {
	res, err := probe.Get("http://" + addr + "/readyz")
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// watch starts the app again after the death that was asked for.
func (w *world) watch() {
	if !w.app.ended() {
		return
	}
	if !w.armed || !w.app.killed() {
		w.t.Fatalf("the app ended by itself: %s\n%s", w.app.cmd.ProcessState, w.app.said())
	}
	w.crashes++
	w.start("")
}

// until lets the shop deliver and time pass until done; a child that dies as it
// was asked to is started again.
func (w *world) until(what string, done func() bool) {
	w.t.Helper()
	calm := time.NewTimer(300 * time.Millisecond)
	defer calm.Stop()
	quick := false
	until(w.t, what, func() {
		w.watch()
		w.shop.Deliver(context.Background())
		select {
		case <-calm.C:
			quick = w.eager
		default:
		}
		if quick {
			w.clock.pass(w.t, w.step)
		}
	}, done)
}

// settled says that nothing waits: no delivery, no call that a member waits for.
func (w *world) settled() bool {
	if _, waiting := w.shop.Deliver(context.Background()); waiting > 0 {
		return false
	}
	return w.worked()
}

// worked says that nothing waits in the app.
func (w *world) worked() bool {
	return w.number(`SELECT COUNT(*) FROM deliveries WHERE state IN (0, 1)`) == 0 &&
		w.number(`SELECT COUNT(*) FROM jobs WHERE state IN (0, 3) AND kind IN ('create_code', 'disable_code', 'publish_balance', 'check_subscriptions')`) == 0
}

// number reads one number; -1 while the database cannot say.
func (w *world) number(query string, args ...any) int64 {
	var n sql.NullInt64
	if err := w.raw.QueryRow(query, args...).Scan(&n); err != nil {
		return -1
	}
	return n.Int64
}

// ask sends a request and returns its status, 0 if nobody answered.
func (w *world) ask(method, path, bearer string) int {
	req, err := http.NewRequest(method, "http://"+w.addr+path, nil)
	must(w.t, err)
	req.Header.Set("Authorization", "Bearer "+bearer)
	res, err := probe.Do(req)
	if err != nil {
		return 0
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// install opens the app in the shop's admin as often as it takes.
func (w *world) install() {
	w.t.Helper()
	visit := func() bool {
		return w.ask(http.MethodGet, "/api/admin/v1/shop", w.shop.MintSessionToken("1")) == http.StatusOK
	}
	w.until("the app is installed and has its subscriptions", func() bool {
		return visit() && len(w.shop.Subscriptions()) > 0 && w.settled()
	})
	w.installed = w.acks.count()
	w.clock.pass(w.t, 2*time.Second) // the shop counts in whole seconds: who comes now comes after the installation
}

// audit stops the app and looks at everything that must hold whatever happened.
func (w *world) audit() {
	w.t.Helper()
	if code := w.app.stop(w.t); code != 0 {
		w.t.Fatalf("exit code %d after SIGTERM:\n%s", code, w.app.said())
	}
	w.verify()
	w.acks.check(w.t, w.raw)
	w.oneCodeEach()
}

// verify is ledger verify in this process. Of erased people no address may be left
// in what the host has told us.
func (w *world) verify() {
	t := w.t
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: w.db, Clock: w.clock})
	must(t, err)
	defer func() { must(t, s.Close()) }()
	p := program.Program{Store: s, Clock: w.clock, IDs: loyalty.NewIDs(w.clock)}
	report, err := p.Verify(context.Background())
	must(t, err)
	if !report.OK() {
		t.Fatalf("the ledger is broken:\n%s", strings.Join(report.Violations(), "\n"))
	}
	if len(w.erased) > 0 {
		must(t, s.Read(context.Background(), w.traces))
	}
}

func (w *world) traces(tx *store.Tx) error {
	shop := loyalty.ShopID(w.number(`SELECT id FROM shops`))
	list, err := tx.ListDeliveries(shop, store.DeliveryFilter{Limit: 10_000})
	for _, row := range list {
		d, _, readErr := tx.DeliveryByID(shop, row.ID)
		err = errors.Join(err, readErr)
		for _, address := range w.erased {
			if bytes.Contains(d.Body, []byte(address)) {
				w.t.Errorf("a delivery of %s still has the address of %s, who is erased", d.Topic, address)
			}
		}
	}
	return err
}

// oneCodeEach compares the codes at the host with the redemptions and vouchers here (C9):
// none twice, none unknown to us, every active one there.
func (w *world) oneCodeEach() {
	w.t.Helper()
	atHost := map[string]int{}
	for _, d := range w.shop.Discounts() {
		for _, c := range d.Codes {
			atHost[strings.ToUpper(c.Code)]++
		}
	}
	rows, err := w.raw.Query(`SELECT c.code, r.state FROM redemptions r JOIN codes c ON c.shop_id = r.shop_id AND c.id = r.code_id
UNION ALL SELECT code, CASE state WHEN 'active' THEN 'active' ELSE 'void' END FROM codes WHERE template_id > 0`)
	must(w.t, err)
	defer func() { _ = rows.Close() }()
	known := map[string]bool{}
	for rows.Next() {
		var code, state string
		must(w.t, rows.Scan(&code, &state))
		known[strings.ToUpper(code)] = true
		if n := atHost[strings.ToUpper(code)]; n > 1 || (n == 0 && state != "void") {
			w.t.Errorf("code %s that is %s is %d times at the host", code, state, n)
		}
	}
	must(w.t, rows.Err())
	for code := range atHost {
		if !known[code] {
			w.t.Errorf("the host has code %s that nobody here knows", code)
		}
	}
}

// ackBook is the shop's way out to the network. It remembers every webhook that
// was answered with 2xx.
type ackBook struct {
	mu     sync.Mutex
	acked  map[string][32]byte // webhook id → hash of its body
	taking bool                // nothing is sent; it goes into taken
	taken  []webhook
}

func (a *ackBook) note(id string, body [32]byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.acked == nil {
		a.acked = map[string][32]byte{}
	}
	a.acked[id] = body
}

// take keeps a webhook for somebody else to send.
func (a *ackBook) take(req *http.Request, body []byte) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.taking {
		a.taken = append(a.taken, webhook{req.URL.String(), req.Header.Clone(), body})
	}
	return a.taking
}

// RoundTrip is http.RoundTripper's.
func (a *ackBook) RoundTrip(req *http.Request) (*http.Response, error) {
	key := req.Header.Get("X-Shopify-Webhook-Id")
	if key == "" {
		return http.DefaultTransport.RoundTrip(req)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	if a.take(req, body) {
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err == nil && res.StatusCode/100 == 2 {
		a.note(key, sha256.Sum256(body))
	}
	return res, err
}

// check finds the row of every webhook that was acknowledged (C1-C4).
func (a *ackBook) check(t testing.TB, db *sql.DB) {
	t.Helper()
	rows, err := db.Query(`SELECT delivery_key FROM deliveries`)
	must(t, err)
	defer func() { _ = rows.Close() }()
	stored := map[string]bool{}
	for rows.Next() {
		var key string
		must(t, rows.Scan(&key))
		stored[key] = true
	}
	must(t, rows.Err())
	a.mu.Lock()
	defer a.mu.Unlock()
	for key := range a.acked {
		if !stored[key] {
			t.Errorf("webhook %s was answered with 2xx and is not stored", key)
		}
	}
}

// forget is for a time after which finished deliveries are deleted.
func (a *ackBook) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.acked)
}

func (a *ackBook) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.acked)
}
