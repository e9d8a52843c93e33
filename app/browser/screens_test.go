package browser_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var routePattern = regexp.MustCompile(`path: '([^']*)'`)

// screens are the addresses of all screens, read from where the app declares
// them, so that a new screen is looked at without a word here.
func screens(t *testing.T, s *shop) []string {
	t.Helper()
	source, err := os.ReadFile("../../adminui/src/shell/routes.ts")
	must(t, err)
	var paths []string
	for _, found := range routePattern.FindAllStringSubmatch(string(source), -1) {
		paths = append(paths, example(t, s, found[1]))
	}
	if len(paths) < 4 {
		t.Fatalf("only %d screens", len(paths))
	}
	return paths
}

// example puts the first thing of the list above into a pattern such as /members/:id.
func example(t *testing.T, s *shop, pattern string) string {
	t.Helper()
	list, _, found := strings.Cut(pattern, "/:")
	if !found {
		return pattern
	}
	read, known := firstOf[list]
	if !known {
		t.Fatalf("add to firstOf where the first %s is read", list)
	}
	return list + "/" + read(t, s)
}

// firstOf reads the first thing of each list; an empty shop has none, and the
// screen then says that there is no such thing.
var firstOf = map[string]func(*testing.T, *shop) string{
	"/members":       first("/members?limit=1"),
	"/orders":        first("/orders?limit=1"),
	"/partners":      first("/partners?limit=1"),
	"/vouchers":      first("/vouchers?limit=1"),
	"/vouchers/edit": first("/vouchers?limit=1"),
	"/codes":         first("/codes?limit=1"),
	"/imports":       first("/imports?limit=1"),
	"/batches":       first("/batches?limit=1"),
	"/deliveries":    first("/deliveries?limit=1"),
	"/jobs":          first("/jobs?limit=1"),
	"/rules":         func(*testing.T, *shop) string { return "purchase" },
	"/campaigns":     func(*testing.T, *shop) string { return "new" },
	"/help":          func(*testing.T, *shop) string { return "rates" },
}

func first(path string) func(*testing.T, *shop) string {
	return func(t *testing.T, s *shop) string {
		t.Helper()
		var said struct {
			Items []struct{ ID, Key string }
		}
		s.ask(t, path, &said)
		switch {
		case len(said.Items) == 0:
			return "1"
		case said.Items[0].Key != "":
			return said.Items[0].Key
		}
		return said.Items[0].ID
	}
}

// The full shop's screens, light and dark, wide and on a phone: axe finds nothing,
// nothing is wider than the window, nothing lies over anything else.
func TestEveryScreenIsAccessibleAndFitsTheWindow(t *testing.T) {
	t.Parallel()
	s := fullShop(t)
	v := s.visitor(t, desk)
	v.allow("/vouchers/check", "/handout", "/imports/1") // a draft with faults, a voucher without a code yet, no import
	for _, path := range screens(t, s) {
		v.resize(desk)
		v.admin(path, "en")
		v.fits("en 1280 " + path)
		v.accessible("light " + path)
		v.dark(true)
		v.keeps(colours, "dark "+path)
		v.dark(false)
		for _, size := range []screen{phone, small} {
			v.resize(size)
			v.fits("en small " + path)
		}
		v.keeps(arrangement, "small "+path)
	}
}
