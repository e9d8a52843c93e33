package demoshop

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

const sessionCookie = "demo_session"

// browser is what the shop remembers of one visitor. A page holds mu from its
// first to its last line.
type browser struct {
	mu       sync.Mutex
	customer atomic.Int64 // also read by the app proxy, beside a page
	cart     []CartLine
	codes    []string
	notes    map[string]string // what the cart carries besides goods
	flash    string
	ref      string // the referral code by whose link the visitor came
	lang     tongue
	fresh    bool // this is the visitor's first page
	form     checkoutForm
	draft    string // one key per attempt to use points: pressing twice redeems once
}

type browsers struct {
	mu   sync.Mutex
	byID map[string]*browser
}

var maxBrowsers = 5000

type visitorKey struct{}

// visit is the visitor whom withVisitor found.
func (s *Shop) visit(_ http.ResponseWriter, r *http.Request) *browser {
	return r.Context().Value(visitorKey{}).(*browser)
}

// withVisitor serves a page to one visitor, who sees one page at a time.
func (s *Shop) withVisitor(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b := s.openSession(w, r)
		b.mu.Lock()
		defer b.mu.Unlock()
		defer func() { b.fresh = false }()
		b.friendLink(r)
		b.lang = spokenBy(r, b.lang)
		next(w, r.WithContext(context.WithValue(r.Context(), visitorKey{}, b)))
	}
}

func (s *Shop) openSession(w http.ResponseWriter, r *http.Request) *browser {
	s.visitors.mu.Lock()
	defer s.visitors.mu.Unlock()
	if c, err := r.Cookie(sessionCookie); err == nil {
		if b := s.visitors.byID[c.Value]; b != nil {
			return b
		}
	}
	if s.visitors.byID == nil || len(s.visitors.byID) >= maxBrowsers {
		s.visitors.byID = map[string]*browser{}
	}
	id := randomText(18)
	b := &browser{fresh: true}
	s.visitors.byID[id] = b
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return b
}

// loggedIn is the customer of the request's session, or 0.
func (s *Shop) loggedIn(r *http.Request) int64 {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return 0
	}
	s.visitors.mu.Lock()
	defer s.visitors.mu.Unlock()
	if b := s.visitors.byID[c.Value]; b != nil {
		return b.customer.Load()
	}
	return 0
}

func (b *browser) addCode(code string) {
	code = strings.TrimSpace(code)
	same := func(have string) bool { return strings.EqualFold(have, code) }
	if code != "" && len(code) <= 255 && len(b.codes) < 5 && !slices.ContainsFunc(b.codes, same) {
		b.codes = append(b.codes, code)
	}
}

// note sets attributes of the cart; an empty text takes one away.
func (b *browser) note(attributes map[string]string) {
	if b.notes == nil {
		b.notes = map[string]string{}
	}
	for k, v := range attributes {
		if delete(b.notes, k); v != "" && len(b.notes) < 20 {
			b.notes[cut(k, 100)] = cut(v, 255)
		}
	}
}

func (b *browser) add(variant, quantity int64) {
	for i := range b.cart {
		if b.cart[i].Variant == variant {
			b.cart[i].Quantity += quantity
			return
		}
	}
	b.cart = append(b.cart, CartLine{variant, quantity})
}

// forget makes the visitor nobody again.
func (b *browser) forget() {
	b.customer.Store(0)
	b.cart, b.codes, b.notes, b.flash, b.draft, b.ref, b.form = nil, nil, nil, "", "", "", checkoutForm{}
}

// takeFlash returns the message for the next page, once.
func (b *browser) takeFlash() string {
	f := b.flash
	b.flash = ""
	return f
}
