package demoshop

import (
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"sync"

	"zugabe/app/demoshop/liquid"
)

//go:embed theme
var themeFiles embed.FS

// themed is one page of the shop, before it is filled.
type themed struct {
	Template string // templates/<Template>.json
	Type     string // request.page_type; empty = Template
	Title    string // page_title, in words of the reader
	Status   int    // 0 = 200
	Objects  m      // what the page has beside the objects that all pages have
}

// engine reads the theme when the first page is asked for.
func (s *Shop) engine() (*liquid.Engine, error) {
	s.themeOnce.Do(func() {
		var theme fs.FS
		if theme, s.themeErr = fs.Sub(themeFiles, "theme"); s.themeErr != nil {
			return
		}
		s.theme, s.themeErr = liquid.New(liquid.Config{Theme: theme, Extension: s.cfg.Extension, Zone: zone(), Now: s.now})
	})
	return s.theme, s.themeErr
}

// themeBox keeps the shop's theme.
type themeBox struct {
	themeOnce sync.Once
	theme     *liquid.Engine
	themeErr  error
}

// show collects what the page is about while nothing in the shop can change, and
// fills it afterwards.
func (s *Shop) show(w http.ResponseWriter, r *http.Request, about func() (themed, error)) {
	b := s.visit(w, r)
	s.mu.Lock()
	page, err := about()
	if errors.Is(err, errNoPage) {
		page, err = themed{Template: "404", Title: b.lang.say("This page does not exist"), Status: http.StatusNotFound}, nil
	}
	var filled liquid.Page
	if err == nil {
		filled = s.liquidPage(r, b, page)
	}
	s.mu.Unlock()
	if err != nil {
		back(w, r, b, err.Error(), "/")
		return
	}
	html, err := s.fillTheme(filled)
	if err != nil {
		s.cfg.Log.Error("demo shop: page does not render", "page", page.Template, "error", err)
		http.Error(w, "Demo shop (a test double): this page is broken", http.StatusInternalServerError)
		return
	}
	pageHeaders(w.Header())
	if page.Status != 0 {
		w.WriteHeader(page.Status)
	}
	_, _ = w.Write([]byte(html))
}

func (s *Shop) fillTheme(page liquid.Page) (string, error) {
	engine, err := s.engine()
	if err != nil {
		return "", err
	}
	html, problems, err := engine.Render(page)
	for _, p := range problems {
		s.cfg.Log.Warn("demo shop: a page has a problem", "page", page.Template, "problem", p)
		s.problems.add(page.Template + ": " + p)
	}
	return html, err
}

// problemBook keeps what pages complained of, for tests.
type problemBook struct {
	mu   sync.Mutex
	list []string
}

func (b *problemBook) add(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list) < 1000 {
		b.list = append(b.list, text)
	}
}

func (b *problemBook) take() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.list
	b.list = nil
	return out
}

func pageHeaders(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	// blocks may bring a style element, never a script in the page
	h.Set("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
}

// liquidPage adds what every page of a theme has: shop, customer, cart, request.
func (s *Shop) liquidPage(r *http.Request, b *browser, page themed) liquid.Page {
	if page.Type == "" {
		page.Type = page.Template
	}
	c := s.liveCustomer(b.customer.Load())
	globals := m{
		"shop": shopDrop(r, b.lang), "request": requestDrop(r, b.lang, page.Type), "localization": localizationDrop(b.lang), "routes": routes,
		"customer": s.customerDrop(c, b.lang, false), "cart": s.cartDrop(b), "collections": s.collectionsDrop(b.lang), "linklists": s.linkListsDrop(b.lang),
		"template": templateDrop(page.Template), "page_title": page.Title, "canonical_url": "http://" + r.Host + r.URL.Path,
		"forms": formsDrop(r, b), "demo": s.demoDrop(r, b, c),
	}
	for name, object := range page.Objects {
		globals[name] = object
	}
	app := m{"customer": s.customerDrop(c, b.lang, true), "app": m{"metafields": s.metafieldsDrop(gid("AppInstallation", installationID), true)}}
	return liquid.Page{Template: page.Template, Locale: string(b.lang), Globals: globals, App: app}
}

// templateDrop takes "customers/order" and "page.rewards" apart.
func templateDrop(name string) m {
	d := m{"directory": nil, "suffix": nil}
	if folder, rest, ok := strings.Cut(name, "/"); ok {
		d["directory"], name = folder, rest
	}
	if rest, suffix, ok := strings.Cut(name, "."); ok {
		d["suffix"], name = suffix, rest
	}
	d["name"] = name
	return d
}

// serveAsset serves the files of the theme or of the app's extension.
func (s *Shop) serveAsset(tree string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		engine, err := s.engine()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		name := r.PathValue("name")
		text, ok := engine.Asset(tree, name)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", assetType(name))
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		w.Header().Set("Cache-Control", "max-age=300")
		_, _ = w.Write([]byte(text))
	}
}
