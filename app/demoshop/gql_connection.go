package demoshop

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// item is an object in a connection with the key that orders it.
type item struct {
	key  string
	o    *obj
	make func() *obj // instead of o: for lists of which one page is shown
}

// byPlace keys items by their place in the list.
func byPlace(list []*obj) []item {
	out := make([]item, len(list))
	for i, o := range list {
		out[i] = item{key: fmt.Sprintf("%012d", i), o: o}
	}
	return out
}

// connection pages over items, which must be in the order of their keys. The
// cursor is the key, so a page stays where it was when things change meanwhile.
func connection(typ string, items []item, a args) any {
	first, hasFirst := intArg(a, "first")
	last, hasLast := intArg(a, "last")
	if !hasFirst && !hasLast {
		return fmt.Errorf("you must provide one of first or last")
	}
	if first > 250 || last > 250 {
		return fmt.Errorf("the first and last arguments may not exceed 250")
	}
	if a["reverse"] == true {
		items = slices.Clone(items)
		slices.Reverse(items)
	}
	start := 0
	if after, ok := a["after"].(string); ok && after != "" {
		raw, err := base64.URLEncoding.DecodeString(after)
		if err != nil {
			return fmt.Errorf("invalid cursor for current pagination sort")
		}
		for start < len(items) && !passed(items[start].key, string(raw), a["reverse"] == true) {
			start++
		}
	}
	end := len(items)
	if hasFirst && start+int(first) < end {
		end = start + int(first)
	}
	if !hasFirst && end-int(last) > start {
		start = end - int(last)
	}
	return page(typ, items, start, end)
}

func passed(key, after string, reverse bool) bool {
	if reverse {
		return key < after
	}
	return key > after
}

func page(typ string, items []item, start, end int) *obj {
	var nodes, edges []*obj
	for _, it := range items[start:end] {
		if it.make != nil {
			it.o = it.make()
		}
		nodes = append(nodes, it.o)
		edges = append(edges, &obj{typ + "Edge", map[string]any{
			"cursor": base64.URLEncoding.EncodeToString([]byte(it.key)), "node": it.o,
		}})
	}
	info := map[string]any{"hasNextPage": end < len(items), "hasPreviousPage": start > 0, "startCursor": nil, "endCursor": nil}
	if end > start {
		info["startCursor"] = base64.URLEncoding.EncodeToString([]byte(items[start].key))
		info["endCursor"] = base64.URLEncoding.EncodeToString([]byte(items[end-1].key))
	}
	return &obj{typ + "Connection", map[string]any{"nodes": nodes, "edges": edges, "pageInfo": &obj{"PageInfo", info}}}
}

func listOf(typ string, list []*obj) func(args) any {
	return func(a args) any { return connection(typ, byPlace(list), a) }
}

// firstOf is a plain list that takes a "first" argument.
func firstOf(list []*obj) func(args) any {
	return func(a args) any {
		if n, ok := intArg(a, "first"); ok && int(n) < len(list) {
			return list[:n]
		}
		return list
	}
}

func intArg(a args, name string) (int64, bool) {
	if !wholeNumber(a[name]) {
		return 0, false
	}
	var n int64
	_, err := fmt.Sscan(decimalText(a[name]), &n)
	return n, err == nil && n > 0
}

// dateTime writes an instant as the Admin API does, null for none.
func dateTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func moneyV2(minor int64) *obj {
	return &obj{"MoneyV2", map[string]any{"amount": amount(minor), "currencyCode": currency}}
}

func moneyBag(minor int64) *obj {
	return &obj{"MoneyBag", map[string]any{"shopMoney": moneyV2(minor), "presentmentMoney": moneyV2(minor)}}
}

// filters reads the search syntax we meet: field:op'value' terms.
func filters(query string) map[string][]string {
	out := map[string][]string{}
	for _, term := range strings.Fields(query) {
		name, rest, ok := strings.Cut(term, ":")
		if ok {
			out[name] = append(out[name], strings.ReplaceAll(strings.ReplaceAll(rest, "'", ""), `"`, ""))
		}
	}
	return out
}

// inside reports whether t passes all terms like ">=2026-01-01T00:00:00Z".
func inside(t time.Time, terms []string) (bool, error) {
	for _, term := range terms {
		op := strings.TrimRight(term[:min(2, len(term))], "0123456789")
		at, err := time.Parse(time.RFC3339, term[len(op):])
		if err != nil {
			return false, fmt.Errorf("invalid date in search: %s", term)
		}
		c := t.Compare(at)
		if (op == ">" && c <= 0) || (op == ">=" && c < 0) || (op == "<" && c >= 0) || (op == "<=" && c > 0) {
			return false, nil
		}
	}
	return true, nil
}

func sortItems(items []item) {
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.key, b.key) })
}

func sortedKeys(m map[string]int) []string { return slices.Sorted(maps.Keys(m)) }

type jsonNumber string

// MarshalJSON writes the number as it is, so that no float comes near money.
func (n jsonNumber) MarshalJSON() ([]byte, error) { return []byte(n), nil }

// amountFraction writes a percentage as a fraction: 19 is "0.19".
func amountFraction(percent int64) string { return amount(percent) }
