package browser_test

import (
	"strings"
	"sync/atomic"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

// answers puts itself between the page and the addresses that fit the pattern
// until the test ends, or until the returned function is called.
func (v *visitor) answers(pattern string, handle func(*rod.Hijack)) (stop func()) {
	v.t.Helper()
	router := v.page.HijackRequests()
	must(v.t, router.Add(pattern, "", handle))
	go router.Run()
	var done atomic.Bool
	stop = func() {
		if done.CompareAndSwap(false, true) {
			_ = router.Stop()
		}
	}
	v.t.Cleanup(stop)
	return stop
}

// refuses lets everything of the app's API fail but who the shop is, and counts.
func (v *visitor) refuses(status int, body string) (asked *atomic.Int64, stop func()) {
	v.t.Helper()
	asked = &atomic.Int64{}
	v.allow("the server responded with a status of")
	return asked, v.answers(v.shop.app+"/api/admin/v1/*", func(h *rod.Hijack) {
		if strings.HasSuffix(h.Request.URL().Path, "/v1/shop") {
			h.ContinueRequest(&proto.FetchContinueRequest{})
			return
		}
		asked.Add(1)
		h.Response.Payload().ResponseCode = status
		h.Response.SetHeader("Content-Type", "application/problem+json")
		h.Response.SetBody(body)
	})
}
