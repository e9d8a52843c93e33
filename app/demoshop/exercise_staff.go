package demoshop

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// datedTerms are the terms from an instant on.
type datedTerms struct {
	from time.Time
	Terms
}

// termsAt are the terms in force when something happened.
func (x *exercise) termsAt(t time.Time) Terms {
	terms := x.cfg.Terms
	for _, later := range x.changed {
		if !t.Before(later.from) {
			terms = later.Terms
		}
	}
	return terms
}

// staffCall is a call of the app's admin API; key makes a POST harmless to repeat.
type staffCall struct {
	method, path, key string
	body              any
}

// staff makes a call as the merchant's browser does.
func (x *exercise) staff(ctx context.Context, c staffCall, out any) error {
	raw, err := json.Marshal(c.body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, c.method, x.shop.cfg.AppURL+"/api/admin/v1"+c.path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+x.shop.MintSessionToken("1"))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", c.key)
	res, err := x.shop.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil || res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: the app answered %d %s (%w)", c.method, c.path, res.StatusCode, answer, err)
	}
	return json.Unmarshal(answer, out)
}

// planBody is the plan as the admin API has it, as far as the script changes it.
type planBody struct {
	Version int64          `json:"version"`
	Plan    map[string]any `json:"plan"`
}

// rules finds the plan's rules by their ids.
func (b planBody) rules() map[string]map[string]any {
	found := map[string]map[string]any{}
	program, _ := b.Plan["earning"].(map[string]any)
	list, _ := program["rules"].([]any)
	for _, r := range list {
		if rule, ok := r.(map[string]any); ok {
			id, _ := rule["id"].(string)
			found[id] = rule
		}
	}
	return found
}

// changePlan doubles what orders earn from now on, makes the welcome bigger and
// lets new points run out within the year.
// Orders that were placed before keep their terms, also when they are given back.
func (x *exercise) changePlan(ctx context.Context) error {
	x.count["plan changed"]++
	var plan planBody
	if err := x.staff(ctx, staffCall{method: http.MethodGet, path: "/plan"}, &plan); err != nil {
		return err
	}
	next := x.termsAt(x.shop.now())
	next.EarnPoints, next.Welcome, next.ExpiryMonths = 2*next.EarnPoints, next.Welcome+30, 3
	rules := plan.rules()
	earn, ok := rules["purchase"]["earn"].(map[string]any)
	if !ok || rules["welcome"] == nil {
		return fmt.Errorf("the plan has no rules for orders and welcome: %v", plan.Plan)
	}
	earn["points"], rules["welcome"]["points"] = next.EarnPoints, next.Welcome
	plan.Plan["expiry"] = map[string]any{"months": next.ExpiryMonths, "grace_days": next.ExpiryGraceDays}
	if err := x.staff(ctx, staffCall{method: http.MethodPut, path: "/plan", body: plan}, &plan); err != nil {
		return err
	}
	x.changed = append(x.changed, datedTerms{x.shop.now(), next})
	return nil
}

// adjust gives or takes points by hand, sometimes asked for twice.
func (x *exercise) adjust(p *person) deed {
	return func(ctx context.Context) error {
		if p.id == 0 || p.gone() || x.day-p.since < settledIn {
			return nil
		}
		if err := x.settle(ctx); err != nil {
			return err
		}
		var found struct {
			Items []struct {
				ID  string `json:"id"`
				Key string `json:"customer_key"`
			} `json:"items"`
		}
		if err := x.staff(ctx, staffCall{method: http.MethodGet, path: "/members?search=" + url.QueryEscape(x.email(p))}, &found); err != nil {
			return err
		}
		for _, m := range found.Items {
			if m.Key == str(p.id) {
				return x.adjustMember(ctx, p, m.ID)
			}
		}
		x.differ("staff cannot find %s", p.name)
		return nil
	}
}

func (x *exercise) adjustMember(ctx context.Context, p *person, member string) error {
	points := int64(10 + x.rng.IntN(90))
	if x.chance(40) {
		points = -points
	}
	wish := map[string]any{"points": points, "note": "as agreed on the phone", "allow_debt": true}
	key := fmt.Sprintf("exercise-%s-%d-%d", member, x.day, x.count["adjusted by staff"])
	for range 1 + x.rng.IntN(2) {
		var entry any
		if err := x.staff(ctx, staffCall{http.MethodPost, "/members/" + member + "/adjustments", key, wish}, &entry); err != nil {
			return err
		}
	}
	x.count["adjusted by staff"]++
	p.adjusted += points
	p.given += max(points, 0)
	return nil
}

// erase lets somebody ask to be forgotten who brought nobody and was brought by
// nobody. Their orders are still given back as others are.
func (x *exercise) erase(context.Context) error {
	for _, p := range x.people {
		if p.id == 0 || p.gone() || p.self != nil || p.came != nil || len(p.orders) == 0 || x.tied(p) {
			continue
		}
		x.count["erased"]++
		p.erased = true
		return x.shop.Redact(p.id)
	}
	return nil
}

// tied says that somebody else's points depend on p.
func (x *exercise) tied(p *person) bool {
	for _, who := range x.people {
		if who.merged == p || who.self == p || (who.came != nil && who.came.referrer == p) {
			return true
		}
	}
	return false
}
