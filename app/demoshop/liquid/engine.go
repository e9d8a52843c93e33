package liquid

import (
	"crypto/md5"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
)

//go:generate sh -c "cd liquidjs && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent bundle"

//go:embed liquidjs/liquid.js
var liquidSource string

//go:embed filters.js
var filtersSource string

//go:embed shopify.js
var shopifySource string

var programs = sync.OnceValue(func() []*goja.Program {
	return []*goja.Program{
		goja.MustCompile("liquid.js", liquidSource, false),
		goja.MustCompile("filters.js", filtersSource, false),
		goja.MustCompile("shopify.js", shopifySource, false),
	}
})

// patience is how long one page may take to fill.
var patience = 10 * time.Second

// Config is what an engine renders from.
type Config struct {
	Theme     fs.FS          // layout, templates, sections, snippets, locales, config, assets
	Extension fs.FS          // an app's theme extension: blocks, snippets, locales, assets; nil = none
	Zone      *time.Location // of dates
	Now       func() time.Time
}

// Page is one page to fill. Globals is Shopify's global objects by name; App is
// what only an app's own blocks may read. Both must be marshallable to JSON.
type Page struct {
	Template string `json:"template"` // templates/<name>.json
	Layout   string `json:"layout"`   // empty = theme
	Locale   string `json:"locale"`
	Globals  any    `json:"globals"`
	App      any    `json:"app"`
}

// Engine fills pages. Safe for concurrent use.
type Engine struct {
	cfg       Config
	theme     map[string]any
	extension map[string]any
	idle      chan *machine
}

// machine is one JavaScript world with everything parsed so far; it serves one
// page at a time, of any engine with the same files.
type machine struct {
	vm     *goja.Runtime
	render goja.Callable
	engine *Engine // whose page is being filled
}

const machines = 2

var halls = struct {
	sync.Mutex
	of map[[sha256.Size]byte]chan *machine
}{of: map[[sha256.Size]byte]chan *machine{}}

// hall is where the machines for these files wait: shops with the same theme share them.
func hall(trees ...map[string]any) (chan *machine, error) {
	raw, err := json.Marshal(trees)
	if err != nil {
		return nil, err
	}
	key := sha256.Sum256(raw)
	halls.Lock()
	defer halls.Unlock()
	idle, known := halls.of[key]
	if !known {
		idle = make(chan *machine, machines)
		for range machines {
			idle <- nil
		}
		halls.of[key] = idle
	}
	return idle, nil
}

// New reads both trees. The first page on each machine is slower.
func New(cfg Config) (*Engine, error) {
	e := &Engine{cfg: cfg}
	var err error
	if e.theme, err = readTree(cfg.Theme); err != nil {
		return nil, err
	}
	if e.extension, err = readTree(cfg.Extension); err != nil {
		return nil, err
	}
	if e.idle, err = hall(e.theme, e.extension); err != nil {
		return nil, err
	}
	return e, nil
}

var texts = []string{".liquid", ".json", ".svg", ".css", ".js"}

func readTree(tree fs.FS) (map[string]any, error) {
	out := map[string]any{}
	if tree == nil {
		return out, nil
	}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains(texts, path.Ext(name)) {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		out[name] = string(text)
		return err
	})
	return out, err
}

// Render fills a page. Problems are errors that were printed into it and
// translations that are missing.
func (e *Engine) Render(p Page) (html string, problems []string, err error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return "", nil, err
	}
	m := <-e.idle
	defer func() { e.idle <- m }()
	if m == nil {
		if m, err = e.boot(); err != nil {
			return "", nil, err
		}
	}
	m.engine = e
	limit := time.AfterFunc(patience, func() { m.vm.Interrupt(errors.New("the page takes too long")) })
	answer, err := m.render(goja.Undefined(), m.vm.ToValue(string(raw)))
	vm := m.vm
	if !limit.Stop() {
		m = nil // it may be interrupted at any moment: the next page gets a new one
	}
	if err != nil {
		return "", nil, fmt.Errorf("template %s: %w", p.Template, err)
	}
	o := answer.ToObject(vm)
	if err := vm.ExportTo(o.Get("problems"), &problems); err != nil {
		return "", nil, err
	}
	return o.Get("html").String(), problems, nil
}

func (e *Engine) boot() (*machine, error) {
	vm := goja.New()
	for _, p := range programs() {
		if _, err := vm.RunProgram(p); err != nil {
			return nil, err
		}
	}
	build, ok := goja.AssertFunction(vm.Get("shopifyTheme"))
	if !ok {
		return nil, errors.New("shopifyTheme is not a function")
	}
	m := &machine{vm: vm, engine: e}
	date := func(value, pattern, style, locale string) string { return m.engine.date(value, pattern, style, locale) }
	bridge := map[string]any{"date": date, "digest": digest}
	trees := map[string]any{"theme": e.theme, "extension": e.extension}
	made, err := build(goja.Undefined(), vm.Get("liquidjs"), vm.ToValue(bridge), vm.ToValue(trees))
	if err != nil {
		return nil, err
	}
	if m.render, ok = goja.AssertFunction(made); !ok {
		return nil, errors.New("render is not a function")
	}
	return m, nil
}

func digest(kind, text string) string {
	if kind == "md5" {
		sum := md5.Sum([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Asset reads a file of a tree ("theme" or "extension"); ok is false if there is none.
func (e *Engine) Asset(tree, name string) (text string, ok bool) {
	files := e.theme
	if tree == "extension" {
		files = e.extension
	}
	if strings.Contains(name, "/") {
		return "", false
	}
	text, ok = files["assets/"+name].(string)
	return text, ok
}
