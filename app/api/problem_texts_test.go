package api_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A refusal is answered in English with a stable code; the admin says it in the
// reader's language by that code. Its words are compared with the codes as the
// sources have them, so that a new code cannot be forgotten.
func TestEveryCodeOfARefusalHasItsWordsInAllLanguagesOfTheAdmin(t *testing.T) {
	codes := append(loyaltyCodes(t), ownCodes(t)...)
	slices.Sort(codes)
	codes = slices.Compact(codes)
	if len(codes) < 21 {
		t.Errorf("only %d codes were found in the sources: %v", len(codes), codes)
	}
	for _, language := range []string{"en", "de", "da", "pl", "it"} {
		raw, err := os.ReadFile("../../adminui/src/i18n/common." + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		for _, code := range codes {
			key := "problem." + code
			if code == "forbidden" { // it has a box of its own
				key = "forbidden.title"
			}
			if text, _ := texts[key].(string); text == "" {
				t.Errorf("%s: the code %s has no words: add %q to adminui/src/i18n", language, code, key)
			}
		}
	}
}

// loyaltyCodes are the values of the constants of type Code.
func loyaltyCodes(t *testing.T) []string {
	t.Helper()
	var found []string
	ast.Inspect(parsed(t, "../loyalty/errors.go"), func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, named := spec.Type.(*ast.Ident); named && kind.Name == "Code" {
			found = append(found, literals(t, spec.Values)...)
		}
		return true
	})
	return found
}

// ownCodes are those that the API gives by itself: the second word of problem()
// and what codeForStatus returns.
func ownCodes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		ast.Inspect(parsed(t, name), func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "problem" {
					found = append(found, literals(t, n.Args[1:2])...)
				}
			case *ast.FuncDecl:
				if n.Name.Name == "codeForStatus" {
					found = append(found, returned(t, n)...)
				}
			}
			return true
		})
	}
	return found
}

func returned(t *testing.T, f *ast.FuncDecl) (found []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok {
			found = append(found, literals(t, r.Results)...)
		}
		return true
	})
	return found
}

func literals(t *testing.T, of []ast.Expr) (found []string) {
	t.Helper()
	for _, e := range of {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, text)
		}
	}
	return found
}

func parsed(t *testing.T, name string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
