package browser_test

import (
	"strings"
	"testing"
)

// Every screen says what happened, what is safe and the number to quote when the
// server fails, and offers to try again; all of it accessible.
func TestEveryScreenSaysWhatToDoWhenTheServerFails(t *testing.T) {
	t.Parallel()
	s := fullShop(t)
	v := s.visitor(t, phone)
	asked, _ := v.refuses(500, `{"type":"about:blank","status":500,"code":"internal","title":"Internal Server Error","detail":"Something went wrong on our side.","instance":"req-4711"}`)
	for _, path := range screens(t, s) {
		before := asked.Load()
		v.admin(path, "en")
		if asked.Load() == before || strings.HasPrefix(path, "/help") {
			continue // a page without data
		}
		t.Log(path)
		v.sees("Something went wrong on our side", "req-4711")
		v.find("button", "Try again")
		v.fits("failing " + path)
		v.accessible("failing " + path)
	}
}

// Who may not see a screen reads who can change that; nothing is empty or broken.
func TestEveryScreenSaysThatARoleDoesNotAllowIt(t *testing.T) {
	t.Parallel()
	s := fullShop(t)
	v := s.visitor(t, phone)
	asked, _ := v.refuses(403, `{"type":"about:blank","status":403,"code":"forbidden","title":"Forbidden","detail":"Your role does not allow this.","instance":"req-4712"}`)
	for _, path := range screens(t, s) {
		before := asked.Load()
		v.admin(path, "de")
		if asked.Load() == before || strings.HasPrefix(path, "/help") {
			continue
		}
		t.Log(path)
		v.sees("Ihre Rolle")
		v.fits("forbidden " + path)
		v.accessible("forbidden " + path)
	}
}

// A shop in which nothing has happened yet has no empty tables: every screen says
// what will be there.
func TestEveryScreenOfAnEmptyShopIsAccessible(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	v := s.visitor(t, desk)
	v.allow("status of 404") // the first thing of an empty list
	for _, path := range screens(t, s) {
		v.resize(desk)
		v.admin(path, "de")
		v.fits("empty " + path)
		v.accessible("empty " + path)
		v.resize(phone)
		v.fits("empty phone " + path)
	}
}
