package platform_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zugabe/app/platform"
)

// covers: N-16: the look at the shop's pages stays in the shop.
func TestAVisitStaysInTheShop(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer other.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("seen"); err == nil {
			_, _ = w.Write([]byte("again"))
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
		_, _ = w.Write([]byte("first"))
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ok", http.StatusFound) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat("x", 3<<20))) })
	shop := httptest.NewServer(mux)
	defer shop.Close()
	base := func(string) string { return shop.URL }
	visit, err := platform.NewPages(platform.ClientOptions{AllowPrivate: true}, base).Visit("shop.example")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		"/away": platform.ErrElsewhere, "/round": platform.ErrElsewhere, "/huge": platform.ErrTooLarge, other.URL: platform.ErrElsewhere, "//evil.example/": platform.ErrElsewhere,
	} {
		if _, err := visit.Open(t.Context(), path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if reached {
		t.Error("another host was called")
	}
	first, err := visit.Open(t.Context(), "/moved")
	if err != nil || string(first.Body) != "first" || first.Path != "/ok" || first.Status != 200 {
		t.Errorf("%+v %v", first, err)
	}
	if again, err := visit.Open(t.Context(), "/ok"); err != nil || string(again.Body) != "again" {
		t.Errorf("cookies are not kept: %s %v", again.Body, err)
	}
}

func TestAVisitCallsNoPrivateAddress(t *testing.T) {
	reached := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer inside.Close()
	visit, err := platform.NewPages(platform.ClientOptions{}, func(string) string { return inside.URL }).Visit("shop.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := visit.Open(t.Context(), "/"); !errors.Is(err, platform.ErrUnreachable) || reached {
		t.Errorf("%v, reached: %v", err, reached)
	}
}
