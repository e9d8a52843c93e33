package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// source is one parsed file; path is relative to the project root, with
// slashes.
type source struct {
	path    string
	set     *token.FileSet
	file    *ast.File
	imports []string
}

func (s source) folder() string { return s.path[:max(strings.LastIndexByte(s.path, '/'), 0)] }
func (s source) isTest() bool   { return strings.HasSuffix(s.path, "_test.go") }

// in reports whether the file lies in one of the folders or below it.
func (s source) in(folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return s.folder() == f || strings.HasPrefix(s.folder(), f+"/") })
}

// uses reports whether the file imports the module or a package of it.
func (s source) uses(module string) bool {
	return slices.ContainsFunc(s.imports, func(i string) bool { return i == module || strings.HasPrefix(i, module+"/") })
}

func (s source) at(n ast.Node) string {
	p := s.set.Position(n.Pos())
	return s.path + ":" + itoa(p.Line)
}

func parse(path string, text any) (source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments)
	if err != nil {
		return source{}, err
	}
	s := source{path: path, set: set, file: file}
	for _, spec := range file.Imports {
		s.imports = append(s.imports, strings.Trim(spec.Path.Value, `"`))
	}
	return s, nil
}

// check collects what the rules have against one file.
func check(s source) []string {
	if ast.IsGenerated(s.file) {
		return nil
	}
	var found []string
	for _, rule := range rules {
		found = append(found, rule(s)...)
	}
	return found
}

func TestTheCodeKeepsItsHouseRules(t *testing.T) {
	root := os.DirFS("..")
	files := 0
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "vendor" || d.Name() == "dist" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		s, err := parse(path, text)
		if err != nil {
			return err
		}
		files++
		for _, complaint := range check(s) {
			t.Error(complaint)
		}
		return nil
	})
	if err != nil || files < 10 {
		t.Fatalf("%d files, %v", files, err)
	}
}

// Each rule must catch what it is for; a checker that finds nothing proves
// nothing.
func TestEveryHouseRuleCatchesAnOffender(t *testing.T) {
	for _, c := range []struct{ path, body, want string }{
		{"app/ledger/a.go", `import _ "zugabe/app/voucher"`, "may not import zugabe/app/voucher"},
		{"app/loyalty/a.go", `import _ "zugabe/app/ledger"`, "may not import zugabe/app/ledger"},
		{"app/platform/shopify/a.go", `import _ "zugabe/app/store"`, "may not import zugabe/app/store"},
		{"app/program/a.go", `import _ "zugabe/app/api"`, "may not import zugabe/app/api"},
		{"app/intake/a.go", `import _ "zugabe/webhooks"`, "may not import zugabe/webhooks"},
		{"app/ledger/a.go", `import _ "context"`, "pure"},
		{"app/reward/a.go", `import _ "os"`, "pure"},
		{"app/api/a.go", `import _ "gorm.io/gorm"`, "gorm.io belongs in app/store"},
		{"app/api/a.go", `import _ "github.com/redis/go-redis/v9"`, "belongs in app/cache"},
		{"app/store/a.go", `import _ "github.com/alicebob/miniredis/v2"`, "belongs in app/cache"},
		{"app/api/a.go", `import _ "github.com/golang-jwt/jwt/v5"`, "belongs in app/session"},
		{"app/demoshop/a.go", `import _ "github.com/gofiber/fiber/v2"`, "belongs in app/api"},
		{"app/demoshop/a.go", `import _ "github.com/dop251/goja"`, "belongs in app/demoshop/liquid"},
		{"app/api/a_test.go", `import _ "github.com/go-rod/rod"`, "belongs in app/browser"},
		{"app/intake/a.go", "import \"time\"\nfunc f() { time.Now() }", "time.Now"},
		{"app/intake/a_test.go", "import \"time\"\nfunc f() { time.Now() }", "time.Now"},
		{"app/intake/a.go", "import \"time\"\nfunc f(t time.Time) { time.Since(t) }", "time.Since"},
		{"app/intake/a_test.go", "import \"time\"\nfunc f() { time.Sleep(1) }", "time.Sleep"},
		{"app/store/a.go", "import _ \"gorm.io/gorm\"\nfunc f(db DB) { db.Save(1) }", "Save"},
		{"app/store/a.go", "import _ \"gorm.io/gorm\"\nfunc f(db DB) { db.Where(&T{}) }", "struct in Where"},
		{"app/store/a.go", "import _ \"gorm.io/gorm\"\nfunc f(db DB) { db.Updates(T{}) }", "struct in Updates"},
		{"app/store/a.go", "func f(db DB) { db.AutoMigrate() }", "AutoMigrate"},
		{"app/store/a.go", "const q = `insert  ignore INTO t`", "INSERT IGNORE"},
		{"app/store/a.go", "const q = `SELECT 1 FROM t FOR UPDATE`", "FOR UPDATE"},
		{"app/store/a.go", "const q = `INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING`", "ON CONFLICT"},
		{"app/store/a.go", "import \"fmt\"\nfunc f(x int) { fmt.Sprintf(`SELECT a FROM t WHERE id = %d`, x) }", "Sprintf"},
		{"webhooks/a.go", "import _ \"github.com/gofiber/fiber/v2\"\nfunc f(c Ctx) { c.Body() }", "Body"},
		{"app/api/a.go", "func f(c Ctx) { c.BodyParser(nil) }", "BodyParser"},
		{"app/ledger/a.go", "type T struct{ Points float64 }", "float64"},
		{"app/intake/a_test.go", "func f(t T) { t.Skip() }", "skip"},
		{"app/intake/a.go", "// TO" + "DO later", "TO" + "DO"},
		{"app/intake/a.go", "func f() {" + strings.Repeat("\n", 71) + "}", "lines long"},
		{"app/intake/a.go", "func f(a, b, c, d, e, f int) {}", "6 parameters"},
		{"app/intake/a.go", strings.Repeat("\n", 500), "split it"},
		{"app/intake/a.go", "const p = `/wo" + "rk/main`", "this machine"},
	} {
		s, err := parse(c.path, "package p\n"+c.body+"\n")
		if err != nil {
			t.Errorf("%s: %v", c.body, err)
			continue
		}
		if all := strings.Join(check(s), "\n"); !strings.Contains(all, c.want) {
			t.Errorf("%s with %q: got %q, want %q", c.path, c.body, all, c.want)
		}
	}
}

func TestTheHouseRulesAcceptWhatIsAllowed(t *testing.T) {
	for _, c := range []struct{ path, body string }{
		{"app/store/a.go", "import _ \"gorm.io/gorm\"\nfunc f(db DB) { db.Where(`shop_id = ?`, 1).Updates(map[string]any{}) }"},
		{"app/loyalty/clock.go", "import \"time\"\nfunc f() { time.Now() }"},
		{"webhooks/a.go", "import _ \"github.com/gofiber/fiber/v2\"\nfunc f(c Ctx) { c.Request().Body(); c.BodyRaw() }"},
		{"app/platform/woocommerce/a.go", `import ( _ "zugabe/app/earning"; _ "zugabe/app/platform"; _ "net/http" )`},
		{"app/ledger/a.go", `import ( _ "zugabe/app/loyalty"; _ "errors"; _ "sort" )`},
		{"app/store/a.go", `import ( _ "zugabe/app/ledger"; _ "zugabe/migrations" )`},
	} {
		s, err := parse(c.path, "package p\n"+c.body+"\n")
		if err != nil {
			t.Fatalf("%s: %v", c.body, err)
		}
		if complaints := check(s); len(complaints) > 0 {
			t.Errorf("%s with %q: %q", c.path, c.body, complaints)
		}
	}
	generated, err := parse("app/api/a.go", "// Code generated by x. DO NOT EDIT.\n\npackage p\nimport _ \"gorm.io/gorm\"\n")
	if err != nil || len(check(generated)) > 0 {
		t.Errorf("generated: %v %v", check(generated), err)
	}
}
