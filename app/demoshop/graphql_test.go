package demoshop

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

const createCode = `mutation ($input: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $input) { codeDiscountNode { id } userErrors { field code message } }
}`

func codeInput(customer int64, change func(map[string]any)) map[string]any {
	in := map[string]any{
		"title": "Points zugabe:1", "code": "ZG-ABC", "startsAt": "2026-03-01T00:00:00Z", "usageLimit": 1, "appliesOncePerCustomer": true,
		"context":      map[string]any{"customers": map[string]any{"add": []any{gid("Customer", customer)}}},
		"customerGets": map[string]any{"value": map[string]any{"discountAmount": map[string]any{"amount": "5.00", "appliesOnEachItem": false}}, "items": map[string]any{"all": true}},
	}
	if change != nil {
		change(in)
	}
	return map[string]any{"input": in}
}

// covers: S4-08
func TestTheAdminAPIRefusesWhatTheOfficialSchemaRefuses(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	cases := map[string]struct {
		query string
		vars  map[string]any
	}{
		"an unknown field":           {`{ shop { id favouriteColour } }`, nil},
		"an unknown argument":        {`{ orders(first: 1, colour: "red") { nodes { id } } }`, nil},
		"an unknown input field":     {createCode, codeInput(anna, func(in map[string]any) { in["colour"] = "red" })},
		"two keys of a oneOf input":  {createCode, codeInput(anna, func(in map[string]any) { in["context"].(map[string]any)["all"] = "ALL" })},
		"no key of a oneOf input":    {createCode, codeInput(anna, func(in map[string]any) { in["context"] = map[string]any{} })},
		"a null key beside another":  {createCode, codeInput(anna, func(in map[string]any) { in["context"].(map[string]any)["all"] = nil })},
		"a text for a number":        {createCode, codeInput(anna, func(in map[string]any) { in["usageLimit"] = "1" })},
		"a number for a text":        {createCode, codeInput(anna, func(in map[string]any) { in["title"] = 12 })},
		"a date that is none":        {createCode, codeInput(anna, func(in map[string]any) { in["startsAt"] = "tomorrow" })},
		"a missing required value":   {createCode, nil},
		"an enum in the wrong case":  {`query ($s: OrderSortKeys) { orders(first: 1, sortKey: $s) { nodes { id } } }`, map[string]any{"s": "updated_at"}},
		"a selection on a scalar":    {`{ shop { id { x } } }`, nil},
		"an object without fields":   {`{ shop }`, nil},
		"a fragment that cannot fit": {`{ shop { ... on Order { id } } }`, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			out := r.gql(c.query, c.vars)
			if out["errors"] == nil || out["data"] != nil {
				t.Fatalf("it was accepted: %v", out)
			}
		})
	}
	if len(r.shop.discounts) != 0 {
		t.Fatal("a refused mutation left something behind")
	}
}

// Every operation that the driver can send is answered without an error, for an
// order that has all there is: codes, refunds, edits, a dispute.
func TestEveryOperationOfTheDriverIsAnswered(t *testing.T) {
	r := newRig(t, nil)
	vars := fullShop(r)
	files, err := filepath.Glob("../platform/shopify/operations/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatal("no operations found", err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	doc, gerr := parser.ParseQuery(&ast.Source{Input: all.String()})
	if gerr != nil {
		t.Fatal(gerr)
	}
	for _, op := range doc.Operations {
		t.Run(op.Name, func(t *testing.T) {
			own := map[string]any{}
			for _, v := range op.VariableDefinitions {
				value, ok := vars[op.Name+"."+v.Variable]
				if !ok {
					value, ok = vars[v.Variable]
				}
				if ok {
					own[v.Variable] = value
				}
			}
			body := map[string]any{"query": pruned(doc, op), "operationName": op.Name, "variables": own}
			_, out := r.postJSON("/admin/api/2026-10/graphql.json", body, map[string]string{"X-Shopify-Access-Token": r.token})
			if out["errors"] != nil || out["data"] == nil {
				text, _ := json.Marshal(out)
				t.Fatalf("%s", text)
			}
		})
	}
}
