package demoshop

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"
)

//go:embed pages
var pageFiles embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"euros": euros,
		"day":   func(t time.Time) string { return t.In(zone()).Format("2 Jan 2006, 15:04") },
		"stars": func(n int64) string { return strings.Repeat("★", int(n)) + strings.Repeat("☆", int(5-n)) },
	}).ParseFS(pageFiles, "pages/*.html"))
})

// view is what every page gets.
type view struct {
	Title    string
	Page     string
	Flash    string
	Now      time.Time
	Customer *Customer
	InCart   int64
	Merchant bool
	D        m
}

// render fills a page while nothing in the shop can change.
func (s *Shop) render(w http.ResponseWriter, b *browser, page, title string, data func() (m, error)) {
	var buf bytes.Buffer
	s.mu.Lock()
	d, err := data()
	if err == nil {
		v := view{Title: title, Page: page, Flash: b.takeFlash(), Now: s.now(), Customer: s.liveCustomer(b.customer.Load()), Merchant: strings.HasPrefix(page, "merchant"), D: d}
		for _, l := range b.cart {
			v.InCart += l.Quantity
		}
		err = templates().ExecuteTemplate(&buf, page, v)
		if err != nil {
			s.cfg.Log.Error("demo shop: page does not render", "page", page, "error", err)
			err = fmt.Errorf("this page is broken")
		}
	}
	s.mu.Unlock()
	if err != nil {
		http.Error(w, "Demo shop (a test double): "+err.Error(), http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-src *; object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	_, _ = w.Write(buf.Bytes())
}

// back answers a form: a message and the way to the next page.
func back(w http.ResponseWriter, r *http.Request, b *browser, message, to string) {
	b.flash = message
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
