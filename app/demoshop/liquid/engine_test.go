package liquid

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// trees are the smallest theme and extension; files replace or add to them.
func newEngine(t *testing.T, files map[string]string) *Engine {
	t.Helper()
	theme, extension := fstest.MapFS{}, fstest.MapFS{}
	all := map[string]string{
		"theme/layout/theme.liquid": "{{ content_for_layout }}", "theme/templates/index.json": `{"sections":{"main":{"type":"main"}},"order":["main"]}`,
		"theme/locales/en.default.json":     `{"a":{"b":"B {{ x }} & <i>","b_html":"<b>{{ x }}</b>","only":"only here"},"n":{"one":"{{ count }} point","other":"{{ count }} points"}}`,
		"theme/locales/pl.json":             `{"a":{"b":"Be {{ x }}"},"n":{"one":"{{ count }} punkt","few":"{{ count }} punkty","many":"{{ count }} punktów","other":"{{ count }} punktu"}}`,
		"extension/locales/en.default.json": `{"a":{"b":"of the app"}}`,
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		if rest, ok := strings.CutPrefix(name, "theme/"); ok {
			theme[rest] = &fstest.MapFile{Data: []byte(text)}
		} else {
			extension[strings.TrimPrefix(name, "extension/")] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	e, err := New(Config{Theme: theme, Extension: extension, Zone: time.UTC, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const globals = `{"shop":{"name":"Kontor","money_format":"{{amount_with_comma_separator}} €","money_with_currency_format":"€{{amount}} EUR"},
"list":[3,1,2],"cents":123456,"nasty":"<script>'&\"","hollow":[],"none":null,"request":{"path":"/x"},"customer":{"name":"Ann","metafields":{}}}`

func (e *Engine) fill(t *testing.T, locale string) (string, []string) {
	t.Helper()
	app := json.RawMessage(`{"customer":{"name":"Ann","metafields":{"$app":{"points":{"value":{"points":12}}}}},"app":{"metafields":{"zugabe":{"settings":{"value":{"on":true}}}}}}`)
	html, problems, err := e.Render(Page{Template: "index", Locale: locale, Globals: json.RawMessage(globals), App: app})
	if err != nil {
		t.Fatal(err)
	}
	return html, problems
}

const wrapper = `<div id="shopify-section-main" class="shopify-section">`

func TestTagsAndFiltersDoWhatTheyDoInShopify(t *testing.T) {
	for _, c := range []struct{ liquid, want string }{
		{`{{ 7 | divided_by: 2 }} {{ 7 | divided_by: 2.0 }} {{ -7 | divided_by: 2 }}`, `3 3.5 -4`},
		{`{{ 10 | times: 1.0 | divided_by: 4 }} {{ 6 | divided_by: 3.0 | divided_by: 4 }}`, `2.5 0.5`},
		{`{{ 7.5 | floor }} {{ 7.2 | ceil }} {{ 7.5 | round }} {{ 7.256 | round: 2 }} {{ "5" | times: "3" }}`, `7 8 8 7.26 15`},
		{`{{ 5 | at_least: 7 }} {{ 5 | at_most: 3 }} {{ 7 | modulo: 3 }} {{ 1 | plus: 2 | minus: 4 }}`, `7 3 1 -1`},
		{`{{ cents | money }} {{ cents | money_with_currency }} {{ 1200 | money_without_trailing_zeros }} {{ none | money }}`, `1.234,56 € €1,234.56 EUR 12 € `},
		{`{{ cents | money_without_currency }} {{ -5 | money }}`, `1.234,56 -0,05 €`},
		{`{{ nasty }}`, `<script>'&"`},
		{`{{ nasty | escape }} {{ "&amp;<" | escape_once }}`, `&lt;script&gt;&#39;&amp;&quot; &amp;&lt;`},
		{`{{ nasty | json }} {{ list | json }} {{ none | json }}`, `"\u003cscript\u003e'\u0026\"" [3,1,2] null`},
		{`{{ list | sort | join: "," }} {{ list | size }} {{ list.first }} {{ list | first }}`, `1,2,3 3 3 3`},
		{`{{ "Tea & Söhne Größe" | handleize }}`, `tea-sohne-grosse`},
		{`{{ "x" | link_to: "/a?b&c", "T" }}`, `<a href="/a?b&amp;c" title="T">x</a>`},
		{`{{ 1 | pluralize: "cup", "cups" }} {{ 2 | pluralize: "cup", "cups" }}`, `cup cups`},
		{`{{ "a.css" | asset_url | stylesheet_tag }}`, `<link href="/cdn/shop/t/1/assets/a.css" rel="stylesheet" type="text/css" media="all">`},
		{`{{ "a.js" | asset_url | script_tag }}`, `<script src="/cdn/shop/t/1/assets/a.js" type="text/javascript"></script>`},
		{`{{ "/f.svg" | image_url: width: 40 }} {{ "/f.svg" | image_url: width: 40 | image_tag: alt: "A \"b\"" }}`, `/f.svg?width=40 <img src="/f.svg?width=40" alt="A &quot;b&quot;">`},
		{`{{ "2026-12-24" | date: "%d.%m.%Y %A %-d %b %e %j%%" }}`, `24.12.2026 Thursday 24 Dec 24 358%`},
		{`{{ "now" | date: format: "date" }} {{ 1772366400 | date: "%H:%M" }} {{ "soon" | date: "%Y" }}`, `1 March 2026 12:00 soon`},
		{`{{ none | default: "d" }} {{ hollow | default: "e" }} {{ false | default: "f", allow_false: true }}`, `d e false`},
		{`{% if "" %}y{% endif %}{% if 0 %}y{% endif %}{% if none %}n{% endif %}{% unless hollow == empty %}n{% endunless %}`, `yy`},
		{`{{ "a.b" | t: x: nasty }}|{{ "a.b_html" | t: x: "<" }}`, `B &lt;script&gt;&#39;&amp;&quot; &amp; &lt;i&gt;|<b>&lt;</b>`},
		{`{{ "n" | t: count: 1 }}, {{ "n" | t: count: 0 }}`, `1 point, 0 points`},
		{`{% style %}a{b:{{ 1 }}}{% endstyle %}{% doc %} {{ nothing }} {% enddoc %}{% comment %}x{% endcomment %}{% # inline %}`, `<style data-shopify>a{b:1}</style>`},
		{"{% liquid\n assign a = 2\n echo a\n for i in list\n  echo i\n endfor %}", `2312`},
		{`{% for i in list reversed %}{{ forloop.index }}{{ i }}{% else %}none{% endfor %}{% case 2 %}{% when 1, 2 %}two{% endcase %}`, `122133two`},
		{`{% render "hello", who: "you" %}{% assign who = "me" %}{% render "hello" %}{% render "hello" for list as who %}`, `Hello you of Kontor!Hello  of Kontor!Hello 3 of Kontor!Hello 1 of Kontor!Hello 2 of Kontor!`},
		{`{% form "localization", class: "f" %}x{% endform %}`, `<form method="post" action="/localization" accept-charset="UTF-8" class="f"><input type="hidden" name="form_type" value="localization"><input type="hidden" name="utf8" value="✓"><input type="hidden" name="return_to" value="/x">x</form>`},
		{`{% form "customer" %}{% if form.posted_successfully? %}yes{% else %}no{% endif %}{{ form.errors | default_errors }}{% endform %}`, `<form method="post" action="/contact#contact_form" id="contact_form" accept-charset="UTF-8"><input type="hidden" name="form_type" value="customer"><input type="hidden" name="utf8" value="✓">no</form>`},
		{`{{ customer.metafields['$app'].points.value.points }}.`, `.`}, // a theme does not see what belongs to an app
		{`{{ "abc" | sha256 | slice: 0, 8 }} {{ "a" | append: "b" | upcase | prepend: "c" }}`, `ba7816bf cAB`},
		{`{{ '{"a":1}' | size }}{{ cents | json }}{{ "x y" | url_encode }}{{ "x y" | url_param_escape }}`, `7123456x+yx%20y`},
	} {
		e := newEngine(t, map[string]string{"theme/sections/main.liquid": c.liquid, "theme/snippets/hello.liquid": "Hello {{ who }} of {{ shop.name }}!"})
		got, problems := e.fill(t, "en")
		got = strings.TrimSuffix(strings.TrimPrefix(got, wrapper), "</div>")
		if got != c.want || len(problems) > 0 {
			t.Errorf("%s\n got %s\nwant %s\n%v", c.liquid, got, c.want, problems)
		}
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	e := newEngine(t, map[string]string{"theme/sections/main.liquid": `{% assign ns = "1,2,5,12,22,112" | split: "," %}{% for n in ns %}{{ "n" | t: count: n }};{% endfor %}`})
	got, problems := e.fill(t, "pl")
	if want := "1 punkt;2 punkty;5 punktów;12 punktów;22 punkty;112 punktów;"; !strings.Contains(got, want) || len(problems) > 0 {
		t.Errorf("%s %v", got, problems)
	}
}

// What a shopper sees when a theme is broken, and what the shop's log says.
func TestErrorsArePrintedWhereTheyHappenAndTheRestOfThePageStays(t *testing.T) {
	for liquid, want := range map[string]string{
		"a\n{{ 1 | divided_by: 0 }}b":     "Liquid error (sections/main line 2): divided by 0",
		`a{% render "gone" %}b`:           "Liquid error (sections/main line 1): Could not find asset snippets/gone.liquid",
		`a{{ "no.such" | t }}b`:           "Translation missing: pl.no.such",
		`a{{ "a.only" | t }}b`:            "only here",
		`a{% form "odd" %}{% endform %}b`: "Invalid form type &quot;odd&quot;",
	} {
		e := newEngine(t, map[string]string{"theme/sections/main.liquid": liquid})
		got, problems := e.fill(t, "pl")
		if !strings.Contains(got, want) || !strings.Contains(got, "a") || !strings.HasSuffix(got, "b</div>") || len(problems) != 1 {
			t.Errorf("%s: %s %v", liquid, got, problems)
		}
	}
	e := newEngine(t, map[string]string{"theme/sections/main.liquid": "here", "theme/config/settings_data.json": `{"current":{"blocks":{"1":{"type":"shopify://apps/z/blocks/bad/1"}}}}`, "theme/layout/theme.liquid": "{{ content_for_layout }}</body>",
		"extension/blocks/bad.liquid": `x{% schema %}{"target":"body",}{% endschema %}`})
	if got, problems := e.fill(t, "en"); !strings.Contains(got, "here") || len(problems) != 1 {
		t.Errorf("%s %v", got, problems)
	}
	e = newEngine(t, map[string]string{"theme/sections/main.liquid": "{% if %}{{ x"})
	if got, problems := e.fill(t, "en"); !strings.Contains(got, "Liquid syntax error (sections/main line 1)") || len(problems) != 1 {
		t.Errorf("%s %v", got, problems)
	}
}

const template = `{"sections":{"main":{"type":"main","blocks":{"one":{"type":"shopify://apps/zugabe/blocks/points/1","settings":{"colour":"red"}},"gone":{"type":"shopify://apps/zugabe/blocks/later/1"},"note":{"type":"text","settings":{"say":"hi"}}},"block_order":["one","gone","note","one"]}},"order":["main"]}`

// covers: S4-09
func TestAppBlocksStandWhereTheMerchantPutThemAndSeeWhatIsTheAppsOwn(t *testing.T) {
	e := newEngine(t, map[string]string{
		"theme/templates/index.json":      template,
		"theme/layout/theme.liquid":       "<head>{{ content_for_header }}</head><body>{{ content_for_layout }}</body>",
		"theme/config/settings_data.json": `{"current":{"blocks":{"99":{"type":"shopify://apps/zugabe/blocks/launcher/2"}}}}`,
		"theme/sections/main.liquid":      `{% for block in section.blocks %}{% case block.type %}{% when "@app" %}{% render block %}{% when "text" %}{{ block.settings.say }}{% endcase %}{% endfor %}`,
		"extension/blocks/points.liquid": `{{ block.settings.colour }} {{ block.settings.size }} {{ customer.metafields['$app'].points.value.points }} {{ app.metafields.zugabe.settings.value.on }} {{ "a.b" | t }} {% render "own" %}` +
			`{% schema %}{"name":"P","target":"section","stylesheet":"z.css","javascript":"z.js","settings":[{"id":"size","type":"text","default":"big"}]}{% endschema %}`,
		"extension/snippets/own.liquid":    "{{ block.id }} {{ 'z.css' | asset_url }}",
		"extension/blocks/launcher.liquid": `<i>launch</i>{% schema %}{"name":"L","target":"body","settings":[]}{% endschema %}`,
	})
	got, problems := e.fill(t, "en")
	block := `<div id="shopify-block-one" class="shopify-block shopify-app-block">red big 12 true of the app one /cdn/shop/extensions/zugabe/assets/z.css</div>`
	want := `<head><link href="/cdn/shop/extensions/zugabe/assets/z.css" rel="stylesheet" type="text/css" media="all">` + "\n" +
		`<script src="/cdn/shop/extensions/zugabe/assets/z.js" defer></script></head><body>` + wrapper + block + "hi" + block + `</div><i>launch</i></body>`
	if got != want || len(problems) > 0 {
		t.Errorf("got  %s\nwant %s\n%v", got, want, problems)
	}
}

func TestAPageThatNeverEndsIsStoppedAndTheNextOneIsFilled(t *testing.T) {
	e := newEngine(t, map[string]string{"theme/sections/main.liquid": `ok`, "theme/sections/long.liquid": `{% for a in (1..5000) %}{% for b in (1..5000) %}{{ b }}{% endfor %}{% endfor %}`,
		"theme/templates/long.json": `{"sections":{"main":{"type":"long"}},"order":["main"]}`, "theme/templates/broken.json": `{"sections":{},"order":["nothing"]}`})
	before := patience
	t.Cleanup(func() { patience = before })
	patience = 200 * time.Millisecond
	for _, template := range []string{"long", "broken", "unknown", "long"} {
		if _, _, err := e.Render(Page{Template: template, Locale: "en", Globals: json.RawMessage(globals)}); err == nil {
			t.Errorf("%s renders", template)
		}
	}
	patience = before
	for range 3 * machines {
		if got, _ := e.fill(t, "en"); !strings.Contains(got, "ok") {
			t.Fatal(got)
		}
	}
}

func TestDaysAreWrittenAsTheirReadersDo(t *testing.T) {
	all := map[string]string{"theme/sections/main.liquid": `{{ "2026-11-20" | date: format: "abbreviated_date" }}|{{ "2026-11-20" | date: format: "short" }}`}
	for _, l := range []string{"de", "da", "it"} {
		all["theme/locales/"+l+".json"] = "{}"
	}
	for locale, want := range map[string]string{"en": "20 Nov 2026|20 Nov 00:00", "de": "20. Nov. 2026|20. Nov. 00:00", "da": "20. nov. 2026|20. nov. 00:00", "pl": "20 lis 2026|20 lis 00:00", "it": "20 nov 2026|20 nov 00:00"} {
		if got, problems := newEngine(t, all).fill(t, locale); !strings.Contains(got, want) || len(problems) > 0 {
			t.Errorf("%s: %s %v", locale, got, problems)
		}
	}
}
