package demoshop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The storefront API of the app as the shop's pages use it, through the app
// proxy: the signed query says who is logged in. All ways to it are in this file.
const (
	pathBalance    = "/balance"
	pathHistory    = "/history"
	pathRedemption = "/redemptions"
)

// Redemption is the app's answer to a wish to use points.
type Redemption struct {
	ID      string `json:"id"`
	State   string `json:"state"` // pending, active, used, returned, void
	Code    string `json:"code"`  // of a refusal: its stable name
	Minor   int64  `json:"minor"`
	Reason  string `json:"reason"`
	Detail  string `json:"detail"` // of a refusal
	Numbers struct {
		Minimum int64 `json:"minimum"`
		Maximum int64 `json:"maximum"`
		Step    int64 `json:"step"`
		Need    int64 `json:"need"`
	} `json:"numbers"`
}

// question is a call of a shop's page to the app; a wish or a claim makes it a POST.
type question struct {
	customer int64
	path     string
	wish     *redeemWish
	friendOf string // a claim of a referral code
}

// body is what is posted; nil for a GET.
func (q question) body() any {
	switch {
	case q.wish != nil:
		return q.wish
	case q.friendOf != "":
		return map[string]string{"code": q.friendOf}
	}
	return nil
}

// ask calls the app as the proxy would and reads a JSON answer into out.
func (s *Shop) ask(ctx context.Context, q question, out any) (int, error) {
	target := s.cfg.AppProxyTarget + q.path + "?" + s.signedQuery(url.Values{}, q.customer).Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if body := q.body(); err == nil && body != nil {
		raw, _ := json.Marshal(body)
		req, err = http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(raw))
	}
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept", "application/json")
	if q.body() != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Zugabe-Request", "1")
	}
	if q.wish != nil {
		req.Header.Set("Idempotency-Key", q.wish.Key)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return res.StatusCode, err
	}
	if res.StatusCode == http.StatusNoContent {
		return res.StatusCode, nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return res.StatusCode, fmt.Errorf("the app answered %d without JSON", res.StatusCode)
	}
	return res.StatusCode, nil
}

type redeemWish struct {
	Points int64  `json:"points"`
	Key    string `json:"-"`
}

// wishPoints asks the app for a code worth points. The key makes asking again harmless.
func (s *Shop) wishPoints(ctx context.Context, customer, points int64, key string) (r Redemption, status int, err error) {
	status, err = s.ask(ctx, question{customer: customer, path: pathRedemption, wish: &redeemWish{points, key}}, &r)
	return r, status, err
}

// lookUpWish asks what became of a wish.
func (s *Shop) lookUpWish(ctx context.Context, customer int64, id string, into *Redemption) (status int, err error) {
	return s.ask(ctx, question{customer: customer, path: pathRedemption + "/" + url.PathEscape(id)}, into)
}

// redeemAt asks the app for a code worth points and waits until it works or was refused.
func (s *Shop) redeemAt(ctx context.Context, customer, points int64, key string) (Redemption, error) {
	r, status, err := s.wishPoints(ctx, customer, points, key)
	if err != nil {
		return r, err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for status < 300 && r.State == "pending" && r.ID != "" {
		select {
		case <-ctx.Done():
			return r, ctx.Err()
		case <-tick.C:
		}
		if status, err = s.lookUpWish(ctx, customer, r.ID, &r); err != nil {
			return r, err
		}
	}
	if status >= 300 {
		return r, errors.New(refusalText(r, status))
	}
	return r, nil
}

// BalanceAt asks the app through the proxy what a customer has; debt shows as 0.
func (s *Shop) BalanceAt(ctx context.Context, customer int64) (pending, available, held int64, err error) {
	var b struct {
		Points  int64 `json:"points"`
		Pending int64 `json:"pending"`
		Held    int64 `json:"held"`
	}
	status, err := s.ask(ctx, question{customer: customer, path: pathBalance}, &b)
	if err == nil && status >= 300 {
		err = fmt.Errorf("the app answered %d", status)
	}
	return b.Pending, b.Points, b.Held, err
}

func refusalText(r Redemption, status int) string {
	if r.Detail != "" {
		return r.Detail
	}
	return fmt.Sprintf("the app answered %d", status)
}

// refusal is why the app refused and the way out: in our words by the refusal's
// stable name and its figures, else in the app's.
func (l tongue) refusal(r Redemption, err error) string {
	n := r.Numbers
	switch {
	case r.Code == "below_minimum" && n.Minimum > 0:
		return l.say("use at least %s at once.", l.points(n.Minimum))
	case r.Code == "above_maximum" && n.Maximum > 0:
		return l.say("use at most %s at once.", l.points(n.Maximum))
	case r.Code == "not_a_step" && n.Step > 0:
		return l.say("points go in steps of %s.", n.Step)
	case r.Code == "insufficient_points" && n.Need > 0:
		return l.say("you have %s too few.", l.points(n.Need))
	}
	return err.Error()
}

// doCartPoints uses points: the app makes a code, the shop puts it into the cart.
func (s *Shop) doCartPoints(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	points, err := strconv.ParseInt(r.PostFormValue("points"), 10, 64)
	to := local(r.PostFormValue("return_to"), "/cart")
	if err != nil || points < 1 || b.customer.Load() == 0 {
		back(w, r, b, "Log in and give the number of points to use.", to)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 4*time.Second)
	defer cancel()
	red, err := s.redeemAt(ctx, b.customer.Load(), points, b.draft+"-"+str(points))
	switch {
	case err != nil && red.State == "pending":
		back(w, r, b, "Your code is on its way. Press once more in a moment: nothing is taken twice.", to)
	case err != nil:
		back(w, r, b, b.lang.say("No points were used: %s", b.lang.refusal(red, err)), to)
	case red.Code == "":
		back(w, r, b, "No points were used.", to)
	default:
		b.addCode(red.Code)
		b.draft = randomText(12)
		back(w, r, b, b.lang.say("%s points are a code now: %s", points, red.Code), to)
	}
}

// historyLine is one entry as the app tells it to the shopper.
type historyLine struct {
	At     int64  `json:"occurred_at"` // Unix ms
	For    string `json:"for"`
	Order  string `json:"order"`
	Reason string `json:"reason"`
	Points int64  `json:"points"`
}

// pageHistory shows the app's history of the customer, asked through the proxy.
func (s *Shop) pageHistory(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	var answer struct {
		Items []historyLine `json:"items"`
	}
	status, err := s.ask(r.Context(), question{customer: b.customer.Load(), path: pathHistory}, &answer)
	trouble := ""
	if err != nil || status >= 300 {
		trouble = "The app did not answer. Your points are safe; please try again later."
	}
	s.show(w, r, func() (themed, error) {
		lines := []m{}
		for _, e := range answer.Items {
			lines = append(lines, m{"at": e.At / 1000, "text": s.entryText(b.lang, e), "points": e.Points, "signed": b.lang.signed(e.Points)})
		}
		return themed{Template: "customers/history", Type: "customers/account", Title: b.lang.say("Your points"), Objects: m{"lines": lines, "trouble": b.lang.say(trouble)}}, nil
	})
}

// entryText says what an entry was for, in the words of the app's list: the page for
// who has no scripts reads the same.
func (s *Shop) entryText(l tongue, e historyLine) string {
	text, known := s.appWords(l)[e.For]
	if !known {
		text = e.For
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "{{ more }}", e.Order))
	if e.Reason != "" && e.Order != "" {
		text += " · " + e.Reason
	}
	return text
}

// appWords are the words of the installed app's theme extension for reasons.
func (s *Shop) appWords(l tongue) map[string]string {
	name := "locales/" + string(l) + ".json"
	if l == "en" {
		name = "locales/en.default.json"
	}
	var file struct {
		Kind map[string]string `json:"kind"`
	}
	raw, err := fs.ReadFile(s.cfg.Extension, name)
	if err != nil || json.Unmarshal(raw, &file) != nil {
		return nil
	}
	return file.Kind
}
