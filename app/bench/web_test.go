package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"zugabe/app/browser"
)

func TestTheLineOfAnExtensionBecomesARow(t *testing.T) {
	rows := extensionRows("theme script: 3147 of 10240 bytes compressed\nextension checkout/Checkout: 65537 of 65536 bytes compressed TOO HEAVY\nextension account/Account: 9382 of 65536 bytes compressed\n")
	if len(rows) != 2 || rows[0].Met() || !rows[1].Met() || rows[1].What != "extension account/Account" {
		t.Errorf("%+v", rows)
	}
}

func TestAMachineWithoutChromiumIsToldApart(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := browser.Start(t.TempDir()); !errors.Is(err, browser.ErrNoChromium) {
		t.Errorf("got %v", err)
	}
}

// The mark of page 1,000 is where 999 pages end, however large the steps were.
func TestTheMarkOfADeepPageLiesBehindAllPagesBeforeIt(t *testing.T) {
	staff := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		staff[r.Header.Get("Authorization")] = true
		from, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		if r.URL.Query().Get("sort") != "name" {
			http.Error(w, "the list's own query is lost", http.StatusBadRequest)
			return
		}
		rows := min(limit, 60_000-from)
		_ = json.NewEncoder(w).Encode(map[string]any{"items": make([]struct{}, rows), "next": fmt.Sprint(from + rows)})
	}))
	defer server.Close()
	reader := &listReader{site: Site{App: server.URL, Token: func(s string) string { return s }}, client: server.Client()}
	mark, err := reader.mark(t.Context(), "/members?sort=name")
	if err != nil || mark != "49950" {
		t.Errorf("got %q, %v", mark, err)
	}
	if _, err := reader.page(t.Context(), "/members?sort=name", "59990", pageSize); err == nil {
		t.Error("a short page counts as a whole one")
	}
	reader.asked = fewRequests
	if _, err := reader.page(t.Context(), "/members?sort=name", mark, pageSize); err != nil || len(staff) != 2 {
		t.Errorf("%v after %d members of staff", err, len(staff))
	}
}
