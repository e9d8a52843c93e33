package demoshop

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const pathAdmin = "/api/admin/v1"

// What the merchant's page shows of the app's admin API.
type (
	appShop struct {
		Name     string `json:"name"`
		Domain   string `json:"domain"`
		Currency string `json:"currency"`
		TimeZone string `json:"time_zone"`
		State    string `json:"state"`
	}
	appMember struct {
		ID          string `json:"id"`
		Email       string `json:"email"`
		FirstName   string `json:"first_name"`
		LastName    string `json:"last_name"`
		CustomerKey string `json:"customer_key"`
		State       string `json:"state"`
		Available   int64  `json:"available"`
		Balance     struct {
			Available int64 `json:"available"`
			Pending   int64 `json:"pending"`
			Held      int64 `json:"held"`
			MaturesAt int64 `json:"matures_at"`
		} `json:"balance"`
	}
	appOrder struct {
		Key      string `json:"key"`
		Number   string `json:"number"`
		Status   string `json:"status"`
		Total    int64  `json:"total"`
		Refunded int64  `json:"refunded"`
		Earned   int64  `json:"earned"`
		Used     int64  `json:"used"`
		PlacedAt int64  `json:"placed_at"`
	}
	appWork struct { // a delivery or a job
		ID         string `json:"id"`
		Topic      string `json:"topic"`
		Kind       string `json:"kind"`
		Reason     string `json:"reason"`
		Attempts   int64  `json:"attempts"`
		ReceivedAt int64  `json:"received_at"`
		CreatedAt  int64  `json:"created_at"`
	}
	appEntry struct {
		Kind       string `json:"kind"`
		Source     string `json:"source"`
		Rule       string `json:"rule"`
		Points     int64  `json:"points"`
		OccurredAt int64  `json:"occurred_at"`
	}
	appPlan struct {
		Name    string `json:"name"`
		Version int64  `json:"version"`
		Plan    struct {
			Earning struct {
				Rules []struct {
					Name   string `json:"name"`
					Off    bool   `json:"off"`
					Points int64  `json:"points"`
					Earn   struct {
						Points   int64 `json:"points"`
						PerMinor int64 `json:"per_minor"`
					} `json:"earn"`
				} `json:"rules"`
			} `json:"earning"`
			Redeem struct {
				Rate struct {
					Minor     int64 `json:"minor"`
					PerPoints int64 `json:"per_points"`
				} `json:"rate"`
				MinPoints int64 `json:"min_points"`
			} `json:"redeem"`
			Pending struct{ Days int64 }   `json:"pending"`
			Expiry  struct{ Months int64 } `json:"expiry"`
		} `json:"plan"`
	}
	items[T any] struct{ Items []T }
)

// Name is how the member is called, or "".
func (a appMember) Name() string { return strings.TrimSpace(a.FirstName + " " + a.LastName) }

// askAdmin calls the admin API as the signed-in member of staff; out may be nil.
func (s *Shop) askAdmin(ctx context.Context, method, path string, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, s.cfg.AppURL+pathAdmin+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.MintSessionToken(staffID))
	res, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("%s%s: the app did not answer", pathAdmin, path)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		var p struct{ Detail string }
		_ = json.Unmarshal(raw, &p)
		return fmt.Errorf("%s%s: the app answered %d. %s", pathAdmin, path, res.StatusCode, p.Detail)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

// lookup is one question to the admin API and where its answer goes.
type lookup struct {
	path string
	into any
}

// lookUp asks in turn and stops at the first that fails.
func (s *Shop) lookUp(ctx context.Context, asked ...lookup) string {
	for _, q := range asked {
		if err := s.askAdmin(ctx, http.MethodGet, q.path, q.into); err != nil {
			return err.Error()
		}
	}
	return ""
}

// pageApp shows what the app's admin API says of this shop.
func (s *Shop) pageApp(w http.ResponseWriter, r *http.Request) {
	var shop appShop
	var plan appPlan
	var members items[appMember]
	var orders items[appOrder]
	var poison, dead items[appWork]
	trouble := s.lookUp(r.Context(), lookup{"/shop", &shop}, lookup{"/plan", &plan}, lookup{"/members?sort=balance&limit=50", &members},
		lookup{"/orders?limit=50", &orders}, lookup{"/deliveries?state=poison&limit=50", &poison}, lookup{"/jobs?state=dead&limit=50", &dead})
	s.render(w, s.visit(w, r), "merchant-app", "Zugabe app", func() (m, error) {
		d := m{"Trouble": trouble, "Members": members.Items, "Orders": orders.Items, "Deliveries": poison.Items, "Jobs": dead.Items}
		if shop.Name != "" {
			d["Shop"] = shop
		}
		if plan.Version != 0 {
			d["Plan"] = plan
		}
		return d, nil
	})
}

// pageMember shows a member's balance and the entries that make it.
func (s *Shop) pageMember(w http.ResponseWriter, r *http.Request) {
	var member appMember
	var entries items[appEntry]
	path := "/members/" + url.PathEscape(r.PathValue("id"))
	trouble := s.lookUp(r.Context(), lookup{path, &member}, lookup{path + "/entries?limit=100", &entries})
	s.render(w, s.visit(w, r), "merchant-member", "Member", func() (m, error) {
		d := m{"Trouble": trouble, "Entries": entries.Items}
		if member.ID != "" {
			d["Member"] = member
		}
		if name := member.Name(); name != "" {
			d["Title"] = name
		}
		return d, nil
	})
}

// doApp lets the app try a delivery or a job again.
func (s *Shop) doApp(w http.ResponseWriter, r *http.Request) {
	b := s.visit(w, r)
	kind := r.PostFormValue("kind")
	id, err := strconv.ParseUint(r.PostFormValue("id"), 10, 63)
	if err != nil || (kind != "deliveries" && kind != "jobs") {
		back(w, r, b, "There is no such button.", "/admin/apps/zugabe")
		return
	}
	message := "The app tries again."
	if err := s.askAdmin(r.Context(), http.MethodPost, "/"+kind+"/"+strconv.FormatUint(id, 10)+"/replay", nil); err != nil {
		message = err.Error()
	}
	back(w, r, b, message, "/admin/apps/zugabe")
}
