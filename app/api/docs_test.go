package api_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every example of the API's page gives the answer that stands behind it, and
// every address on the page exists.
func TestTheExamplesOfTheDocumentationHold(t *testing.T) {
	raw, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.ReplaceAll(string(raw), "\\\n", " ")
	w := onSQLite(t)
	alpha := w.newShop("shopify", "alpha")
	w.buy(alpha, "1", "1001", 500)
	w.buy(alpha, "2", "1002", 100)
	values := strings.NewReplacer("$APP", "", "$STAFF_TOKEN", w.staff(alpha).bearer, "$EXTENSION_TOKEN", w.shopper(alpha, "1").bearer,
		"$SIGNED_QUERY", w.proxied(alpha, "1", nil).query, "$MEMBER", w.member(alpha, "1").ID.String(), "$API_KEY", w.key(alpha, "read activities adjust vouchers redeem").bearer)
	examples := regexp.MustCompile(`(?m)^curl (.*)# ([0-9]{3}) ?([a-z_]*)$`).FindAllStringSubmatch(page, -1)
	if len(examples) < 12 {
		t.Errorf("found %d examples", len(examples))
	}
	for _, e := range examples {
		a := w.curl(values.Replace(e[1]))
		if got := strings.TrimSpace(fmt.Sprint(a.Status, " ", a.problem().Code)); got != strings.TrimSpace(e[2]+" "+e[3]) && !(e[3] == "" && fmt.Sprint(a.Status) == e[2]) {
			t.Errorf("curl %s answers %s, the page says %s %s", e[1], got, e[2], e[3])
		}
	}
	for _, path := range regexp.MustCompile(`/api/[a-z]*/?v1/[a-z/{}-]+`).FindAllString(page, -1) {
		if w.server.Document().Paths[path] == nil && !strings.HasSuffix(path, "/") {
			t.Errorf("there is no %s", path)
		}
	}
}

// curl does what the command does with an address, -H and -d.
func (w *world) curl(line string) answer {
	w.t.Helper()
	words := regexp.MustCompile(`"([^"]*)"|'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1)
	method, path, body, headers := http.MethodGet, "", "", http.Header{}
	for i := 0; i < len(words); i++ {
		word := words[i][1] + words[i][2] + words[i][3]
		switch word {
		case "-H":
			i++
			name, value, _ := strings.Cut(words[i][1], ": ")
			headers.Set(name, value)
		case "-d":
			i++
			method, body = http.MethodPost, words[i][2]
		default:
			path = word
		}
	}
	return w.call(method, path, proof{}, headers, body)
}
