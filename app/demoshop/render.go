package demoshop

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"
)

//go:embed pages
var pageFiles embed.FS

// templates has the pages in each language.
var templates = sync.OnceValue(func() map[tongue]*template.Template {
	out := map[tongue]*template.Template{}
	for _, l := range []tongue{"en", "de"} {
		out[l] = template.Must(template.New("").Funcs(wordsOf(l)).ParseFS(pageFiles, "pages/*.html"))
	}
	return out
})

// wordsOf is what the pages call to speak l.
func wordsOf(l tongue) template.FuncMap {
	return template.FuncMap{
		"t": l.say, "say": func(w saying) string { return w.in(l) }, "euros": l.money, "number": l.number, "signed": l.signed,
		"points": l.points, "day": l.day, "date": l.date,
		"ms":      func(at int64) string { return l.day(time.UnixMilli(at)) },
		"name":    func(c *Customer) string { return strings.TrimSpace(c.First + " " + c.Last) },
		"consent": func(state string) string { return strings.ReplaceAll(state, "_", " ") },
		"stars":   func(n int64) string { return strings.Repeat("★", int(n)) + strings.Repeat("☆", int(5-n)) },
	}
}

// view is what every page gets.
type view struct {
	Lang     tongue
	Other    tongue
	Switch   string // this page in the other language
	Title    string
	Flash    string
	Now      time.Time
	Customer *Customer
	InCart   int64
	Merchant bool
	D        m
}

// render fills a page while nothing in the shop can change.
func (s *Shop) render(w http.ResponseWriter, b *browser, page, title string, data func() (m, error)) {
	s.mu.Lock()
	d, err := data()
	status := http.StatusOK
	if err != nil {
		page, title, d, status = "trouble", "This page does not exist", nil, http.StatusNotFound
	}
	text, err := s.fill(b, page, title, d)
	s.mu.Unlock()
	if err != nil {
		s.cfg.Log.Error("demo shop: page does not render", "page", page, "error", err)
		http.Error(w, "Demo shop (a test double): this page is broken", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// fill writes the page in the visitor's language. A page that is about one thing
// has its own "Title".
func (s *Shop) fill(b *browser, page, title string, d m) ([]byte, error) {
	v := view{Lang: b.lang, Other: b.lang.other(), Switch: b.inOther, Title: b.lang.say(title), Flash: b.takeFlash(), Now: s.now(), Customer: s.liveCustomer(b.customer.Load()), Merchant: strings.HasPrefix(page, "merchant"), D: d}
	if v.Merchant {
		v.Lang, v.Title = "en", title
	}
	if own, ok := d["Title"].(string); ok {
		v.Title = own
	}
	for _, l := range b.cart {
		v.InCart += l.Quantity
	}
	var buf bytes.Buffer
	err := templates()[v.Lang].ExecuteTemplate(&buf, page, v)
	return buf.Bytes(), err
}

// back answers a form: a message and the way to the next page.
func back(w http.ResponseWriter, r *http.Request, b *browser, message, to string) {
	b.flash = b.lang.say(message)
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// local keeps redirects inside the shop.
func local(to, otherwise string) string {
	if strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsAny(to, "\\\r\n") {
		return to
	}
	return otherwise
}

func serveFile(name, typ string) http.HandlerFunc {
	body, err := pageFiles.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", typ)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(body)
	}
}
