package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/woocommerce"
)

func quick() Config {
	hosts := platform.NewHosts(loyalty.SystemClock())
	hosts.Add(woocommerce.New(), nil)
	return Config{Engines: []string{sqliteDB}, Rounds: 1, Slice: 30 * time.Millisecond, Members: 1_000, Entries: 10_000, Hosts: hosts, Orders: 3_200}
}

func TestPathsThatNeedNoServerRunOnAFewRowsAndTheLedgerVerifies(t *testing.T) {
	cfg := quick()
	cfg.Paths = []string{"booking", "redemption", "expiry"}
	var out strings.Builder
	rows, err := Run(context.Background(), cfg, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	seen := map[string]int{}
	for _, r := range rows {
		seen[r.Path]++
		if r.Engine != sqliteDB || r.Value <= 0 && r.Target != 0 {
			t.Errorf("a row without a figure: %+v", r)
		}
		if r.Exact && !r.Met() {
			t.Errorf("%s is %v", r.What, r.Value)
		}
	}
	if seen["booking"] != 3 || seen["redemption"] != 5 || seen["expiry"] != 3 {
		t.Errorf("rows: %v", seen)
	}
	for _, word := range []string{"flushed at every commit", "raw multi-row INSERT", "≥ 0.45 ×"} {
		if !strings.Contains(out.String(), word) {
			t.Errorf("the table does not say %q:\n%s", word, &out)
		}
	}
}

func TestVouchersPathsRunOnAFewRows(t *testing.T) {
	cfg := quick()
	cfg.Paths, cfg.Orders, cfg.Entries = []string{"codes", "import"}, 400, 2_000
	var out strings.Builder
	rows, err := Run(context.Background(), cfg, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	seen := map[string]int{}
	for _, r := range rows {
		seen[r.Path]++
		if r.Value <= 0 && r.Target != 0 || r.Exact && !r.Met() {
			t.Errorf("%s is %v", r.What, r.Value)
		}
	}
	if seen["codes"] != 6 || seen["import"] != 3 {
		t.Errorf("rows: %v", seen)
	}
}

func TestAnUnknownPathOrEngineIsRefused(t *testing.T) {
	cfg := quick()
	cfg.Paths = []string{"moon"}
	if _, err := Run(context.Background(), cfg, &strings.Builder{}); err == nil {
		t.Error("a path that does not exist is measured")
	}
	cfg.Paths, cfg.Engines = []string{"expiry"}, []string{"oracle"}
	if _, err := Run(context.Background(), cfg, &strings.Builder{}); err == nil {
		t.Error("an engine that does not exist is measured")
	}
}

func TestTheRatioIsTheMedianOfTheRoundsAndNotOfTheSides(t *testing.T) {
	at := func(rates ...int64) []figure {
		var f []figure
		for _, r := range rates {
			f = append(f, figure{n: r, took: time.Second})
		}
		return f
	}
	c := contest{figures: [][]figure{at(100, 10, 60), at(200, 20, 60)}}
	if got := c.ratio(0, 1); got != 0.5 {
		t.Errorf("got %v, want 0.5", got)
	}
	if got := c.rate(0); got != 60 {
		t.Errorf("got %v, want 60", got)
	}
}

func TestEachRoundBeginsWithAnotherSide(t *testing.T) {
	var order strings.Builder
	say := func(name string) side {
		return side{name, func(context.Context, int) (figure, error) {
			order.WriteString(name)
			return figure{n: 1, took: 1}, nil
		}}
	}
	if _, err := compare(t.Context(), 3, say("a"), say("b"), say("c")); err != nil || order.String() != "abcbcacab" {
		t.Errorf("%s, %v", order.String(), err)
	}
}

func TestPercentilesAreOfTheSingleCalls(t *testing.T) {
	var f figure
	for i := range 100 {
		f.waits = append(f.waits, time.Duration(100-i))
	}
	if f.percentile(0.99) != 100 || f.percentile(0.50) != 51 || (figure{}).percentile(0.5) != 0 {
		t.Errorf("p99 %d, p50 %d", f.percentile(0.99), f.percentile(0.50))
	}
}

func TestATargetIsMetFromTheRightSide(t *testing.T) {
	for _, c := range []struct {
		row Row
		met bool
	}{
		{Row{Value: 0.6, Target: 0.6}, true},
		{Row{Value: 0.59, Target: 0.6}, false},
		{Row{Value: 50, Target: 50, AtMost: true}, true},
		{Row{Value: 51, Target: 50, AtMost: true}, false},
		{Row{Value: 2, Target: 1, Exact: true}, false},
	} {
		if c.row.Met() != c.met {
			t.Errorf("%+v: %v", c.row, c.row.Met())
		}
	}
}

func TestEveryOrderIsAnotherOneOfTheSameSize(t *testing.T) {
	m := newOrderMaker()
	if len(m.orders) != 5 || len(m.customers) != 2 {
		t.Fatalf("%d and %d places", len(m.orders), len(m.customers))
	}
	var o struct {
		ID       int64  `json:"id"`
		Number   string `json:"number"`
		Customer int64  `json:"customer_id"`
	}
	body := m.order(firstOrder+41, firstCustomer+6)
	if err := json.Unmarshal(body, &o); err != nil || o.ID != 9_000_000_042 || o.Number != "9000000042" || o.Customer != 7_000_007 {
		t.Errorf("%+v, %v", o, err)
	}
	if n := len(body); n < 4_900 || n > 5_100 {
		t.Errorf("%d bytes, want about 5 kB", n)
	}
}

func TestMessagesAreReadOneBehindTheOther(t *testing.T) {
	r := bufio.NewReader(bytes.NewBufferString("HTTP/1.1 200 OK\r\ncontent-length: 3\r\nX-A: b\r\n\r\nabcHTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"))
	var m message
	if err := readMessage(r, &m); err != nil || !m.ok() || string(m.body) != "abc" || m.get("x-a") != "b" {
		t.Errorf("%+v, %v", m, err)
	}
	if err := readMessage(r, &m); err != nil || m.ok() {
		t.Errorf("%+v, %v", m, err)
	}
}
