package browser_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod"
)

// hostile are texts that somebody can give as a name, a title, a note, a review.
// Each tries to become part of the page. An element that came of one carries the
// mark data-xss, or a handler that no page of ours has.
var hostile = []string{
	`<img src=x data-xss onerror="window.__xss=1">`,
	`"><svg data-xss onload="window.__xss=2">`,
	`</title></style></textarea></script><script data-xss>window.__xss=3</script>`,
	`' autofocus onfocus='window.__xss=4' x='`,
	`javascript:window.__xss=5`,
	`{{constructor.constructor('window.__xss=6')()}}`,
	"${window.__xss=7}`-window.__xss-`",
	`{{ 'x' | append: '<img data-xss src=x onerror=alert(8)>' }}{% render 'x' %}`,
	`\u003cimg data-xss src=x onerror=alert(9)\u003e`,
	`&lt;img data-xss src=x onerror=alert(10)&gt;`,
	"line\u2028sep\u2029<b data-xss>\u202egnirts</b>",
	`"};window.__xss=12;//`,
	`<iframe data-xss srcdoc="<script>parent.__xss=13</script>"></iframe>`,
	`<a data-xss href="javascript:window.__xss=14">x</a>`,
	`<style data-xss>*{display:none}</style>`,
	`__proto__`,
	`url(javascript:window.__xss=17);}*{display:none}`,
	`<template shadowrootmode=open data-xss><slot onslotchange=alert(18)></template>`,
	`=HYPERLINK("https://evil.example","x")`,
	"\x1b[31m\r\nSet-Cookie: x=1",
}

// untouched says that no hostile text became part of the page.
func (v *visitor) untouched(where string) {
	v.t.Helper()
	said := v.value(`() => {
		const bad = [];
		const look = (root) => root.querySelectorAll('*').forEach((e) => {
			const foreign = e.hasAttribute('data-xss') || [...e.attributes].some((a) => /^on/i.test(a.name) || /^\s*javascript:/i.test(a.value) && /^(href|src|action|formaction|srcdoc)$/i.test(a.name));
			if (foreign) bad.push(e.outerHTML.slice(0, 200));
			if (e.shadowRoot) look(e.shadowRoot);
		});
		look(document);
		if (!document.body.checkVisibility()) bad.push('the page is hidden');
		if ({}.polluted !== undefined) bad.push('the prototype is polluted');
		return bad.join('\n');
	}`)
	if said != "" {
		v.t.Errorf("%s: %s", where, said)
	}
}

// kept are the fields of answers that code decides on, not somebody's words.
var kept = []string{"id", "key", "kind", "type", "state", "status", "host", "platform", "currency", "time_zone", "language", "locale", "locales", "languages",
	"cursor", "next", "previous", "version", "unit", "rounding", "basis", "mode", "role", "scope", "event", "trigger", "period", "topic", "origin", "day", "code"}

// poison puts hostile texts into every text of an answer that is somebody's words.
func poison(at any, key string, turn *int) any {
	switch at := at.(type) {
	case map[string]any:
		for k, inner := range at {
			at[k] = poison(inner, k, turn)
		}
		return at
	case []any:
		for i, inner := range at {
			at[i] = poison(inner, key, turn)
		}
		return at
	case string:
		fixed := slices.ContainsFunc(kept, func(k string) bool { return key == k || strings.HasSuffix(key, "_"+k) })
		if fixed || at == "" || strings.Trim(at, "0123456789-:TZ.") == "" { // numbers and times
			return at
		}
		*turn++
		return hostile[*turn%len(hostile)]
	}
	return at
}

// Every text that any screen gets from the app is hostile: names, titles, notes,
// numbers of orders. Nothing of it becomes part of a page.
//
// covers: I1, I4, I9, I20
func TestNoTextOfTheAppsAnswersBecomesPartOfAScreen(t *testing.T) {
	t.Parallel()
	s := fullShop(t)
	paths := screens(t, s)
	v := s.visitor(t, phone)
	v.allow("/vouchers/check", "/handout", "/imports/1") // as in the walk of all screens
	turn := 0
	v.answers(s.app+"/api/admin/v1/*", func(h *rod.Hijack) {
		if err := h.LoadResponse(http.DefaultClient, true); err != nil {
			return // the page has gone on and does not want the answer any more
		}
		var said any
		if json.Unmarshal([]byte(h.Response.Body()), &said) == nil {
			h.Response.SetBody(poison(said, "", &turn))
		}
	})
	for range 3 { // so that every field meets other texts
		for _, path := range paths {
			v.admin(path, "en")
			v.untouched(path)
			v.fits("hostile " + path)
			turn += 7
		}
	}
	if turn < 60 {
		t.Errorf("only %d texts were hostile", turn)
	}
}

// Names and reviews go through the shop, its webhooks and the database, and come
// back on the shop's pages and on the screens.
//
// covers: I1
func TestHostileNamesStayTextFromTheShopToTheScreens(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	v := s.visitor(t, desk)
	for _, text := range hostile {
		name := []rune(strings.Map(func(r rune) rune {
			if r < ' ' {
				return -1
			}
			return r
		}, text))
		who := s.joins(t, string(name[:min(len(name), 90)]), string(name[:min(len(name), 90)]))
		who.post("/review", url.Values{"kind": {"shop"}, "rating": {"5"}, "body": {text}})
	}
	for _, path := range []string{"/members", "/members?search=" + url.QueryEscape(hostile[0]), "/" + url.PathEscape(hostile[1]), "/members?sort=" + url.QueryEscape(hostile[3])} {
		v.admin(path, "en")
		v.untouched(path)
		v.fits(path)
	}
	v.visit("/merchant/customers")
	v.untouched("the merchant's customers")
	v.admin("/?x="+url.QueryEscape(hostile[2]), url.QueryEscape(hostile[0]))
	v.untouched("locale")
}

// A shopper with a hostile name sees every page of the shop unharmed.
//
// covers: I1
func TestAHostileNameStaysTextOnThePagesOfTheShop(t *testing.T) {
	t.Parallel()
	s := emptyShop(t)
	v := s.visitor(t, phone)
	for _, text := range hostile[:3] {
		v.visit("/account/register")
		v.value(`(name) => { const f = [...document.forms].find((f) => f.querySelector('[name="customer[email]"], [name=email]') && /register|account/.test(f.action));
			f.querySelector('[name="customer[first_name]"], [name=first]').value = name; f.querySelector('[name="customer[last_name]"], [name=last]').value = name;
			f.querySelector('[name="customer[email]"], [name=email]').value = 'x' + Math.random().toString(36).slice(2) + '@browser.example'; f.submit(); return '' }`, text)
		v.until("the account is open", func() bool { return strings.HasSuffix(v.value("() => location.pathname"), "/account") })
		for _, path := range []string{"/account", "/account/history", "/cart", "/", "/collections/all", "/pages/rewards", "/demo", "/search?q=" + url.QueryEscape(text), "/" + url.PathEscape(text)} {
			v.allow("404")
			v.visit(path)
			v.untouched(path)
		}
		v.visit("/account")
		v.value("() => { document.querySelector('form[action=\"/logout\"]').submit(); return '' }")
	}
}
