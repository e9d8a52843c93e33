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
	var said struct {
		Items []struct{ ID, Key string }
	}
	s.ask(t, "/members?limit=1", &said)
	id := "1"
	if strings.HasPrefix(list, "/members") && len(said.Items) > 0 {
		id = said.Items[0].ID
	}
	return strings.Replace(pattern, "/:"+regexp.MustCompile(`:(\w+)`).FindStringSubmatch(pattern)[1], "/"+id, 1)
}

// The full shop's screens, light and dark, wide and on a phone: axe finds nothing,
// nothing is wider than the window, nothing lies over anything else.
func TestEveryScreenIsAccessibleAndFitsTheWindow(t *testing.T) {
	t.Parallel()
	s := fullShop(t)
	v := s.visitor(t, desk)
	for _, path := range screens(t, s) {
		v.resize(desk)
		v.admin(path, "en")
		v.fits("en 1280 " + path)
		v.accessible("light " + path)
		v.dark(true)
		v.accessible("dark " + path)
		v.dark(false)
		for _, size := range []screen{phone, small} {
			v.resize(size)
			v.fits("en small " + path)
		}
		v.accessible("small " + path)
	}
}
