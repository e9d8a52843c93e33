package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// statement is a text that reads or writes rows. Some texts begin after a list of
// columns that another constant holds.
var statement = regexp.MustCompile(`^\s*(SELECT|UPDATE|DELETE|INSERT|FROM)\b`)

// directory are the tables and settings that belong to no shop.
var directory = regexp.MustCompile(`\b(shops|leases|goose_\w+|sqlite_\w+|pragma_\w+|information_schema\.\w+|INNODB_\w+)\b|@@|sqlite_version|VERSION\(\)`)

// TestEverySQLTextNamesTheShop covers: H12
func TestEverySQLTextNamesTheShop(t *testing.T) {
	files, err := filepath.Glob("store/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of the store: %v", err)
	}
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, text := range sqlTexts(t, file, nil) {
			seen++
			if !strings.Contains(text, "shop_id") && !directory.MatchString(text) {
				t.Errorf("%s: a statement that names no shop: %s", file, strings.Join(strings.Fields(text), " "))
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d statements were found: the search is broken", seen)
	}
	bad := sqlTexts(t, "bad.go", "package p\nfunc f(tx Tx) { tx.Exec(`SELECT id FROM `+`members WHERE email_fold = ?`) }")
	if len(bad) != 1 || strings.Contains(bad[0], "shop_id") {
		t.Errorf("a statement without a shop is not found: %q", bad)
	}
}

// sqlTexts returns the statements in a file. Where a function puts one together in
// several steps, all its texts together count as the statement.
func sqlTexts(t *testing.T, name string, source any) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil || f.Name.Name == "InsertMany" { // InsertMany is told its columns
			continue
		}
		texts, all := textsOf(f.Body)
		for _, text := range texts {
			if !statement.MatchString(text) {
				continue
			}
			if !strings.Contains(text, "shop_id") && !directory.MatchString(text) {
				text = all
			}
			found = append(found, text)
		}
	}
	return found
}

// textsOf lists the string expressions of a function, and all of them joined.
func textsOf(body ast.Node) (texts []string, all string) {
	ast.Inspect(body, func(n ast.Node) bool {
		expr, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, isText := literals(expr)
		if isText {
			texts = append(texts, text)
			all += text + " "
		}
		return !isText
	})
	return texts, all
}

func literals(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(x.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, hasLeft := literals(x.X)
		right, hasRight := literals(x.Y)
		return left + right, x.Op == token.ADD && (hasLeft || hasRight)
	case *ast.ParenExpr:
		return literals(x.X)
	}
	return "", false
}
