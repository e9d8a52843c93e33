package earning

import (
	"errors"
	"testing"

	"zugabe/app/loyalty"
)

func TestAProgramNamesTheValueThatIsWrong(t *testing.T) {
	for path, raw := range map[string]string{
		"rules[1].earn.points":          `{"rules":[{"id":"a","kind":"signup","points":1},{"id":"b","kind":"per_amount","earn":{"points":0,"per_minor":100}}]}`,
		"rules[0].earn.per_minor":       `{"rules":[{"id":"b","kind":"per_amount","earn":{"points":1,"per_minor":-5}}]}`,
		"rules[0].kind":                 `{"rules":[{"id":"b","kind":"per_moon","points":1}]}`,
		"rules[0].id":                   `{"rules":[{"id":"B b","kind":"signup","points":1}]}`,
		"rules[1].id":                   `{"rules":[{"id":"b","kind":"signup","points":1},{"id":"b","kind":"signup","points":1}]}`,
		"rules[0].points":               `{"rules":[{"id":"b","kind":"per_unit"}]}`,
		"rules[0].earn":                 `{"rules":[{"id":"b","kind":"per_unit","points":1,"earn":{"points":1,"per_minor":1}}]}`,
		"rules[0].products":             `{"rules":[{"id":"b","kind":"per_product"}]}`,
		"rules[0].activity":             `{"rules":[{"id":"b","kind":"custom","points":1}]}`,
		"rules[0].basis":                `{"rules":[{"id":"b","kind":"signup","points":1,"basis":{"with_tax":true}}]}`,
		"rules[0].match":                `{"rules":[{"id":"b","kind":"signup","points":1,"match":{"products":["x"]}}]}`,
		"rules[0].when.min_basis":       `{"rules":[{"id":"b","kind":"signup","points":1,"when":{"min_basis":5}}]}`,
		"rules[0].when.until":           `{"rules":[{"id":"b","kind":"signup","points":1,"when":{"from":"2026-02-01","until":"2026-01-01"}}]}`,
		"rules[0].when.member_types[0]": `{"rules":[{"id":"b","kind":"signup","points":1,"when":{"member_types":["king"]}}]}`,
		"rules[0].rounding":             `{"rules":[{"id":"b","kind":"signup","points":1,"rounding":"up"}]}`,
		"rules[0].match.groups[0]":      `{"rules":[{"id":"b","kind":"per_unit","points":1,"match":{"groups":["g"]}}]}`,
		"rules[0].limits[0].per":        `{"rules":[{"id":"b","kind":"signup","points":1,"limits":[{"per":"hour","times":1}]}]}`,
		"rules[0].limits[1].times":      `{"rules":[{"id":"b","kind":"signup","points":1,"limits":[{"per":"day","times":1},{"per":"day"}]}]}`,
		"rules[0].currencies[0]":        `{"rules":[{"id":"b","kind":"per_unit","points":1,"currencies":["eur"]}]}`,
		"campaigns[0].factor":           `{"campaigns":[{"id":"c","factor":{"num":1,"den":1},"from":"2026-01-01","until":"2026-01-02"}]}`,
		"campaigns[0].factor.ratio":     `{"campaigns":[{"id":"c","factor":{"num":1,"den":0},"from":"2026-01-01","until":"2026-01-02"}]}`,
		"campaigns[0].until":            `{"campaigns":[{"id":"c","factor":{"num":2,"den":1},"from":"2026-01-01"}]}`,
		"campaigns[0].rules[0]":         `{"campaigns":[{"id":"c","factor":{"num":2,"den":1},"from":"2026-01-01","until":"2026-01-02","rules":["x"]}]}`,
		"campaigns[0].budget":           `{"campaigns":[{"id":"c","factor":{"num":2,"den":1},"from":"2026-01-01","until":"2026-01-02","budget":-1}]}`,
		"earn_at":                       `{"earn_at":"cancelled"}`,
		"groups":                        `{"groups":{"A B":[]}}`,
		"pionts":                        `{"rules":[{"id":"b","kind":"signup","pionts":1}]}`,
		"date":                          `{"rules":[{"id":"b","kind":"signup","points":1,"when":{"from":"2026-02-30"}}]}`,
		"body":                          `{"rules":[]} x`,
	} {
		_, err := DecodeProgram([]byte(raw))
		var e *loyalty.Error
		if !errors.As(err, &e) || e.Code != loyalty.CodeInvalid || e.Field != path {
			t.Errorf("%s: got %v, want field %q", raw, err, path)
		}
	}
}

func TestAFullProgramIsAccepted(t *testing.T) {
	raw := `{"earn_at":"fulfilled","groups":{"hot":["1","2"]},
	 "rules":[{"id":"purchase","name":"Purchase","kind":"per_amount","earn":{"points":1,"per_minor":100},"rounding":"half_up",
	   "match":{"groups":["hot"],"exclude_products":["9"]},"when":{"min_basis":500,"member_types":["customer"],"tags":["vip"],"from":"2026-01-01"},
	   "limits":[{"per":"day","points":500}],"currencies":["EUR","JPY"]},
	  {"id":"pots","kind":"per_product","products":{"7":5}},{"id":"survey","kind":"custom","activity":"survey","points":3}],
	 "campaigns":[{"id":"june","name":"June","factor":{"num":2,"den":1},"from":"2026-06-01","until":"2026-06-30","rules":["purchase"],"budget":1000}]}`
	p, err := DecodeProgram([]byte(raw))
	if err != nil || len(p.Rules) != 3 || len(p.Campaigns) != 1 {
		t.Fatalf("got %+v, %v", p, err)
	}
}

func FuzzDecodeProgram(f *testing.F) {
	f.Add([]byte(`{"rules":[{"id":"b","kind":"per_amount","earn":{"points":1,"per_minor":100}}]}`))
	f.Add([]byte(`{"rules":[{"id":"b","kind":"per_product","products":{"a":9223372036854775807}}],"campaigns":[]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := DecodeProgram(raw)
		if err != nil {
			if loyalty.CodeOf(err) != loyalty.CodeInvalid {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		_, err = EvaluateSale(paid(goods("tea", 3, 12_345)), p, inBerlin())
		if err != nil && loyalty.CodeOf(err) != loyalty.CodeOverflow {
			t.Fatalf("a valid program cannot be carried out: %v", err)
		}
	})
}
