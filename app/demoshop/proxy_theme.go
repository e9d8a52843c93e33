package demoshop

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
)

var (
	firstHeading = regexp.MustCompile(`<h1>([^<]*)</h1>`)
	liquidTag    = regexp.MustCompile(`\{\{|\{%`)
)

// showProxied puts the theme around an answer of the app that is Liquid, as the host
// does. The app's pages have no tags of Liquid: one in them would be somebody's words.
func (s *Shop) showProxied(w http.ResponseWriter, r *http.Request, res *http.Response) {
	part, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err == nil && liquidTag.Match(part) {
		err = errors.New("the app's page has a tag of Liquid in it")
		s.problems.add("proxied: " + err.Error())
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	title := shopName
	if found := firstHeading.FindSubmatch(part); found != nil {
		title = string(found[1])
	}
	s.withVisitor(func(w http.ResponseWriter, r *http.Request) {
		s.show(w, r, func() (themed, error) {
			return themed{Template: "proxied", Type: "page", Title: title, Status: res.StatusCode, Objects: m{"page": m{"title": title, "content": string(part)}}}, nil
		})
	})(w, r)
}

func isLiquid(res *http.Response) bool {
	return strings.HasPrefix(res.Header.Get("Content-Type"), "application/liquid")
}
