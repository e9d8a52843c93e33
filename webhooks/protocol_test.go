package webhooks_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"zugabe/webhooks"
)

func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	zeros := make([]byte, 1<<20)
	for range 1024 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A17: one unproven megabyte must not become a gigabyte.
func TestACompressedBodyIsRefusedBeforeItIsUnpacked(t *testing.T) {
	d := sqliteDoor(t)
	packed := string(bomb(t))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, encoding := range []string{"gzip", "deflate", "br", "zstd", "identity", "gzip, gzip"} {
		h := shopifyHeaders(packed, "w").with("Content-Encoding", encoding)
		if got := d.post("/webhooks/shopify", packed, h); got != 415 {
			t.Errorf("%s: %d", encoding, got)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.TotalAlloc-before.TotalAlloc) / 6; grown > 20<<20 {
		t.Errorf("%d MB allocated per call", grown>>20)
	}
	d.wantRows(1, 0)
}

// A18: too much is refused early and hurts nobody else.
func TestTooLargeABodyIsRefusedAndOthersAreServed(t *testing.T) {
	d := sqliteDoor(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			head := fmt.Sprintf("POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", 10<<20)
			body := strings.Repeat("x", 1<<20)
			if i%2 == 1 {
				head = "POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
				body = strings.Repeat(fmt.Sprintf("%x\r\n%s\r\n", 1<<20, body), 8) + "0\r\n\r\n"
			}
			// The server may close while we still send: then there is no answer to read.
			if got, closed := d.raw(head + body); (got != 413 && got != 0) || !closed {
				t.Errorf("status %d, closed %v", got, closed)
			}
		})
	}
	slowest := d.probe(20)
	wg.Wait()
	if slowest > time.Second {
		t.Errorf("a health probe took %s", slowest)
	}
	over := strings.Repeat("x", webhooks.MaxBody+1)
	req, _ := http.NewRequest(http.MethodPost, d.url+"/webhooks/shopify", strings.NewReader(over))
	if res, err := client.Do(req); err == nil && res.StatusCode != 413 {
		t.Errorf("one byte too many: %d", res.StatusCode)
	}
	d.wantRows(1, 0)
}

// A19.
func TestALargeRealOrderIsTaken(t *testing.T) {
	each(t, func(t *testing.T, d *door) {
		body := `{"id":1,"lines":["` + strings.Repeat("Mug 23.80 ", 150_000) + `"]}`
		if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w")); got != 200 {
			t.Errorf("status %d", got)
		}
		if row := d.rows(1)[0]; string(row.Body) != body {
			t.Error("the body changed")
		}
	})
}

// A20: a dripping sender is cut off and does not disturb others.
func TestASlowSenderIsCutOff(t *testing.T) {
	cfg := webhooks.ServerConfig()
	if cfg.ReadTimeout <= 0 || cfg.ReadTimeout > 15*time.Second || cfg.IdleTimeout <= 0 || cfg.WriteTimeout <= 0 {
		t.Fatalf("time-outs %s, %s, %s", cfg.ReadTimeout, cfg.IdleTimeout, cfg.WriteTimeout)
	}
	cfg.ReadTimeout, cfg.IdleTimeout = 300*time.Millisecond, 300*time.Millisecond
	app := fiber.New(cfg)
	app.Post("/", func(c *fiber.Ctx) error { return c.SendStatus(200) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(l) }()
	t.Cleanup(func() { _ = app.ShutdownWithTimeout(time.Second) })
	for name, start := range map[string]string{
		"headers": "POST / HTTP/1.1\r\nHost: x\r\nX-Drip: ",
		"body":    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
		"idle":    "",
	} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(deadline(10 * time.Second))
		_, _ = io.WriteString(conn, start)
		cut := make(chan struct{})
		go func() { _, _ = io.Copy(io.Discard, conn); close(cut) }()
		drip(conn, name != "idle", cut)
		conn.Close()
	}
}

// drip sends a byte now and then until the server cuts the line; the deadline of
// the connection ends it if the server never does.
func drip(conn net.Conn, send bool, cut chan struct{}) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-cut:
			return
		case <-tick.C:
			if send {
				if _, err := conn.Write([]byte("x")); err != nil {
					<-cut
					return
				}
			}
		}
	}
}

// A20: two thousand idle connections.
func TestManyIdleConnectionsDoNotDisturbOthers(t *testing.T) {
	d := sqliteDoor(t)
	for range 1000 {
		conn, err := net.Dial("tcp", d.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "POST /webhooks/shopify HTTP/1.1\r\nHo")
	}
	if slowest := d.probe(20); slowest > time.Second {
		t.Errorf("a health probe took %s", slowest)
	}
}

// A21.
func TestHeadersUpTo16kBAreTaken(t *testing.T) {
	d := sqliteDoor(t)
	body := `{"id":1}`
	if got := d.post("/webhooks/shopify", body, shopifyHeaders(body, "w").with("Authorization", strings.Repeat("a", 12<<10))); got != 200 {
		t.Errorf("12 kB: %d", got)
	}
	long := "POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\nAuthorization: " + strings.Repeat("a", 20<<10) + "\r\nContent-Length: 0\r\n\r\n"
	if got, _ := d.raw(long); got != 431 {
		t.Errorf("20 kB: %d", got)
	}
}

// A34: a request whose length can be read in two ways is refused and the line cut.
func TestARequestWithTwoLengthsIsRefused(t *testing.T) {
	d := sqliteDoor(t)
	body := `{"id":1}`
	h := shopifyHeaders(body, "w")
	head := "POST /webhooks/shopify HTTP/1.1\r\nHost: x\r\n"
	for k, v := range h {
		head += k + ": " + v + "\r\n"
	}
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	for name, request := range map[string]string{
		"CL and TE":           head + length + "Transfer-Encoding: chunked\r\n\r\n" + chunked,
		"TE and CL":           head + "Transfer-Encoding: chunked\r\n" + length + "\r\n" + chunked,
		"two CL":              head + length + "Content-Length: 3\r\n\r\n" + body,
		"the same CL twice":   head + length + length + "\r\n" + body,
		"two TE":              head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunked,
		"TE with blank":       head + length + "Transfer-Encoding : chunked\r\n\r\n" + chunked,
		"TE on a folded line": head + length + "X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n" + chunked,
		"unknown TE":          head + length + "Transfer-Encoding: xchunked\r\n\r\n" + chunked,
		"negative CL":         head + "Content-Length: -5\r\n\r\n" + body,
		"CL with plus":        head + fmt.Sprintf("Content-Length: +%d\r\n\r\n", len(body)) + body,
		"CL list":             head + fmt.Sprintf("Content-Length: %d, %d\r\n\r\n", len(body), len(body)) + body,
		"bare LF":             strings.ReplaceAll(head, "\r\n", "\n") + length + "Transfer-Encoding: chunked\n\n" + chunked,
	} {
		if got, closed := d.raw(request); (got != 400 && got != 501) || !closed {
			t.Errorf("%s: status %d, closed %v", name, got, closed)
		}
	}
	d.wantRows(1, 0)
	if got, _ := d.raw(head + "Connection: close\r\n" + length + "\r\n" + body); got != 200 {
		t.Errorf("a plain request: %d", got)
	}
	if got, _ := d.raw(head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked); got != 200 {
		t.Errorf("a chunked request: %d", got)
	}
}

// A35.
func TestOnlyPostIsAllowed(t *testing.T) {
	d := sqliteDoor(t)
	body := `{"id":1}`
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
		for path, h := range map[string]headers{"/webhooks/shopify": shopifyHeaders(body, "w"),
			"/webhooks/woocommerce/" + wooKey: wooHeaders(body, "w"), "/webhooks/reviews/" + wooKey: {}} {
			if got := d.send(method, path, body, h); got != 405 {
				t.Errorf("%s %s: %d", method, path, got)
			}
		}
	}
	d.wantRows(1, 0)
	d.wantRows(3, 0)
}

// probe asks for a health page n times and returns the longest wait.
func (d *door) probe(n int) (slowest time.Duration) {
	for range n {
		start := deadline(0)
		res, err := client.Get(d.url + "/health")
		if err != nil {
			d.t.Errorf("health probe: %v", err)
			continue
		}
		res.Body.Close()
		slowest = max(slowest, deadline(0).Sub(start))
	}
	return slowest
}
