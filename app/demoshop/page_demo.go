package demoshop

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// pageDemo explains who a visitor can be, with one click each.
func (s *Shop) pageDemo(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		return themed{Template: "demo", Type: "page", Title: b.lang.say("Demo shop")}, nil
	})
}

// pageStorefront enters the shop as by a partner's own name for it, meier.shop.example:
// names below the shop's do not resolve on one machine.
func (s *Shop) pageStorefront(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/?p="+url.QueryEscape(r.PathValue("name")), http.StatusSeeOther)
}

func (s *Shop) pageClock(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	s.show(w, r, func() (themed, error) {
		return themed{Template: "clock", Type: "page", Title: b.lang.say("Clock")}, nil
	})
}

// mostDays is how far the clock goes with one click.
const mostDays = 800

// doClock moves the shop's clock, and the app's with it: by days, or to a date.
func (s *Shop) doClock(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	to := local(r.PostFormValue("return_to"), "/clock")
	by, ok := s.leap(r.PostFormValue("days"), r.PostFormValue("date"))
	if !ok {
		back(w, r, b, "The clock only moves forward, by 1 to 800 days.", to)
		return
	}
	s.cfg.Clock.Advance(by)
	days := int(by.Hours()+12) / 24
	if days == 1 {
		back(w, r, b, "It is one day later now.", to)
		return
	}
	back(w, r, b, b.lang.say("It is %s days later now.", days), to)
}

// leap is how far to move: so many days, or until nine in the morning of a date.
func (s *Shop) leap(days, date string) (time.Duration, bool) {
	if date != "" {
		day, err := time.ParseInLocation(time.DateOnly, date, zone())
		by := day.Add(9 * time.Hour).Sub(s.now())
		return by, err == nil && by > 0 && by <= mostDays*24*time.Hour
	}
	n, err := strconv.Atoi(days)
	return time.Duration(n) * 24 * time.Hour, err == nil && n >= 1 && n <= mostDays
}

// Seeding is how far the shop's made-up past has come.
type Seeding struct {
	Day, Days     int // 0 of 0 = there is none
	Members       int
	Orders        int
	Done, Skipped bool
}

func (s *Shop) seedState() m {
	p := s.seeding
	if p.Days == 0 {
		return m{"active": false, "done": false, "percent": 0}
	}
	return m{"active": !p.Done, "done": p.Done, "percent": 100 * p.Day / p.Days, "members": p.Members, "orders": p.Orders}
}
