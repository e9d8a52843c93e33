package demoshop

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

var errNoPage = errors.New("there is no such page")

func (s *Shop) pageHome(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	if q := r.URL.Query(); b.fresh && !q.Has("ref") && !q.Has("p") {
		http.Redirect(w, r, "/demo", http.StatusSeeOther)
		return
	}
	s.show(w, r, func() (themed, error) {
		featured := []m{}
		for _, handle := range []string{"kaffeetasse", "roestkaffee", "teekanne", "handfilter", "sencha", "handmuehle", "schale", "schokolade"} {
			if p := s.productByHandle(handle); p != nil {
				featured = append(featured, s.productDrop(p, b.lang))
			}
		}
		return themed{Template: "index", Title: shopName, Objects: m{"featured": featured, "shelves": s.collectionList(b.lang), "blog": s.blogDrop(b.lang)}}, nil
	})
}

func (s *Shop) productByHandle(handle string) *Product {
	return find(s.products, func(p *Product) bool { return p.Handle == handle })
}

func (s *Shop) pageCollections(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		return themed{Template: "list-collections", Title: b.lang.say("Collections"), Objects: m{"shelves": s.collectionList(b.lang)}}, nil
	})
}

func (s *Shop) pageCollection(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		handle := r.PathValue("handle")
		c := find(s.collections, func(c *Collection) bool { return c.Handle == handle })
		if handle == everything.Handle {
			c = everything
		}
		if c == nil {
			return themed{}, errNoPage
		}
		return themed{Template: "collection", Title: c.Words.in(b.lang), Objects: m{"collection": s.collectionDrop(c, b.lang, true), "shelves": s.collectionList(b.lang)}}, nil
	})
}

func (s *Shop) pageProduct(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		p := s.productByHandle(r.PathValue("handle"))
		if p == nil {
			return themed{}, errNoPage
		}
		product := s.productDrop(p, b.lang)
		choose(product, r.URL.Query().Get("variant"))
		return themed{Template: "product", Title: p.Words.in(b.lang), Objects: m{"product": product, "reviews": s.reviewsDrop("product", p.ID), "related": s.related(p, b.lang)}}, nil
	})
}

// related are up to four other things from the same shelves.
func (s *Shop) related(p *Product, l tongue) []m {
	out := []m{}
	for _, other := range s.products {
		near := slices.ContainsFunc(other.Collections, func(id int64) bool { return slices.Contains(p.Collections, id) })
		if other != p && near && len(out) < 4 {
			out = append(out, s.productDrop(other, l))
		}
	}
	return out
}

func (s *Shop) pageSearch(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		terms := strings.TrimSpace(r.URL.Query().Get("q"))
		if len(terms) > 100 {
			terms = terms[:100]
		}
		results := []m{}
		for _, p := range s.products {
			if terms != "" && p.matches(terms) {
				results = append(results, s.productDrop(p, b.lang))
			}
		}
		search := m{"performed": terms != "", "terms": terms, "results": results, "results_count": len(results)}
		return themed{Template: "search", Title: b.lang.say("Search"), Objects: m{"search": search}}, nil
	})
}

func (p *Product) matches(terms string) bool {
	text := strings.ToLower(p.Words.EN + " " + p.Words.DE + " " + p.Text.EN + " " + p.Text.DE)
	for _, word := range strings.Fields(strings.ToLower(terms)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func (s *Shop) pageBlog(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		return themed{Template: "blog", Title: b.lang.say("Magazine"), Objects: m{"blog": s.blogDrop(b.lang)}}, nil
	})
}

func (s *Shop) pageArticle(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		a := find(s.articles, func(a *Article) bool { return a.Handle == r.PathValue("handle") })
		if a == nil {
			return themed{}, errNoPage
		}
		return themed{Template: "article", Title: a.Words.in(b.lang), Objects: m{"article": s.articleDrop(a, b.lang), "blog": m{"title": b.lang.say("Magazine"), "url": "/blogs/magazine", "handle": "magazine"}}}, nil
	})
}

// pageRewards is the page a merchant made for the app's rewards block.
func (s *Shop) pageRewards(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		title := b.lang.say("Rewards")
		return themed{Template: "page.rewards", Type: "page", Title: title, Objects: m{"page": m{"id": 1, "title": title, "handle": "rewards", "url": "/pages/rewards", "content": ""}}}, nil
	})
}

func (s *Shop) nameOf(customer int64) string {
	if c := s.liveCustomer(customer); c != nil && c.First != "" {
		return c.First
	}
	return "A customer"
}

func (s *Shop) pageMissing(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, func() (themed, error) { return themed{}, errNoPage })
}

// moved leads an older address to the one that themes use.
func moved(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		target := strings.ReplaceAll(to, "{handle}", r.PathValue("handle"))
		if r.URL.RawQuery != "" {
			target += "?" + r.URL.RawQuery
		}
		http.Redirect(w, r, local(target, "/"), http.StatusMovedPermanently)
	}
}
