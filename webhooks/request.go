package webhooks

import (
	"bytes"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

// result is how a request ended, for the answer and the counters.
type result struct {
	status int
	reason string
}

func refused(err error) result {
	return result{fiber.StatusUnauthorized, string(session.ReasonOf(err))}
}

var (
	stored     = result{fiber.StatusOK, "stored"}
	pinged     = result{fiber.StatusOK, "ping"}
	overloaded = result{fiber.StatusServiceUnavailable, "overloaded"}
	notStored  = result{fiber.StatusServiceUnavailable, "not stored"}
	noLookup   = result{fiber.StatusServiceUnavailable, "no lookup"}
	encoded    = result{fiber.StatusUnsupportedMediaType, "content encoding"}
	noHeaders  = result{fiber.StatusBadRequest, "headers missing"}
	ambiguous  = result{fiber.StatusBadRequest, "ambiguous length"}
	noShop     = result{fiber.StatusNotFound, "unknown shop"}
	panicked   = result{fiber.StatusInternalServerError, "panic"}
)

// handle wraps a host's way of proving itself with what all of them share. The
// body is the raw one: fiber's own accessor unpacks it first, which lets one
// unproven megabyte become a gigabyte (A17).
func (d *Door) handle(name string, prove func(*request) result) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r := &request{c: c, door: d, raw: c.Request().Body()}
		res := d.guard(r, prove)
		d.metrics.requests.WithLabelValues(name, res.reason).Inc()
		if res.status == fiber.StatusServiceUnavailable {
			c.Set(fiber.HeaderRetryAfter, "5")
		}
		if res.status >= 400 {
			d.deps.Log.Warn("webhook not taken", "host", name, "status", res.status, "reason", res.reason)
		}
		return c.SendStatus(res.status)
	}
}

func (d *Door) guard(r *request, prove func(*request) result) (res result) {
	defer func() {
		if p := recover(); p != nil {
			d.deps.Log.Error("panic in the front door", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			res = panicked
		}
	}()
	if res := r.wellFormed(); res.status != 0 {
		return res
	}
	return prove(r)
}

// request is one webhook call. fasthttp reuses its buffers for the next one, and
// a row may be committed after its request has been given up (A27): every
// string taken from here is a copy, and packing copies the body.
type request struct {
	c    *fiber.Ctx
	door *Door
	raw  []byte
}

// wellFormed refuses what no host sends and what would make two readers see
// two different requests.
func (r *request) wellFormed() result {
	h := &r.c.Request().Header
	if len(h.Peek(fiber.HeaderContentEncoding)) > 0 || len(h.PeekAll(fiber.HeaderContentEncoding)) > 0 {
		r.c.Context().SetConnectionClose()
		return encoded
	}
	if bothLengths(h.RawHeaders()) {
		r.c.Context().SetConnectionClose()
		return ambiguous
	}
	return result{}
}

// bothLengths notices a request that says its length in two ways (A34). The
// HTTP library picks one of them and hides the other, so the raw lines are read.
func bothLengths(raw []byte) bool {
	length, chunked := 0, 0
	for line := range bytes.Lines(raw) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		name = bytes.TrimSpace(name)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			length++
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked++
		}
	}
	return length+chunked > 1
}

// all returns every value of a header.
func (r *request) all(name string) []string {
	values := r.c.Request().Header.PeekAll(name)
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// one returns the value of a header that may occur at most once.
func (r *request) one(name string) (value string, ok bool) {
	values := r.all(name)
	if len(values) > 1 {
		return "", false
	}
	if len(values) == 0 {
		return "", true
	}
	return values[0], true
}

// keep stores the delivery and waits for its commit.
func (r *request) keep(shop loyalty.ShopID, host, topic, key, triggered string) result {
	if !plainText(topic, 190) || topic == "" || !plainText(key, 190) {
		return noHeaders
	}
	row := store.Delivery{
		Shop: shop, Lane: laneOf(topic, r.raw), Host: host, Topic: topic, Key: key, Body: r.raw,
		TriggeredAt: instant(triggered), ReceivedAt: loyalty.NowMs(r.door.deps.Clock),
	}
	return r.door.commits.store(row)
}

// plainText holds for visible ASCII of at most n bytes: what hosts' topics and
// ids are made of, and what every column and log line can take.
func plainText(s string, n int) bool {
	if len(s) > n {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < 0x21 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// instant reads the host's time of an event; an unreadable one counts as none.
func instant(s string) int64 {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || at.Year() < 2000 || at.Year() > 9998 {
		return 0
	}
	return at.UnixMilli()
}
