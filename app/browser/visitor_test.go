package browser_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// screen is how large a visitor's window is.
type screen struct {
	width, height int
	phone         bool
}

var (
	desk  = screen{1280, 900, false}
	phone = screen{390, 844, true}
	small = screen{320, 640, true}
)

// visitor is one window with a profile of its own. What must never happen on any
// page is watched from the first to the last moment: a dialog, an error of a
// script, a request to somebody else.
type visitor struct {
	t    *testing.T
	shop *shop
	page *rod.Page // the window
	in   *rod.Page // the document that is looked at: the window's, or the app's frame in it

	mu       sync.Mutex
	requests []request
	wrong    []string
	allowed  []string // parts of complaints that a test provokes
}

type request struct{ method, url string }

func (s *shop) visitor(t *testing.T, size screen) *visitor {
	t.Helper()
	own, err := chromium.Incognito()
	must(t, err)
	page, err := own.Page(proto.TargetCreateTarget{})
	must(t, err)
	page = page.Timeout(20 * patience) // a walk through all screens takes minutes
	v := &visitor{t: t, shop: s, page: page, in: page}
	must(t, proto.EmulationSetFocusEmulationEnabled{Enabled: true}.Call(page))
	v.resize(size)
	_, err = page.EvalOnNewDocument("Object.defineProperty(window, '__xss', {configurable: true, get: () => undefined, set: (v) => console.error('XSS', v)});")
	must(t, err)
	v.watch()
	t.Cleanup(func() {
		if t.Failed() {
			v.shoot()
		}
		v.judge()
		must(t, proto.TargetDisposeBrowserContext{BrowserContextID: own.BrowserContextID}.Call(chromium.Browser))
	})
	return v
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (v *visitor) resize(size screen) {
	v.t.Helper()
	must(v.t, v.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: size.width, Height: size.height, DeviceScaleFactor: 1, Mobile: size.phone}))
}

// dark shows pages as a device with a dark surface does.
func (v *visitor) dark(on bool) {
	v.t.Helper()
	value := "light"
	if on {
		value = "dark"
	}
	must(v.t, proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{{Name: "prefers-color-scheme", Value: value}}}.Call(v.page))
	v.still()
}

// still waits until colours and places are those that stay: what is judged while it
// fades in has too little contrast.
func (v *visitor) still() {
	v.t.Helper()
	v.until("nothing moves", func() bool {
		return v.is("() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().iterations === Infinity)")
	})
}

func (v *visitor) watch() {
	must(v.t, proto.NetworkEnable{}.Call(v.page))
	must(v.t, proto.LogEnable{}.Call(v.page))
	must(v.t, proto.PageEnable{}.Call(v.page))
	go v.page.EachEvent(
		func(e *proto.NetworkRequestWillBeSent) { v.note(request{e.Request.Method, e.Request.URL}, "") },
		func(e *proto.PageJavascriptDialogOpening) {
			v.note(request{}, "a dialog opened: "+e.Message)
			_ = proto.PageHandleJavaScriptDialog{Accept: true}.Call(v.page)
		},
		func(e *proto.RuntimeExceptionThrown) {
			text := e.ExceptionDetails.Text
			if e.ExceptionDetails.Exception != nil {
				text += " " + e.ExceptionDetails.Exception.Description
			}
			v.note(request{}, "a script failed: "+text)
		},
		func(e *proto.RuntimeConsoleAPICalled) {
			if e.Type == proto.RuntimeConsoleAPICalledTypeError {
				v.note(request{}, "a script complained: "+said(e.Args))
			}
		},
		func(e *proto.LogEntryAdded) {
			if e.Entry.Level == proto.LogLogEntryLevelError {
				v.note(request{}, "the browser complained: "+e.Entry.Text+" "+e.Entry.URL)
			}
		},
	)()
}

func said(args []*proto.RuntimeRemoteObject) string {
	var parts []string
	for _, a := range args {
		parts = append(parts, strings.TrimSpace(a.Value.String()+" "+a.Description))
	}
	return strings.Join(parts, " ")
}

func (v *visitor) note(r request, wrong string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if wrong != "" {
		v.wrong = append(v.wrong, wrong)
		return
	}
	v.requests = append(v.requests, r)
}

// allow names complaints that the test itself brings about.
func (v *visitor) allow(parts ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.allowed = append(v.allowed, parts...)
}

// complained says whether something that must not happen has happened, with these words.
func (v *visitor) complained(part string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.ContainsFunc(v.wrong, func(wrong string) bool { return strings.Contains(wrong, part) })
}

// judge fails the test for what must never happen.
func (v *visitor) judge() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, wrong := range v.wrong {
		if !slices.ContainsFunc(v.allowed, func(part string) bool { return strings.Contains(wrong, part) }) {
			v.t.Error(wrong)
		}
	}
	for _, r := range v.requests {
		own := []string{v.shop.app + "/", v.shop.store + "/", "data:", "blob:" + v.shop.app, "about:"}
		own = append(own, v.allowed...)
		if !slices.ContainsFunc(own, func(start string) bool { return strings.HasPrefix(r.url, start) }) {
			v.t.Errorf("a request to somebody else: %s %s", r.method, r.url)
		}
	}
}

// asked are the requests so far whose address begins with the prefix.
func (v *visitor) asked(prefix string) (found []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, r := range v.requests {
		if strings.HasPrefix(r.url, prefix) {
			found = append(found, r.method+" "+r.url)
		}
	}
	return found
}

// shoot leaves a picture of a test that failed.
func (v *visitor) shoot() {
	file, err := os.CreateTemp("", "zugabe-failed-*.png")
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	png, err := v.page.Screenshot(true, nil)
	if err == nil {
		_, err = file.Write(png)
	}
	v.t.Logf("a picture of it: %s (%v)", file.Name(), err)
	if text, err := v.in.Eval("() => document.body.innerText"); err == nil {
		v.t.Logf("the page says:\n%.3000s", text.Value.Str())
	}
}

// until waits until it is so on the page.
func (v *visitor) until(what string, so func() bool) {
	v.t.Helper()
	if err := wait(what, patience, func() (bool, error) { return so(), nil }); err != nil {
		v.t.Fatal(err)
	}
}

// visit opens a page of the shop.
func (v *visitor) visit(path string) {
	v.t.Helper()
	v.in = v.page
	must(v.t, v.page.Navigate(v.shop.store+path))
	must(v.t, v.page.WaitLoad())
}

// admin opens a page of the app inside the host's admin, and waits until it is drawn.
func (v *visitor) admin(path, locale string) {
	v.t.Helper()
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	v.visit("/admin/apps/zugabe" + strings.TrimSuffix(path, "/") + join + "locale=" + locale)
	v.enter()
	v.settled()
}

// enter looks into the app's frame from now on.
func (v *visitor) enter() {
	v.t.Helper()
	frame, err := v.page.Element("#app")
	must(v.t, err)
	v.in, err = frame.Frame()
	must(v.t, err)
}

// settled waits until the app's page is drawn: it has a heading, and nothing loads.
func (v *visitor) settled() {
	v.t.Helper()
	v.until("the page is drawn", func() bool {
		return v.is("() => !!document.querySelector('main h1, main [role=alert], main .outside') && !document.querySelector('.skeleton, [aria-busy=true]')")
	})
}

// is asks the page a yes or no; a page that is just being replaced says no.
func (v *visitor) is(js string, args ...any) bool {
	got, err := v.in.Eval(js, args...)
	return err == nil && got.Value.Bool()
}

// value is what the script says as text.
func (v *visitor) value(js string, args ...any) string {
	v.t.Helper()
	got, err := v.in.Eval(js, args...)
	must(v.t, err)
	return got.Value.Str()
}

// text is everything that can be read, in one line.
func (v *visitor) text() string {
	got, err := v.in.Eval("() => document.body.innerText")
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(got.Value.Str()), " ")
}

// sees waits until each of the texts can be read.
func (v *visitor) sees(texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		v.until(fmt.Sprintf("%q can be read", text), func() bool { return strings.Contains(v.text(), text) })
	}
}

// press types keys, one after another.
func (v *visitor) press(keys ...input.Key) {
	v.t.Helper()
	for _, key := range keys {
		must(v.t, v.page.Keyboard.Type(key))
	}
}
