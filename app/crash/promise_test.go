package crash_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// repricing halves and doubles the worth of a point, and promises each time that
// nobody is worse off (N-02): the first doubles everybody's points, once.
var repricing = chapter{
	name:   "reprice",
	points: []string{"promise.rescaled:1", "books.entries_written:1", "promise.advanced:1", "promise.committed:1"},
	few:    []string{"promise.rescaled:1", "promise.committed:1"},
	begin: func(w *world) {
		w.install()
		w.rich = w.somebody()
		_, earns := w.buy(w.rich, "ESP-1", 5)
		w.until("nothing waits", w.settled)
		w.clock.pass(w.t, 15*24*time.Hour)
		w.until("the points are available", func() bool { return w.holding(w.rich) == holding{available: welcome + earns} && w.settled() })
	},
	play: func(w *world) {
		w.step = 5 * time.Minute
		defer func() { w.step = 10 * time.Second }()
		before := w.holding(w.rich)
		w.until("the rate is halved", func() bool { return w.reprice(50) })
		w.until("the points make up for it", w.repriced)
		w.has(w.rich, holding{available: 2 * before.available})
		w.until("the rate is what it was", func() bool { return w.reprice(100) })
		w.until("nobody gets points for it", w.repriced)
		w.has(w.rich, holding{available: 2 * before.available})
	},
}

func (w *world) repriced() bool {
	return w.number(`SELECT COUNT(*) FROM promises WHERE state = 'due'`) == 0 && w.settled()
}

// reprice saves what 100 points are worth, and says whether it is so.
func (w *world) reprice(minor int64) bool {
	w.t.Helper()
	body, status := w.admin(http.MethodGet, "/api/admin/v1/plan", nil)
	if status != http.StatusOK {
		return false
	}
	var plan struct {
		Version int64          `json:"version"`
		Plan    map[string]any `json:"plan"`
	}
	must(w.t, json.Unmarshal(body, &plan))
	rate := plan.Plan["redeem"].(map[string]any)["rate"].(map[string]any)
	if rate["minor"] == float64(minor) {
		return true
	}
	if rate["per_points"] != float64(100) {
		w.t.Fatalf("the rate is %v", rate)
	}
	rate["minor"] = minor
	change, err := json.Marshal(map[string]any{"version": plan.Version, "plan": plan.Plan, "promise": map[string]string{"choice": "top_up"}})
	must(w.t, err)
	if body, status = w.admin(http.MethodPut, "/api/admin/v1/plan", change); status/100 == 4 {
		w.t.Fatalf("the rate was refused: %s", body)
	}
	return false
}

// admin sends a request of staff; the status is 0 if nobody answered.
func (w *world) admin(method, path string, body []byte) ([]byte, int) {
	w.t.Helper()
	req, err := http.NewRequest(method, "http://"+w.addr+path, bytes.NewReader(body))
	must(w.t, err)
	req.Header.Set("Authorization", "Bearer "+w.shop.MintSessionToken("1"))
	req.Header.Set("Content-Type", "application/json")
	res, err := probe.Do(req)
	if err != nil {
		return nil, 0
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, 0
	}
	return answer, res.StatusCode
}
