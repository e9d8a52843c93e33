package schema_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zugabe/app/platform/shopify/schema"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func TestEveryOperationIsValidInTheOfficialSchema(t *testing.T) {
	s := schema.Load()
	files, err := filepath.Glob("../operations/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no operations found: %v", err)
	}
	var all strings.Builder // one document: files share fragments
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	if _, errs := gqlparser.LoadQueryWithRules(s, all.String(), rules.NewDefaultRules()); len(errs) > 0 {
		t.Error(errs)
	}
}

func TestOneOfListsTheInputsThatTheSchemaMarks(t *testing.T) {
	var marked []string
	for name, def := range schema.Load().Types {
		if def.Directives.ForName("oneOf") != nil {
			marked = append(marked, name)
		}
	}
	slices.Sort(marked)
	if !slices.Equal(marked, schema.OneOf) {
		t.Fatalf("the schema marks %v", marked)
	}
}

const create = `mutation C($input: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $input) { codeDiscountNode { id } }
}`

func TestCheckRefusesWhatTheOfficialSchemaRefuses(t *testing.T) {
	s := schema.Load()
	cases := map[string]struct {
		query string
		input map[string]any
		ok    bool
	}{
		"a whole input":          {create, map[string]any{"code": "A", "context": map[string]any{"all": "ALL"}}, true},
		"two contexts at once":   {create, map[string]any{"context": map[string]any{"all": "ALL", "customers": map[string]any{"add": []any{"gid://shopify/Customer/1"}}}}, false},
		"no context at all":      {create, map[string]any{"context": map[string]any{}}, false},
		"a null context":         {create, map[string]any{"context": map[string]any{"all": nil}}, false},
		"an unknown input field": {create, map[string]any{"amount": "1.00"}, false},
		"a wrong enum value":     {create, map[string]any{"context": map[string]any{"all": "SOME"}}, false},
		"an unknown output":      {`query C { shop { nickname } }`, nil, false},
	}
	for name, c := range cases {
		vars := map[string]any{}
		if c.input != nil {
			vars["input"] = c.input
		}
		_, _, errs := schema.Check(s, schema.Request{Query: c.query, OperationName: "C", Variables: vars})
		if (len(errs) == 0) != c.ok {
			t.Errorf("%s: errors %v", name, errs)
		}
	}
}
