package woocommerce_test

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/platform"
	"zugabe/app/platform/platformtest"
	"zugabe/app/platform/woocommerce"
	"zugabe/app/session"
)

const secret = `s3cr&t"<k>`

type capture struct {
	number, topic, signature, deliveryID string
	body                                 []byte
}

// captures are the 57 recorded deliveries in the order of their arrival.
func captures(t testing.TB) []capture {
	t.Helper()
	files, err := filepath.Glob("testdata/*.headers")
	if err != nil || len(files) != 57 {
		t.Fatalf("%d recorded deliveries, %v", len(files), err)
	}
	var out []capture
	for _, head := range files {
		data, err := os.ReadFile(head)
		if err != nil {
			t.Fatal(err)
		}
		c := capture{number: filepath.Base(head)[:3]}
		lines := bufio.NewScanner(bytes.NewReader(data))
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "X-WC-Webhook-Topic":
				c.topic = value
			case "X-WC-Webhook-Signature":
				c.signature = value
			case "X-WC-Webhook-Delivery-ID":
				c.deliveryID = value
			}
		}
		bodies, _ := filepath.Glob(strings.TrimSuffix(head, ".headers") + ".*")
		for _, name := range bodies {
			if name != head {
				if c.body, err = os.ReadFile(name); err != nil {
					t.Fatal(err)
				}
			}
		}
		out = append(out, c)
	}
	return out
}

func (c capture) delivery() platform.Delivery {
	return platform.Delivery{ID: 1, Topic: c.topic, Body: c.body, ReceivedAt: at("2026-11-21T17:58:00")}
}

func at(s string) int64 {
	t, err := time.Parse("2006-01-02T15:04:05", s)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

// expected says what each signed capture comes to.
func expected(c capture) platform.ChangeKind {
	switch {
	case c.number == "048" || c.number == "049":
		return platform.Ignored // a checkout-draft left behind
	case c.topic == "order.deleted":
		return platform.SaleDeleted
	case strings.HasPrefix(c.topic, "order."):
		return platform.SaleSnapshot
	case strings.HasPrefix(c.topic, "action."):
		return platform.SaleTouched
	case c.topic == "customer.deleted":
		return platform.CustomerDeleted
	case strings.HasPrefix(c.topic, "customer."):
		return platform.CustomerSnapshot
	case strings.HasPrefix(c.topic, "coupon."):
		return platform.CodeTouched
	case strings.HasPrefix(c.topic, "product."):
		return platform.ProductTouched
	}
	return ""
}

func suite(t testing.TB) platformtest.Suite {
	s := platformtest.Suite{Driver: woocommerce.New(), Currency: "EUR"}
	for _, c := range captures(t) {
		if c.signature != "" {
			s.Recorded = append(s.Recorded, platformtest.Recorded{Name: c.number, Delivery: c.delivery(), Kinds: []platform.ChangeKind{expected(c)}})
		}
	}
	return s
}

func TestWooCommercePassesTheSuiteOfDrivers(t *testing.T) { platformtest.Run(t, suite(t)) }

func FuzzNormalise(f *testing.F) { platformtest.Fuzz(f, suite(f)) }

func TestEverySignedCaptureVerifiesAndThePingsAreUnsigned(t *testing.T) {
	signed, pings := 0, 0
	for _, c := range captures(t) {
		if c.signature == "" {
			if !strings.HasPrefix(string(c.body), "webhook_id=") {
				t.Errorf("%s is unsigned and no ping", c.number)
			}
			pings++
			continue
		}
		signed++
		if _, err := session.BodyBase64(c.body, []string{c.signature}, [][]byte{[]byte(secret)}); err != nil {
			t.Errorf("%s: %v", c.number, err)
		}
	}
	if signed != 43 || pings != 14 {
		t.Errorf("%d signed, %d pings", signed, pings)
	}
}

// A5, in the recording itself: some deliveries share an id and differ.
func TestDeliveryIdsAreNotUnique(t *testing.T) {
	bodies := map[string]map[string]bool{}
	for _, c := range captures(t) {
		if c.deliveryID != "" {
			if bodies[c.deliveryID] == nil {
				bodies[c.deliveryID] = map[string]bool{}
			}
			bodies[c.deliveryID][string(c.body)] = true
		}
	}
	shared := 0
	for _, b := range bodies {
		if len(b) > 1 {
			shared++
		}
	}
	if shared != 6 {
		t.Errorf("%d ids are shared by different deliveries", shared)
	}
}

func saleOf(t *testing.T, number string) *earning.Sale {
	t.Helper()
	for _, c := range captures(t) {
		if c.number == number {
			changes, err := woocommerce.New().Normalise(c.delivery(), "EUR")
			if err != nil || len(changes) != 1 || changes[0].Sale == nil {
				t.Fatalf("%s: %+v %v", number, changes, err)
			}
			return changes[0].Sale
		}
	}
	t.Fatalf("no capture %s", number)
	return nil
}
