package crash_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
)

const (
	seatPoints = 100
	seats      = 40
)

// exchanging: points become a ticket of a list. Whoever dies before the commit leaves
// nothing of it, whoever dies behind it has given it: the same form, sent again,
// gives one ticket for the points of one.
var exchanging = chapter{
	name:   "reward",
	points: []string{"reward.exchanged", "books.entries_written", "store.before_commit", "store.after_commit"},
	few:    []string{"reward.exchanged", "store.after_commit:1"},
	begin: func(w *world) {
		redeeming.begin(w)
		w.offerSeats()
	},
	play: func(w *world) {
		p, before, had := w.rich, w.holding(w.rich), w.seatsGiven()
		w.exchange(p)
		w.exchange(p)
		w.has(p, holding{available: before.available - 2*seatPoints})
		if n := w.number(`SELECT SUM(points) FROM reward_redemptions WHERE state = 'done'`); n != (had+2)*seatPoints {
			w.t.Errorf("%d points for %d tickets", n, had+2)
		}
	},
}

// offerSeats makes a reward that is delivered by ticket.
func (w *world) offerSeats() {
	w.t.Helper()
	var made struct {
		ID      string
		Version int64
		Live    bool
		Left    int64
	}
	item := map[string]any{"texts": map[string]any{"en": map[string]any{"name": "Seat"}}, "points": seatPoints, "stock": 0, "delivery": "ticket"}
	list := ""
	for i := range seats {
		list += fmt.Sprintf("SEAT-%02d\n", i)
	}
	w.until("there is a reward", func() bool {
		return w.posted(http.MethodPost, "/rewards", map[string]any{"item": item, "tickets": list}, &made)
	})
	w.until("members can have it", func() bool {
		return w.posted(http.MethodPut, "/rewards/"+made.ID, map[string]any{"version": made.Version, "on": true, "item": item}, &made)
	})
	if !made.Live || made.Left != seats {
		w.t.Fatalf("%+v", made)
	}
}

// seatsGiven is how many pieces are gone, of which every one is somebody's ticket.
func (w *world) seatsGiven() int64 {
	w.t.Helper()
	taken := w.number(`SELECT taken FROM rewards`)
	tickets := w.number(`SELECT COUNT(*) FROM reward_tickets WHERE redemption_id <> 0`)
	owned := w.number(`SELECT COUNT(DISTINCT t.id) FROM reward_tickets t JOIN reward_redemptions r ON r.shop_id = t.shop_id AND r.id = t.redemption_id AND r.ticket_id = t.id`)
	if all := w.number(`SELECT COUNT(*) FROM reward_redemptions`); tickets != taken || owned != taken || all != taken || taken < 0 {
		w.t.Fatalf("%d pieces are taken, %d tickets given, %d of them to %d redemptions", taken, tickets, owned, all)
	}
	return taken
}

var (
	seatForm   = regexp.MustCompile(`name="reward" value="(\d+)"><input type="hidden" name="points" value="(\d+)"><input type="hidden" name="token" value="([0-9a-f.]+)"`)
	seatTicket = regexp.MustCompile(`<code>(SEAT-\d+)</code>`)
)

// exchange sends one form of the shop's page until it is answered, and then once more:
// all of it together gives one new ticket.
func (w *world) exchange(p *person) {
	w.t.Helper()
	given := w.seatsGiven()
	var form, had, has []string
	w.until("the page has its form", func() bool {
		page, status := w.rewardsPage(p, nil)
		form, had = seatForm.FindStringSubmatch(page), ticketsOn(page)
		return status == http.StatusOK && form != nil
	})
	wish := url.Values{"reward": form[1:2], "points": form[2:3], "token": form[3:4]}
	for _, what := range []string{"the exchange is answered", "the same again is answered"} {
		w.until(what, func() bool {
			page, status := w.rewardsPage(p, wish)
			if status/100 == 4 && status != http.StatusTooManyRequests {
				w.t.Fatalf("the exchange was refused with %d: %s", status, page)
			}
			has = ticketsOn(page)
			return status == http.StatusOK
		})
		fresh := slices.DeleteFunc(slices.Clone(has), func(ticket string) bool { return slices.Contains(had, ticket) })
		if len(fresh) != 1 || len(has) != len(had)+1 {
			w.t.Fatalf("%s: the tickets were %v and are %v", what, had, has)
		}
	}
	if now := w.seatsGiven(); now != given+1 {
		w.t.Fatalf("%d pieces went for one wish", now-given)
	}
}

// rewardsPage opens the page in the browser, or sends its form; 0 = nobody answered.
func (w *world) rewardsPage(p *person, form url.Values) (page string, status int) {
	w.t.Helper()
	if p.browser == nil {
		w.logIn(p)
	}
	send := func() (*http.Response, error) { return p.browser.Get(w.front + "/apps/zugabe/rewards") }
	if form != nil {
		send = func() (*http.Response, error) { return p.browser.PostForm(w.front+"/apps/zugabe/rewards", form) }
	}
	res, err := send()
	if err != nil {
		return "", 0
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return "", 0
	}
	return string(text), res.StatusCode
}

func ticketsOn(page string) (list []string) {
	for _, found := range seatTicket.FindAllStringSubmatch(page, -1) {
		list = append(list, found[1])
	}
	return list
}
