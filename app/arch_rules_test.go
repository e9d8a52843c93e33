package main_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var rules = []func(source) []string{arrows, purity, walls, calls, queries, floats, sizes, words}

func itoa(n int) string { return strconv.Itoa(n) }

var features = []string{"app/ledger", "app/earning", "app/voucher", "app/reward", "app/partner", "app/faq"}

// mayImport lists, for the packages in the middle, everything of ours that
// they may use. Folders cover what is below them.
var mayImport = map[string][]string{
	"app/loyalty":  {},
	"app/ledger":   {"app/loyalty"},
	"app/earning":  {"app/loyalty"},
	"app/voucher":  {"app/loyalty"},
	"app/reward":   {"app/loyalty"},
	"app/partner":  {"app/loyalty"},
	"app/faq":      {"app/loyalty"},
	"app/cache":    {"app/loyalty"},
	"app/store":    append([]string{"app/loyalty", "app/store", "app/crash", "migrations"}, features...),
	"app/crash":    {"app/loyalty"},
	"app/platform": {"app/loyalty", "app/earning", "app/voucher", "app/platform"},
}

// edges are called by main alone.
var edges = []string{"app/api", "webhooks", "app/intake", "app/dispatch", "app/schedule"}

func under(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return path == f || strings.HasPrefix(path, f+"/") })
}

func arrows(s source) (found []string) {
	if s.isTest() {
		return nil
	}
	for _, imported := range s.imports {
		ours, ok := strings.CutPrefix(imported, "zugabe/")
		if !ok {
			continue
		}
		for folder, allowed := range mayImport {
			if s.in(folder) && !under(ours, allowed) {
				found = append(found, s.path+": "+folder+" may not import "+imported)
			}
		}
		if under(ours, edges) && s.folder() != "app" && !under(ours, []string{s.folder()}) && !under(s.folder(), []string{ours}) {
			found = append(found, s.path+": "+s.folder()+" may not import "+imported+" (only main does)")
		}
	}
	return found
}

// impure is what a feature has no use for: time, files, network, contexts.
var impure = []string{"context", "os", "net", "database", "log", "io/fs", "math/rand", "syscall"}

func purity(s source) (found []string) {
	if s.isTest() || !s.in(features...) {
		return nil
	}
	for _, imported := range s.imports {
		if under(imported, impure) && imported != "net/url" && imported != "net/netip" { // which only read texts
			found = append(found, s.path+": features are pure, no "+imported)
		}
	}
	return found
}

var wallsOf = map[string][]string{
	"gorm.io":                        {"app/store"},
	"github.com/redis":               {"app/cache"},
	"github.com/alicebob":            {"app/cache"},
	"github.com/golang-jwt":          {"app/session"},
	"github.com/gofiber":             {"app/api", "webhooks"},
	"github.com/ansrivas":            {"app/api"},
	"github.com/valyala":             {"app/api", "webhooks"},
	"github.com/mattn/go-sqlite3":    {},
	"github.com/glebarez/go-sqlite3": {},
	"github.com/dop251/goja":         {"app/demoshop/liquid"},
	"github.com/go-rod":              {"app/browser"},
}

func walls(s source) (found []string) {
	for module, homes := range wallsOf {
		if s.uses(module) && !s.in(homes...) {
			found = append(found, s.path+": "+module+" belongs in "+strings.Join(homes, " and "))
		}
	}
	return found
}

// calls looks at selectors such as time.Now and db.Save(x).
func calls(s source) (found []string) {
	say := func(n ast.Node, text string) { found = append(found, s.at(n)+": "+text) }
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			selected(s, n, say)
		case *ast.CallExpr:
			if method, ok := n.Fun.(*ast.SelectorExpr); ok {
				called(s, n, method, say)
			}
		}
		return true
	})
	return found
}

func selected(s source, n *ast.SelectorExpr, say func(ast.Node, string)) {
	from, _ := n.X.(*ast.Ident)
	if from == nil || from.Name != "time" || s.path == "app/loyalty/clock.go" {
		return
	}
	switch n.Sel.Name {
	case "Now":
		say(n, "time.Now is for app/loyalty/clock.go; take a loyalty.Clock")
	case "Since", "Until":
		if !s.isTest() {
			say(n, "time."+n.Sel.Name+" hides time.Now; take a loyalty.Clock")
		}
	case "Sleep":
		say(n, "time.Sleep: wait for a condition or a timer with a context")
	}
}

func called(s source, n *ast.CallExpr, method *ast.SelectorExpr, say func(ast.Node, string)) {
	_, plain := method.X.(*ast.Ident)
	switch name := method.Sel.Name; {
	case name == "AutoMigrate":
		say(n, "AutoMigrate: the schema comes from migrations")
	case name == "BodyParser":
		say(n, "BodyParser: it decompresses without limit before anything is verified (A17)")
	case name == "Body" && plain && len(n.Args) == 0 && s.uses("github.com/gofiber/fiber/v2"):
		say(n, "c.Body() decompresses without limit and is overwritten later (A17, A27); use BodyRaw and copy")
	case name == "Save" && s.uses("gorm.io"):
		say(n, "gorm.Save writes every column, also the ones it does not know")
	case (name == "Where" || name == "Updates") && s.uses("gorm.io") && len(n.Args) > 0 && isStruct(n.Args[0]):
		say(n, "a struct in "+name+" drops its zero values, and with them the shop")
	case slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, name) && s.isTest() && plain:
		say(n, "no test is skipped; make it run or delete it")
	}
}

func isStruct(e ast.Expr) bool {
	if address, ok := e.(*ast.UnaryExpr); ok {
		e = address.X
	}
	literal, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	_, isMap := literal.Type.(*ast.MapType)
	return !isMap
}

// engineOnly are constructs that one of the engines lacks or gets wrong.
var engineOnly = regexp.MustCompile(`(?i)\b(insert\s+ignore|for\s+update|skip\s+locked|get_lock|on\s+duplicate\s+key|on\s+conflict|auto_?increment|lock\s+in\s+share)\b`)

var statement = regexp.MustCompile(`(?is)^\s*(select|insert|update|delete)\s.*%`)

func queries(s source) (found []string) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING && s.in("app/store", "app/program") && !s.isTest() {
				if bad := engineOnly.FindString(n.Value); bad != "" {
					found = append(found, s.at(n)+": "+strings.ToUpper(strings.Join(strings.Fields(bad), " "))+" is not the same on all engines")
				}
			}
		case *ast.CallExpr:
			method, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 || !strings.Contains(method.Sel.Name, "rintf") {
				return true
			}
			if format, ok := n.Args[0].(*ast.BasicLit); ok && statement.MatchString(strings.Trim(format.Value, "`\"")) {
				found = append(found, s.at(n)+": Sprintf into SQL; use placeholders")
			}
		}
		return true
	})
	return found
}

func floats(s source) (found []string) {
	if s.isTest() || !s.in(append(features, "app/loyalty")...) {
		return nil
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") {
			found = append(found, s.at(n)+": "+id.Name+" where points and money are counted")
		}
		return true
	})
	return found
}

const (
	maxFunctionLines = 70
	maxParameters    = 5
	maxFileLines     = 500
)

func sizes(s source) (found []string) {
	for _, decl := range s.file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		lines := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
		if lines > maxFunctionLines {
			found = append(found, s.at(f)+": "+f.Name.Name+" is "+itoa(lines)+" lines long")
		}
		if n := f.Type.Params.NumFields(); n > maxParameters && !s.isTest() {
			found = append(found, s.at(f)+": "+f.Name.Name+" has "+itoa(n)+" parameters")
		}
	}
	if lines := s.set.File(s.file.Pos()).LineCount(); lines > maxFileLines && !s.isTest() {
		found = append(found, s.path+": "+itoa(lines)+" lines, split it")
	}
	return found
}

var (
	unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	machine    = regexp.MustCompile(`/wo` + `rk/|\.\./sha` + `red`)
)

func words(s source) (found []string) {
	for _, group := range s.file.Comments {
		if bad := unfinished.FindString(group.Text()); bad != "" {
			found = append(found, s.at(group)+": "+bad+": finish it or write it down elsewhere")
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && machine.MatchString(lit.Value) {
			found = append(found, s.at(n)+": a path of this machine")
		}
		return true
	})
	return found
}
