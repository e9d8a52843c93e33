package storefront_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"

	"zugabe/app/platform/shopify"
	storefront "zugabe/storefront-snippets"
)

// install brings what the checks need, pinned by the lock file, once per lock file.
func install(t *testing.T) {
	t.Helper()
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	const mark = "node_modules/.zugabe-lock"
	if have, err := os.ReadFile(mark); err == nil && bytes.Equal(have, lock) {
		return
	}
	run(t, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	if err := os.WriteFile(mark, lock, 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "CI=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// theme-check, the JSON of schemas and locales, types, the official tester and the
// sizes: `npm test` in this folder does the same.
//
// covers: S4-09, S4-11, S4-12, S4-13, S4-14, S4-15, S4-16, A-41, A-44
func TestThemeAndExtensionsPassTheirChecks(t *testing.T) {
	install(t)
	t.Log(run(t, "npm", "test", "--silent"))
}

// Each block of the theme extension carries the mark by which a page is known to
// have it (N-16), and the files are embedded.
func TestEveryBlockIsEmbedded(t *testing.T) {
	blocks, err := fs.Glob(storefront.Theme(), "blocks/*.liquid")
	if err != nil || len(blocks) != 12 {
		t.Fatalf("%d blocks, %v", len(blocks), err)
	}
	for _, name := range []string{"assets/zugabe.js", "assets/zugabe-vouchers.js", "assets/zugabe.css", "locales/en.default.json", "locales/pl.json"} {
		if _, err := fs.Stat(storefront.Theme(), name); err != nil {
			t.Error(err)
		}
	}
}

// What the app may do at Shopify is declared in one place and needed in another.
func TestTheAppAsksForTheScopesItNeedsAndNoTopicTwice(t *testing.T) {
	text, err := os.ReadFile("shopify/shopify.app.toml")
	if err != nil {
		t.Fatal(err)
	}
	want := `scopes = "` + strings.Join(append(shopify.Scopes(), "write_app_proxy"), ",") + `"`
	if !strings.Contains(string(text), want) {
		t.Errorf("the file does not say %s", want)
	}
	for _, topic := range shopify.Topics() {
		if name := strings.ToLower(strings.Replace(topic, "_", "/", 1)); strings.Contains(string(text), name) {
			t.Errorf("%s is subscribed through the API and in the file", name)
		}
	}
	if !strings.Contains(string(text), `api_version = "`+shopify.APIVersion+`"`) {
		t.Errorf("the file's webhooks have another version than %s", shopify.APIVersion)
	}
}
