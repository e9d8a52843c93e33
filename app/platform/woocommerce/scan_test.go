package woocommerce

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// plain is the same order as encoding/json reads it: the measure of the scanner.
type plain struct {
	ID            text   `json:"id"`
	OrderKey      string `json:"order_key"`
	Status        string `json:"status"`
	Number        text   `json:"number"`
	Currency      string `json:"currency"`
	Customer      text   `json:"customer_id"`
	CreatedGMT    text   `json:"date_created_gmt"`
	ModifiedGMT   text   `json:"date_modified_gmt"`
	PaidGMT       text   `json:"date_paid_gmt"`
	CompletedGMT  text   `json:"date_completed_gmt"`
	Total         text   `json:"total"`
	ShippingTotal text   `json:"shipping_total"`
	ShippingTax   text   `json:"shipping_tax"`
	Lines         []struct {
		ID        text   `json:"id"`
		Name      string `json:"name"`
		Product   text   `json:"product_id"`
		Variation text   `json:"variation_id"`
		Quantity  text   `json:"quantity"`
		Total     text   `json:"total"`
		Tax       text   `json:"total_tax"`
		SKU       string `json:"sku"`
	} `json:"line_items"`
	Fees []struct {
		Total text `json:"total"`
		Tax   text `json:"total_tax"`
	} `json:"fee_lines"`
	Coupons []struct {
		Code     string `json:"code"`
		Discount text   `json:"discount"`
		Tax      text   `json:"discount_tax"`
	} `json:"coupon_lines"`
	Refunds []struct {
		ID    text `json:"id"`
		Total text `json:"total"`
	} `json:"refunds"`
	Billing  plainAddress `json:"billing"`
	Shipping loose        `json:"shipping"`
	IP       optional     `json:"customer_ip_address"`
	Agent    optional     `json:"customer_user_agent"`
}

type plainAddress struct {
	Email     string   `json:"email"`
	FirstName string   `json:"first_name"`
	LastName  string   `json:"last_name"`
	Street    optional `json:"address_1"`
	Postal    optional `json:"postcode"`
	Country   optional `json:"country"`
	Phone     optional `json:"phone"`
}

func (p plainAddress) address() address {
	return address{p.Email, p.FirstName, p.LastName, string(p.Street), string(p.Postal), string(p.Country), string(p.Phone)}
}

// optional is a string, or nothing.
type optional string

func (o *optional) UnmarshalJSON(b []byte) error {
	*o = ""
	if b[0] != '"' {
		return nil
	}
	return json.Unmarshal(b, (*string)(o))
}

// loose is an object, or nothing.
type loose plainAddress

func (l *loose) UnmarshalJSON(b []byte) error {
	if b[0] != '{' {
		return nil
	}
	return json.Unmarshal(b, (*plainAddress)(l))
}

func (p plain) order() order {
	o := order{ID: p.ID, OrderKey: p.OrderKey, Status: p.Status, Number: p.Number, Currency: p.Currency, Customer: p.Customer,
		CreatedGMT: p.CreatedGMT, ModifiedGMT: p.ModifiedGMT, PaidGMT: p.PaidGMT, CompletedGMT: p.CompletedGMT, Total: p.Total,
		ShippingTotal: p.ShippingTotal, ShippingTax: p.ShippingTax, Billing: p.Billing.address(), Shipping: plainAddress(p.Shipping).address(),
		IP: string(p.IP), Agent: string(p.Agent)}
	for _, l := range p.Lines {
		o.Lines = append(o.Lines, line(l))
	}
	for _, f := range p.Fees {
		o.Fees = append(o.Fees, fee(f))
	}
	for _, c := range p.Coupons {
		o.Coupons = append(o.Coupons, usedCoupon(c))
	}
	for _, r := range p.Refunds {
		o.Refunds = append(o.Refunds, refund(r))
	}
	return o
}

// tidy makes no list of an empty one.
func (o order) tidy() order {
	o.Lines, o.Fees = append([]line(nil), o.Lines...), append([]fee(nil), o.Fees...)
	o.Coupons, o.Refunds = append([]usedCoupon(nil), o.Coupons...), append([]refund(nil), o.Refunds...)
	return o
}

func agree(t interface{ Fatalf(string, ...any) }, body []byte) {
	var want plain
	var got order
	wantErr, err := decode(body, &want), scan(body, got.read)
	if (wantErr != nil) != (err != nil) {
		t.Fatalf("%.300s\nscanner: %v, encoding/json: %v", body, err, wantErr)
	}
	if err == nil && (got.Lines == nil) != (want.Lines == nil) {
		t.Fatalf("%.300s\nlines %+v, encoding/json: %+v", body, got.Lines, want.Lines)
	}
	if err == nil && !reflect.DeepEqual(got.tidy(), want.order()) {
		t.Fatalf("%.300s\ngot  %+v\nwant %+v", body, got, want.order())
	}
}

// bodies are recorded deliveries.
func bodies(t *testing.T) [][]byte {
	files, err := filepath.Glob("testdata/*order*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var list [][]byte
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, body)
	}
	return list
}

// A22, A23: the scanner reads and refuses what encoding/json reads and refuses.
func TestTheScannerAgreesWithEncodingJSON(t *testing.T) {
	for _, body := range bodies(t) {
		agree(t, body)
	}
	for _, text := range []string{``, ` `, `{`, `{}`, `[]`, `null`, ` {"id": 7 } `, `{"id":7}x`, `{"id":7,}`, `{,}`, `{"id"}`, `{"id":}`, `{id:7}`,
		`{"id":01}`, `{"id":-1}`, `{"id":-}`, `{"id":1.}`, `{"id":.5}`, `{"id":1e}`, `{"id":1e+}`, `{"id":1E-7}`, `{"id":1.50e3}`, `{"id":+1}`, `{"id":0}`,
		`{"id":"7"}`, `{"id":null}`, `{"id":true}`, `{"id":[1]}`, `{"id":{}}`, `{"id":nul}`, `{"status":7}`, `{"status":null}`, `{"status":"a\u00e4\ud83d\ude00\n"}`,
		`{"status":"\ud83d"}`, `{"status":"\u12g4"}`, `{"status":"\x"}`, `{"status":"\`, `{"status":"\u1`, "{\"status\":\"a\nb\"}", "{\"status\":\"a\x7fb\"}",
		`{"i\u0064":7}`, `{"i\d":7}`, `{"id":1,"id":2}`, `{"billing":null}`, `{"billing":{"email":"a"},"billing":{"first_name":"b"}}`, `{"billing":[]}`,
		`{"billing":{"phone":[1,{"a":2}],"postcode":7,"country":null,"address_1":"A\u00e4"}}`, `{"shipping":[]}`, `{"shipping":{"phone":"1"},"shipping":null}`, `{"shipping":{"email":7}}`,
		`{"customer_ip_address":"1","customer_ip_address":{}}`, `{"customer_user_agent":[1,]}`,
		`{"line_items":null}`, `{"line_items":[]}`, `{"line_items":[null]}`, `{"line_items":[{"id":1},{"id":2}]}`, `{"line_items":[{"id":1},]}`,
		`{"line_items":{}}`, `{"line_items":[1]}`, `{"line_items":[{"id":1}],"line_items":null}`, `{"x":[1,[2,{"y":[]}],"z",true,false,null,-0.0e-0]}`, `{"x":[1 2]}`,
		`{"x":[1}}`, `{"x":tru}`, `{"x":truee}`, "{\"x\":1}\x00", "{\"x\":\"\xff\"}", "\ufeff{}", `{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`,
		`{"x":` + strings.Repeat("[", 20_000)} {
		agree(t, []byte(text))
	}
}

// Bodies that were cut, and bodies of which one byte is another.
func TestTheScannerAgreesWithEncodingJSONOnDamagedOrders(t *testing.T) {
	list := bodies(t)
	rapid.Check(t, func(t *rapid.T) {
		body := bytes.Clone(rapid.SampledFrom(list).Draw(t, "body"))
		if len(body) == 0 {
			return
		}
		at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
		if rapid.Bool().Draw(t, "cut") {
			body = body[:at]
		} else {
			body[at] = rapid.SampledFrom([]byte(`"\{}[],:0123456789-.eEtfnu x`+"\n\x00\xc3")).Draw(t, "byte")
		}
		if named(body) {
			agree(t, body)
		}
	})
}

// named leaves out bodies in which damage has made a name that encoding/json
// takes although its letters are of another case.
func named(body []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return true
	}
	for name := range members {
		if name != strings.ToLower(name) {
			return false
		}
	}
	return true
}

func BenchmarkReadOrder(b *testing.B) {
	body, err := os.ReadFile("../../bench/order.json")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var o order
		if err := scan(body, o.read); err != nil {
			b.Fatal(err)
		}
	}
}
