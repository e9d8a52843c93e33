package demoshop

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// A page of the app stands in the theme, for the customer who is logged in and for a
// visitor whose first page it is.
func TestAPageOfTheAppIsShownInTheTheme(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/liquid")
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write([]byte("<h1>Rewards</h1><p>for " + req.URL.Query().Get("logged_in_customer_id") + "</p>"))
	}))
	defer app.Close()
	r := newRig(t, func(c *Config) { c.AppURL = app.URL })
	c := r.newcomer("proxied@demo.example")
	guest, customer := r.surf(), r.surf()
	customer.post("/login", url.Values{"customer": {str(c.ID)}})
	for who, s := range map[string]*surfer{"": guest, str(c.ID): customer} {
		status, page := s.get("/apps/zugabe/rewards")
		if status != http.StatusConflict || !strings.Contains(page, "<h1>Rewards</h1><p>for "+who+"</p>") || !strings.Contains(page, "</body>") {
			t.Errorf("%d %s", status, page)
		}
	}
}
