package voucher

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"zugabe/app/loyalty"
)

// Fault is one thing wrong with a template. Field is the path in the document,
// Code is stable and for translating, Limit the number that a message needs.
type Fault struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Limit   int64  `json:"limit,omitempty"`
}

// The codes of faults.
const (
	FaultMissing   = "missing"
	FaultTooLong   = "too_long"
	FaultRange     = "out_of_range"
	FaultUnknown   = "unknown_value"
	FaultNotHere   = "not_for_this_kind"
	FaultOrder     = "wrong_order"
	FaultTwice     = "twice"
	FaultExcluded  = "excluded_again"
	FaultExclusive = "not_together"
	FaultNever     = "never_open"
)

const (
	maxName       = 80
	maxListed     = 10_000
	maxWindows    = 50
	maxUsesLimit  = 1_000_000_000
	maxIssueDays  = 3_650
	maxTextLength = 200
	maxLanguages  = 30
)

type faults []Fault

func (f *faults) add(field, code, message string, limit int64) {
	*f = append(*f, Fault{field, code, message, limit})
}

func (f *faults) between(field string, n, least, most int64) {
	if n < least || n > most {
		f.add(field, FaultRange, fmt.Sprintf("must be between %d and %d", least, most), most)
	}
}

func (f *faults) oneOf(field, value string, known ...string) {
	if value != "" && !slices.Contains(known, value) {
		f.add(field, FaultUnknown, "must be one of "+strings.Join(known, ", "), 0)
	}
}

// Validate is nil or a CodeInvalid that names the first wrong field and carries
// all of them as Detail["faults"].
func (t Template) Validate() error {
	all := t.Faults()
	if len(all) == 0 {
		return nil
	}
	return loyalty.Invalid(all[0].Field, all[0].Message).With("faults", all)
}

// Faults lists everything that is wrong with the template, in the form's order.
func (t Template) Faults() []Fault {
	var f faults
	name := strings.TrimSpace(t.Name)
	if name == "" {
		f.add("name", FaultMissing, "is missing", 0)
	}
	if utf8.RuneCountInString(name) > maxName {
		f.add("name", FaultTooLong, "is longer than 80 characters", maxName)
	}
	if t.Currency != "" && !t.Currency.Valid() {
		f.add("currency", FaultUnknown, "must be an ISO code of three capitals", 0)
	}
	t.value(&f)
	t.orderRange(&f)
	t.Valid.faults(&f)
	t.Who.faults(&f)
	t.What.faults(&f)
	t.limits(&f)
	t.rest(&f)
	return f
}

// value checks what the voucher gives, and that nothing of another kind is set: it would look as if it counted.
func (t Template) value(f *faults) {
	switch t.Kind {
	case Absolute:
		f.between("minor", t.Minor, 1, loyalty.MaxMinor)
	case Percent:
		f.between("percent", t.Percent, 1, 100)
	case FreeArticle:
		if t.Article.ProductKey == "" {
			f.add("article.product_key", FaultMissing, "is missing", 0)
		}
		f.between("article.quantity", t.Article.Quantity, 0, 1000)
		f.between("minor", t.Minor, 0, loyalty.MaxMinor)
	case FreeShipping:
	default:
		f.add("kind", FaultUnknown, "must be one of absolute, percent, free_article, free_shipping", 0)
		return
	}
	f.between("cap_minor", t.CapMinor, 0, loyalty.MaxMinor)
	stray := func(field string, set bool) {
		if set {
			f.add(field, FaultNotHere, "does not belong to a voucher of this kind", 0)
		}
	}
	stray("minor", t.Minor != 0 && (t.Kind == Percent || t.Kind == FreeShipping))
	stray("percent", t.Percent != 0 && t.Kind != Percent)
	stray("cap_minor", t.CapMinor > 0 && (t.Kind == Absolute || t.Kind == FreeArticle))
	stray("article", t.Article != (ArticleRef{}) && t.Kind != FreeArticle)
	stray("rest", t.Rest == RestNewCode && t.Kind != Absolute)
	stray("what", t.Kind == FreeArticle && len(t.What.Products)+len(t.What.Variants)+len(t.What.Collections) > 0)
}

func (t Template) orderRange(f *faults) {
	f.between("order.min_minor", t.Order.MinMinor, 0, loyalty.MaxMinor)
	f.between("order.max_minor", t.Order.MaxMinor, 0, loyalty.MaxMinor)
	if t.Order.MaxMinor > 0 && t.Order.MaxMinor < t.Order.MinMinor {
		f.add("order.max_minor", FaultOrder, "must not be below the minimum", t.Order.MinMinor)
	}
}

func (w Audience) faults(f *faults) {
	if len(w.Members) > maxListed {
		f.add("who.members", FaultTooLong, "are more than 10,000: use a segment", maxListed)
	}
	names(f, "who.tags", w.Tags)
	names(f, "who.segments", w.Segments)
	for i, kind := range w.Types {
		f.oneOf(fmt.Sprintf("who.types[%d]", i), kind, TypeBusiness, TypePrivate)
	}
}

// names checks a list of keys: none empty, none twice, not too many.
func names(f *faults, field string, list []string) {
	if len(list) > maxListed {
		f.add(field, FaultTooLong, "are more than 10,000", maxListed)
		return
	}
	seen := make(map[string]bool, len(list))
	for i, n := range list {
		at := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case strings.TrimSpace(n) == "":
			f.add(at, FaultMissing, "is empty", 0)
		case utf8.RuneCountInString(n) > 255:
			f.add(at, FaultTooLong, "is longer than 255 characters", 255)
		case seen[n]:
			f.add(at, FaultTwice, "is listed twice", 0)
		}
		seen[n] = true
	}
}

func (a Articles) faults(f *faults) {
	for _, pair := range []struct {
		field   string
		in, out []string
	}{
		{"what.products", a.Products, a.NotProducts},
		{"what.variants", a.Variants, a.NotVariants},
		{"what.collections", a.Collections, a.NotCollections},
	} {
		names(f, pair.field, pair.in)
		not := strings.Replace(pair.field, "what.", "what.not_", 1)
		names(f, not, pair.out)
		if len(pair.in) > maxListed || len(pair.out) > maxListed {
			continue
		}
		listed := make(map[string]bool, len(pair.in))
		for _, key := range pair.in {
			listed[key] = true
		}
		for i, key := range pair.out {
			if listed[key] {
				f.add(fmt.Sprintf("%s[%d]", not, i), FaultExcluded, "is both listed and excluded", 0)
			}
		}
	}
}

func (t Template) limits(f *faults) {
	f.between("limits.per_code", t.Limits.PerCode, 0, maxUsesLimit)
	f.between("limits.total", t.Limits.Total, 0, maxUsesLimit)
	f.between("limits.per_person", t.Limits.PerPerson, 0, maxUsesLimit)
	f.between("limits.budget_minor", t.Limits.BudgetMinor, 0, loyalty.MaxMinor)
	if b := t.Limits.BudgetMinor; b > 0 && t.Kind == Absolute && b < t.Minor {
		f.add("limits.budget_minor", FaultOrder, "must pay for at least one voucher", t.Minor)
	}
}

func (t Template) rest(f *faults) {
	if utf8.RuneCountInString(t.Stack.Class) > 40 {
		f.add("stack.class", FaultTooLong, "is longer than 40 characters", 40)
	}
	f.between("stack.rank", int64(t.Stack.Rank), -1000, 1000)
	f.oneOf("vat.mode", string(t.VAT.Mode), string(VATSplit), string(VATFixed), string(VATPayment))
	f.between("vat.rate_bp", t.VAT.RateBP, 0, maxRateBP)
	if t.VAT.RateBP != 0 && t.VAT.Mode != VATFixed {
		f.add("vat.rate_bp", FaultNotHere, "counts only with a fixed rate", 0)
	}
	f.oneOf("rest", string(t.Rest), string(RestLost), string(RestNewCode))
	f.oneOf("bearer", string(t.Bearer), string(ByCompany), string(ByPartner))
	f.oneOf("auto", string(t.Auto), string(AutoNever), string(AutoOffer), string(AutoApplied))
	if len(t.Texts) > maxLanguages {
		f.add("texts", FaultTooLong, "are in more than 30 languages", maxLanguages)
		return
	}
	for _, lang := range slices.Sorted(maps.Keys(t.Texts)) {
		text := t.Texts[lang]
		if len(lang) < 2 || len(lang) > 10 {
			f.add("texts", FaultUnknown, "must be named by languages", 0)
		}
		if utf8.RuneCountInString(text.Title) > maxTextLength {
			f.add("texts."+lang+".title", FaultTooLong, "is longer than 200 characters", maxTextLength)
		}
		if utf8.RuneCountInString(text.Line) > maxTextLength {
			f.add("texts."+lang+".line", FaultTooLong, "is longer than 200 characters", maxTextLength)
		}
	}
}
