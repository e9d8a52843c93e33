package browser_test

import (
	"fmt"
	"strings"
	"testing"
)

// refusal is an answer of the app's API to everything that a screen asks for, and what the screen then says.
type refusal struct {
	status   int
	problem  string
	language string
	says     []string
	button   string // "" = none
}

// Every screen says what happened, what is safe and the number to quote when the
// server fails, and offers to try again; all of it accessible.
func TestEveryScreenSaysWhatToDoWhenTheServerFails(t *testing.T) {
	t.Parallel()
	everyScreenRefused(t, refusal{500, `{"type":"about:blank","status":500,"code":"internal","title":"Internal Server Error","detail":"Something went wrong on our side.","instance":"req-4711"}`,
		"en", []string{"Something went wrong on our side", "req-4711"}, "Try again"})
}

// Who may not see a screen reads who can change that; nothing is empty or broken.
func TestEveryScreenSaysThatARoleDoesNotAllowIt(t *testing.T) {
	t.Parallel()
	everyScreenRefused(t, refusal{403, `{"type":"about:blank","status":403,"code":"forbidden","title":"Forbidden","detail":"Your role does not allow this.","instance":"req-4712"}`,
		"de", []string{"Ihre Rolle"}, ""})
}

func everyScreenRefused(t *testing.T, r refusal) {
	s := fullShop(t)
	v := s.visitor(t, phone)
	asked, _ := v.refuses(r.status, r.problem)
	for _, path := range screens(t, s) {
		before := asked.Load()
		v.admin(path, r.language)
		if asked.Load() == before || strings.HasPrefix(path, "/help") {
			continue // a page without data
		}
		where := fmt.Sprintf("%d %s", r.status, path)
		t.Log(where)
		v.sees(r.says...)
		if r.button != "" {
			v.find("button", r.button)
		}
		v.fits(where)
		v.accessible(where)
	}
}

// A shop in which nothing has happened yet has no empty tables: every screen says
// what will be there.
func TestEveryScreenOfAnEmptyShopIsAccessible(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	v := s.visitor(t, desk)
	v.allow("status of 404", "/vouchers/check", "/handout") // the first thing of an empty list, a draft with faults
	for _, path := range screens(t, s) {
		v.resize(desk)
		v.admin(path, "de")
		v.fits("empty " + path)
		v.accessible("empty " + path)
		v.resize(phone)
		v.fits("empty phone " + path)
	}
}
