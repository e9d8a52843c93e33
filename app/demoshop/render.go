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

// templates are the merchant's pages. The shopper's are in the theme.
var templates = sync.OnceValue(func() *template.Template {
	l := tongue("en")
	return template.Must(template.New("").Funcs(template.FuncMap{
		"euros": l.money, "number": l.number, "signed": l.signed, "points": l.points, "day": l.day, "date": l.date,
		"ms":      func(at int64) string { return l.day(time.UnixMilli(at)) },
		"iso":     func(t time.Time) string { return t.In(zone()).Format(time.DateOnly) },
		"consent": func(state string) string { return strings.ReplaceAll(state, "_", " ") },
		"stars":   func(n int64) string { return strings.Repeat("★", int(n)) + strings.Repeat("☆", int(5-n)) },
	}).ParseFS(pageFiles, "pages/*.html"))
})

// view is what every page of the merchant gets.
type view struct {
	Title string
	Flash string
	Now   time.Time
	Here  string
	D     m
}

// render fills a page of the merchant while nothing in the shop can change.
func (s *Shop) render(w http.ResponseWriter, r *http.Request, page, title string, data func() (m, error)) {
	b := s.visit(w, r)
	s.mu.Lock()
	d, err := data()
	status := http.StatusOK
	if err != nil {
		page, title, d, status = "trouble", "This page does not exist", nil, http.StatusNotFound
	}
	v := view{Title: title, Flash: b.takeFlash(), Now: s.now(), Here: here(r), D: d}
	if own, ok := d["Title"].(string); ok {
		v.Title = own
	}
	var text bytes.Buffer
	err = templates().ExecuteTemplate(&text, page, v)
	s.mu.Unlock()
	if err != nil {
		s.cfg.Log.Error("demo shop: page does not render", "page", page, "error", err)
		http.Error(w, "Demo shop (a test double): this page is broken", http.StatusInternalServerError)
		return
	}
	pageHeaders(w.Header())
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes())
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
