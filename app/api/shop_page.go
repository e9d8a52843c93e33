package api

import (
	"bytes"
	"context"
	"html/template"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/faq"
	"zugabe/app/store"
)

// Where the pages that we make for the shop are, behind the host's app proxy.
const (
	faqPath     = "/apps/zugabe/faq"
	rewardsPath = "/apps/zugabe/rewards"
)

// faqKept is for how long a shop's questions are remembered, in milliseconds.
const faqKept = 60_000

// shopPage is a page in the shop's own dress.
type shopPage struct {
	Status   int
	Language string
	Title    string
	Body     template.HTML // of a template of ours, nothing else
	Liquid   bool          // the host puts its theme around it
	HomeName string
}

var wholePage = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Title}}</title>
<style>:root{color-scheme:light dark}body{margin:0;font:16px/1.5 system-ui,sans-serif}main{max-width:44rem;margin:0 auto;padding:1.5rem;box-sizing:border-box}</style></head>
<body><main>{{.Body}}<p><a href="/">{{.HomeName}}</a></p></main></body></html>
`))

var themedPage = template.Must(template.New("part").Parse(`<div class="page-width zugabe-page" lang="{{.Language}}" data-zugabe="page">{{.Body}}</div>
`))

// pageStyle takes type and colours from the theme around it.
const pageStyle = `<style>.zugabe-page{max-width:44rem;margin:0 auto;padding-block:1.5rem}.zugabe-page details{border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}
.zugabe-page summary{padding:.85rem 0;font-weight:600;cursor:pointer;min-height:44px;box-sizing:border-box}.zugabe-page summary:focus-visible{outline:2px solid;outline-offset:2px}
.zugabe-page .zg-text{margin:0 0 1rem;white-space:pre-line}.zugabe-page .zg-card{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:8px;padding:1rem;margin:0 0 1rem}
.zugabe-page .zg-card h2,.zugabe-page .zg-card h3{margin:0 0 .35rem;font-size:1.1rem}.zugabe-page .zg-card p{margin:0 0 .5rem;overflow-wrap:anywhere}.zugabe-page .zg-note{opacity:.85;font-size:.9em}
.zugabe-page button{font:inherit;font-weight:600;min-height:44px;padding:.55rem 1.1rem;border:1px solid currentColor;border-radius:6px;background:transparent;color:inherit;cursor:pointer}
.zugabe-page .zg-said{border-inline-start:3px solid;padding:.5rem .9rem;margin:0 0 1rem}.zugabe-page code{font-size:1.1em;font-weight:600;user-select:all}</style>`

// write makes the answer. Where the host reads the page as Liquid, braces are written
// as entities: nobody's words can become a tag of the theme.
func (p shopPage) write() (*rawAnswer, error) {
	frame, kind := wholePage, "text/html; charset=utf-8"
	policy := "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	if p.Liquid {
		frame, kind = themedPage, "application/liquid; charset=utf-8"
	}
	var out bytes.Buffer
	if err := frame.Execute(&out, p); err != nil {
		return nil, err
	}
	page := out.Bytes()
	if p.Liquid {
		page = []byte(pageStyle + strings.NewReplacer("{", "&#123;", "}", "&#125;").Replace(out.String()))
	}
	status := p.Status
	if status == 0 {
		status = http.StatusOK
	}
	return &rawAnswer{Status: status, ContentType: kind, Policy: policy, Body: page}, nil
}

var faqList = template.Must(template.New("faq").Parse(`{{range .}}<details id="{{.ID}}"><summary>{{.Question}}</summary><p class="zg-text">{{.Text}}</p></details>
{{end}}`))

// faqHTML is the list for own pages of the merchant.
func faqHTML(list []faq.Answer) (string, error) {
	var out bytes.Buffer
	err := faqList.Execute(&out, list)
	return out.String(), err
}

// ShopperFAQ is what shoppers read.
type ShopperFAQ struct {
	Language string       `json:"language"`
	Items    []faq.Answer `json:"items"`
}

// shownFAQ is what shoppers read, and what the page says around it.
type shownFAQ struct {
	ShopperFAQ
	Title, Nothing string
}

func (s *Server) storefrontPages(api huma.API) {
	get(api, "/pages", "Which of our pages have something on them, with their addresses", s.ownPages)
	get(api, "/questions", "The published questions with their answers", s.shopperFAQ)
	aside(api, http.MethodGet, "/faq", "The published questions as a page of the shop; it needs no scripts", s.faqPage)
}

// OwnPages are the addresses of the pages that we make for the shop.
type OwnPages struct {
	Rewards   string `json:"rewards,omitempty" doc:"missing = no reward can be had now"`
	Questions string `json:"questions,omitempty" doc:"missing = no question is published"`
}

func (s *Server) ownPages(ctx context.Context, q *newsletterFormQuery) (*body[OwnPages], error) {
	var view OwnPages
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		view.Rewards, view.Questions, err = s.deps.Program.ShopPageURLs(tx, callerOf(ctx).Shop, q.Locale)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) shopperFAQ(ctx context.Context, q *newsletterFormQuery) (*body[ShopperFAQ], error) {
	view, err := s.publishedFAQ(ctx, q.Locale)
	if err != nil {
		return nil, err
	}
	return answer(view.ShopperFAQ), nil
}

// publishedFAQ is remembered for a minute: the page is asked for more often than changed.
func (s *Server) publishedFAQ(ctx context.Context, locale string) (shownFAQ, error) {
	shop := callerOf(ctx).Shop
	key := shop.ID.String()
	kept, ok := s.faqs.get(key)
	if view, has := kept[locale]; ok && has {
		return view, nil
	}
	var view shownFAQ
	err := s.read(ctx, func(tx *store.Tx) error {
		words, err := s.deps.Program.PageWords(tx, shop, locale)
		if err != nil {
			return err
		}
		view.Title, view.Nothing = words.Say("questions.title"), words.Say("questions.nothing")
		view.Language = words.Language
		_, view.Items, err = s.deps.Program.ShownFAQ(tx, shop, locale)
		return err
	})
	if err != nil {
		return view, err
	}
	if view.Items == nil {
		view.Items = []faq.Answer{}
	}
	next := map[string]shownFAQ{locale: view}
	for l, v := range kept {
		if ok && l != locale && len(next) < 20 {
			next[l] = v
		}
	}
	s.faqs.put(key, next, faqKept)
	return view, nil
}

func (s *Server) faqPage(ctx context.Context, q *newsletterFormQuery) (*rawAnswer, error) {
	view, err := s.publishedFAQ(ctx, q.Locale)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := faqPageBody.Execute(&out, view); err != nil {
		return nil, err
	}
	return s.shopPageOf(ctx, shopPage{Language: view.Language, Title: view.Title, Body: template.HTML(out.String())}).write()
}

var faqPageBody = template.Must(template.Must(faqList.Clone()).New("body").Parse(`<h1>{{.Title}}</h1>{{if .Items}}{{template "faq" .Items}}{{else}}<p>{{.Nothing}}</p>{{end}}`))

// shopPageOf fills in what depends on the shop.
func (s *Server) shopPageOf(ctx context.Context, p shopPage) shopPage {
	shop := callerOf(ctx).Shop
	p.Liquid, p.HomeName = shop.Host == "shopify", shop.Name
	if p.HomeName == "" {
		p.HomeName = shop.Domain
	}
	return p
}
