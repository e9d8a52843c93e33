package browser_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-rod/rod"
)

var axe = struct {
	once   sync.Once
	script string
	err    error
}{}

// axeScript is the pinned axe-core, installed once per version into the user's cache.
func axeScript(t *testing.T) string {
	t.Helper()
	axe.once.Do(func() { axe.script, axe.err = installAxe() })
	must(t, axe.err)
	return axe.script
}

func installAxe() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	home := filepath.Join(cache, "zugabe-axe-4.14.1")
	file := filepath.Join(home, "node_modules", "axe-core", "axe.min.js")
	if text, err := os.ReadFile(file); err == nil {
		return string(text), nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(cache, "zugabe-axe-install-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := os.CopyFS(work, os.DirFS("testdata/axe")); err != nil {
		return "", err
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci for axe-core: %w\n%s", err, out)
	}
	if err := os.Rename(work, home); err != nil { // unless another process was faster
		if _, there := os.Stat(file); there != nil {
			return "", err
		}
	}
	text, err := os.ReadFile(file)
	return string(text), err
}

type axeFinding struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// What axe looks for. In the dark only colours differ, on a phone everything but the
// colours does.
const (
	allRules    = `runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`
	colours     = `runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}`
	arrangement = allRules + `, rules: {'color-contrast': {enabled: false}}`
)

// accessible fails for everything that axe finds in the document.
func (v *visitor) accessible(where string) {
	v.t.Helper()
	v.keeps(allRules, where)
}

// keeps fails for what axe finds by some of its rules.
func (v *visitor) keeps(rules, where string) {
	v.t.Helper()
	script := axeScript(v.t)
	v.still()
	if !v.is("() => !!window.axe") {
		_, err := v.in.Evaluate(rod.Eval("(code) => { (0, eval)(code) }", script))
		must(v.t, err)
	}
	said := v.value(`async () => JSON.stringify((await window.axe.run(document, {resultTypes: ['violations'], iframes: false, ` + rules + `})).violations)`)
	var found []axeFinding
	must(v.t, json.Unmarshal([]byte(said), &found))
	for _, f := range found {
		var at []string
		for _, n := range f.Nodes {
			at = append(at, fmt.Sprintf("%.300s\n\t\t%s", n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n\t\t")))
		}
		v.t.Errorf("%s: axe: %s (%s): %s\n\t%s", where, f.ID, f.Impact, f.Help, strings.Join(at, "\n\t"))
	}
}
