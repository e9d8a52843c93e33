package browser

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

// Look says how a page is opened: in a window with a fresh profile, so that
// nothing comes from a cache.
type Look struct {
	URL   string
	Frame string // selector of the frame that is looked at; "" = the page itself
	Ready string // JavaScript expression that is true once the page shows what it is for
	Width int    // CSS pixels; below 500 it is a phone
	CPU   float64
	Bits  float64 // per second, down and up; 0 = as fast as it gets
	Wait  time.Duration
}

// Cost is what opening a page cost.
type Cost struct {
	Paint    time.Duration // until the largest contentful paint, from the start of the document
	Drawn    time.Duration // until Ready was true
	Shift    float64       // cumulative layout shift
	Moved    []string      // what moved, as HTML
	Scripts  int64         // bytes of scripts as they came over the network
	Requests []string      // addresses of everything that was asked for
}

// patience is how long a slowed page may take before it counts as broken.
const patience = 60 * time.Second

// observer notes paints and shifts from the first moment on, in every document.
const observer = `(() => {
	const seen = window.__seen = {paint: 0, shift: 0, drawn: 0, moved: []};
	const shifted = (e) => {
		if (e.hadRecentInput) return;
		seen.shift += e.value;
		for (const s of e.sources ?? []) seen.moved.push(s.node?.outerHTML?.slice(0, 120) ?? 'what is gone');
	};
	new PerformanceObserver((l) => { for (const e of l.getEntries()) seen.paint = e.startTime }).observe({type: 'largest-contentful-paint', buffered: true});
	new PerformanceObserver((l) => l.getEntries().forEach(shifted)).observe({type: 'layout-shift', buffered: true});
	const ready = () => { if (!seen.drawn && document.body && (%s)) seen.drawn = performance.now() };
	new MutationObserver(ready).observe(document, {subtree: true, childList: true, attributes: true});
	addEventListener('load', ready);
})()`

// Open opens the page and waits until it has come to rest.
func (c Chromium) Open(l Look) (cost Cost, err error) {
	own, err := c.Incognito()
	if err != nil {
		return cost, err
	}
	defer func() {
		err = errors.Join(err, proto.TargetDisposeBrowserContext{BrowserContextID: own.BrowserContextID}.Call(c.Browser))
	}()
	page, err := own.Page(proto.TargetCreateTarget{})
	if err != nil {
		return cost, err
	}
	page = page.Timeout(patience)
	if err := l.slow(page); err != nil {
		return cost, err
	}
	var wire wire
	wire.watch(page)
	if _, err := page.EvalOnNewDocument(fmt.Sprintf(observer, l.Ready)); err != nil {
		return cost, err
	}
	if err := page.Navigate(l.URL); err != nil {
		return cost, err
	}
	in := page
	if l.Frame != "" {
		element, err := page.Element(l.Frame)
		if err != nil {
			return cost, err
		}
		if in, err = element.Frame(); err != nil {
			return cost, err
		}
	}
	if err := cost.settle(in, &wire); err != nil {
		return cost, fmt.Errorf("%s: %w", l.URL, err)
	}
	cost.Scripts, cost.Requests = wire.sum()
	return cost, nil
}

func (l Look) slow(page *rod.Page) error {
	calls := []error{
		proto.NetworkEnable{}.Call(page),
		page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: l.Width, Height: 900, DeviceScaleFactor: 1, Mobile: l.Width < 500}),
	}
	if l.CPU > 1 {
		calls = append(calls, proto.EmulationSetCPUThrottlingRate{Rate: l.CPU}.Call(page))
	}
	if l.Bits > 0 {
		calls = append(calls, proto.NetworkEmulateNetworkConditions{Latency: float64(l.Wait.Milliseconds()), DownloadThroughput: l.Bits / 8, UploadThroughput: l.Bits / 8}.Call(page))
	}
	return errors.Join(calls...)
}

// settle waits until the page is drawn and half a second has brought nothing new.
func (c *Cost) settle(page *rod.Page, wire *wire) error {
	const calm = 10 // looks
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	over := time.After(patience)
	var last string
	for same := 0; same < calm; same++ {
		select {
		case <-tick.C:
		case <-over:
			return errors.New("the page does not come to rest, or never shows what it is for; it says " + said(page))
		}
		var seen struct {
			Paint, Shift, Drawn float64
			Moved               []string
		}
		got, err := page.Eval("() => JSON.stringify(window.__seen ?? {})")
		if err == nil {
			err = json.Unmarshal([]byte(got.Value.Str()), &seen)
		}
		now := fmt.Sprint(seen, wire.count())
		if err != nil || seen.Drawn == 0 || seen.Paint == 0 || now != last { // a page that is just being replaced cannot be asked
			same = -1
		}
		last = now
		c.Paint, c.Drawn, c.Shift, c.Moved = milliseconds(seen.Paint), milliseconds(seen.Drawn), seen.Shift, seen.Moved
	}
	return nil
}

func said(page *rod.Page) string {
	got, err := page.Timeout(time.Second).Eval("() => document.body.innerText")
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%.300q", got.Value.Str())
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// wire is what the page asked for.
type wire struct {
	mu       sync.Mutex
	requests []string
	script   map[proto.NetworkRequestID]bool
	bytes    int64
	ended    int
}

func (w *wire) watch(page *rod.Page) {
	w.script = map[proto.NetworkRequestID]bool{}
	go page.EachEvent(
		func(e *proto.NetworkRequestWillBeSent) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if !strings.HasPrefix(e.Request.URL, "data:") {
				w.requests = append(w.requests, e.Request.URL)
			}
		},
		func(e *proto.NetworkResponseReceived) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.script[e.RequestID] = strings.Contains(e.Response.MIMEType, "javascript")
		},
		func(e *proto.NetworkLoadingFinished) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.ended++
			if w.script[e.RequestID] {
				w.bytes += int64(e.EncodedDataLength)
			}
		},
	)()
}

func (w *wire) count() [2]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return [2]int{len(w.requests), w.ended}
}

func (w *wire) sum() (scripts int64, requests []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bytes, w.requests
}
