package crash_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	pointInCode = regexp.MustCompile(`crash\.Point\("([a-z_.]+)"\)`)
	pointInTest = regexp.MustCompile(`"([a-z_]+\.[a-z_]+):\d+"`)
)

// A step that somebody marked is one at which somebody dies: a new point without a
// chapter, or a kill of its own, is noticed here.
func TestEveryPointIsOneAtWhichSomebodyDies(t *testing.T) {
	dies := map[string]bool{}
	for _, c := range chapters {
		for _, at := range c.cases(append(append([]string{}, c.points...), c.few...)) {
			name, _, _ := strings.Cut(at, ":")
			dies[name] = true
		}
	}
	files, err := filepath.Glob("*_test.go")
	must(t, err)
	for _, file := range files { // backups and restores die by themselves, without a shop
		text, err := os.ReadFile(file)
		must(t, err)
		for _, m := range pointInTest.FindAllSubmatch(text, -1) {
			dies[string(m[1])] = true
		}
	}
	found := map[string]bool{}
	for _, folder := range []string{"..", "../../webhooks"} {
		must(t, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range pointInCode.FindAllSubmatch(text, -1) {
				found[string(m[1])] = true
			}
			return err
		}))
	}
	if len(found) < 40 {
		t.Fatalf("%d points in the code", len(found))
	}
	for name := range found {
		if !dies[name] {
			t.Errorf("nobody dies at %s", name)
		}
	}
	for name := range dies {
		if !found[name] && name != "migrate.statement" {
			t.Errorf("there is no point %s", name)
		}
	}
}
