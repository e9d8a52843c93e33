package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// appended are the tables whose rows stay as they were written: a correction is one
// more row. Only the erasure of a whole shop, which goes through its list of tables,
// deletes from them.
const appended = `(entries|sale_versions|plan_versions|audit_log)\b`

// rewriting finds a statement, or a call of the helpers that make statements, that
// would change such a row.
var rewriting = regexp.MustCompile(`(?i)\b((UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+|(updateEach|deleteSome)\("` + `)` + appended)

// TestNoStatementChangesWhatWasWrittenOnce stands for the promise that every change
// of points is an entry and that nothing is ever overwritten.
func TestNoStatementChangesWhatWasWrittenOnce(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "bench/") { // the bench damages a database of its own
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := rewriting.FindString(string(text)); found != "" {
			t.Errorf("%s changes what was written once: %s", file, found)
		}
	}
	for _, bad := range []string{"`UPDATE entries SET points = 0`", "delete from  sale_versions WHERE", `tx.updateEach("audit_log", shop`} {
		if !rewriting.MatchString(bad) {
			t.Errorf("not found: %s", bad)
		}
	}
}
