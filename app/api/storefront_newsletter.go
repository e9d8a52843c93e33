package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// How many sign-ups a minute are taken from one address and in one shop. Both are
// counted for all processes together (G20).
const (
	signupsPerAddress = 5
	signupsPerShop    = 120
)

// NewsletterForm is what a sign-up form shows (S2-06).
type NewsletterForm struct {
	On       bool   `json:"on"`
	Consent  string `json:"consent" doc:"what the person agrees to; show it at the button"`
	Voucher  string `json:"voucher,omitempty" doc:"what a sign-up brings, in the shopper's language"`
	Trap     string `json:"trap" doc:"name of a field that people must not see; leave it empty"`
	Language string `json:"language"`
}

// NewsletterAnswer is the same for everybody: whether an address is known is not told.
type NewsletterAnswer struct {
	State string `json:"state" enum:"sent"`
	Text  string `json:"text"`
}

type newsletterFormQuery struct {
	Locale string `query:"locale" maxLength:"16"`
}

// newsletterPost takes JSON from scripts and a plain form from pages without them.
type newsletterPost struct {
	ContentType string `header:"Content-Type"`
	ForwardedBy string `header:"X-Forwarded-For"`
	RawBody     []byte
}

type newsletterFields struct {
	Email  string `json:"email"`
	Locale string `json:"locale"`
	Source string `json:"source"`
	Trap   string `json:"website"`
}

type linkQuery struct {
	Token string `query:"t" maxLength:"999"`
}

type linkPost struct {
	Token       string `query:"t" maxLength:"999"`
	ForwardedBy string `header:"X-Forwarded-For"`
	RawBody     []byte
}

// rawAnswer is a page, or JSON where a script asked.
type rawAnswer struct {
	Status      int
	ContentType string `header:"Content-Type"`
	Policy      string `header:"Content-Security-Policy"`
	Retry       string `header:"Retry-After"`
	Body        []byte
}

func (s *Server) storefrontNewsletter(api huma.API) {
	get(api, "/newsletter", "What a newsletter form shows", s.newsletterForm)
	aside(api, http.MethodPost, "/newsletter", "Sign up for the newsletter; a mail asks for confirmation", s.newsletterSignup)
	aside(api, http.MethodGet, "/newsletter/confirm", "The page behind the link in the mail; it asks for a click, because mail scanners open links", s.confirmPage)
	aside(api, http.MethodPost, "/newsletter/confirm", "The click that confirms", s.confirmClick)
	aside(api, http.MethodGet, "/newsletter/unsubscribe", "The page behind a mail's way out", s.leavePage)
	aside(api, http.MethodPost, "/newsletter/unsubscribe", "One click that ends the newsletter (RFC 8058)", s.leaveClick)
	aside(api, http.MethodGet, "/newsletter/undo", "The page behind the mail about redeemed points", s.undoPage)
	aside(api, http.MethodPost, "/newsletter/undo", "The click that takes a redemption back", s.undoClick)
}

func (s *Server) newsletterForm(ctx context.Context, q *newsletterFormQuery) (*body[NewsletterForm], error) {
	shop := callerOf(ctx).Shop
	view := NewsletterForm{Trap: "website"}
	err := s.read(ctx, func(tx *store.Tx) error {
		settings, err := s.deps.Program.NewsletterSettings(tx, shop.ID)
		if err != nil {
			return err
		}
		language, words, err := s.deps.Program.MailPageWords(tx, shop, q.Locale)
		if err != nil {
			return err
		}
		view.On, view.Consent, view.Language = settings.On, words["consent"], language
		view.Voucher, err = s.deps.Program.SignupOffer(tx, shop.ID, settings.Template, language)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) newsletterSignup(ctx context.Context, in *newsletterPost) (*rawAnswer, error) {
	shop := callerOf(ctx).Shop
	fields, script, err := readSignup(in)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	ip := firstOf(in.ForwardedBy)
	for _, limit := range []struct {
		bucket, id string
		most       int
	}{{"signup-address", ip, signupsPerAddress}, {"signup-shop", "all", signupsPerShop}} {
		if ok, wait := s.deps.Cache.Allow(ctx, shop.ID, limit.bucket, limit.id, limit.most); !ok {
			out, err := s.newsletterPage(ctx, fields.Locale, pageOfLink{Status: http.StatusTooManyRequests, Text: "later", Script: script})
			if out != nil {
				out.Retry = seconds(wait)
			}
			return out, err
		}
	}
	err = s.deps.Program.Subscribe(ctx, shop, program.SignupRequest{Email: fields.Email, Locale: fields.Locale, Source: fields.Source, IP: ip, Trap: fields.Trap})
	if loyalty.CodeOf(err) == loyalty.CodeInvalid && !script {
		return s.newsletterPage(ctx, fields.Locale, pageOfLink{Status: http.StatusUnprocessableEntity, Text: "wrong"})
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.newsletterPage(ctx, fields.Locale, pageOfLink{Status: http.StatusAccepted, Text: "sent", Script: script})
}

// readSignup reads a form or JSON; script says that it was JSON.
func readSignup(in *newsletterPost) (f newsletterFields, script bool, err error) {
	kind, _, _ := mime.ParseMediaType(in.ContentType)
	if kind != "application/x-www-form-urlencoded" {
		if err := json.Unmarshal(in.RawBody, &f); err != nil {
			return f, true, loyalty.Invalid("body", "is not JSON")
		}
		return f, true, nil
	}
	form, err := url.ParseQuery(string(in.RawBody))
	if err != nil {
		return f, false, loyalty.Invalid("body", "is no form")
	}
	// the second names are those of the host's own newsletter form
	pick := func(names ...string) string {
		for _, name := range names {
			if v := form.Get(name); v != "" {
				return v
			}
		}
		return ""
	}
	return newsletterFields{Email: pick("email", "contact[email]"), Locale: pick("locale"), Source: pick("source"), Trap: pick("website")}, false, nil
}

func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return clipTo(strings.TrimSpace(first), 64)
}

func clipTo(s string, n int) string { return s[:min(len(s), n)] }

func (s *Server) confirmPage(ctx context.Context, in *linkQuery) (*rawAnswer, error) {
	return s.newsletterPage(ctx, "", pageOfLink{Token: in.Token, Status: http.StatusOK, Text: "ask", Button: "confirm"})
}

func (s *Server) confirmClick(ctx context.Context, in *linkPost) (*rawAnswer, error) {
	done, err := s.deps.Program.ConfirmNewsletter(ctx, callerOf(ctx).Shop, in.Token, firstOf(in.ForwardedBy))
	if loyalty.CodeOf(err) == loyalty.CodeNotFound {
		return s.newsletterPage(ctx, "", pageOfLink{Token: in.Token, Status: http.StatusGone, Text: "over"})
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	text := "done"
	if done.Voucher {
		text = "coded"
	}
	return s.newsletterPage(ctx, done.Locale, pageOfLink{Status: http.StatusOK, Text: text})
}

func (s *Server) leavePage(ctx context.Context, in *linkQuery) (*rawAnswer, error) {
	if s.deps.Program.IsReminderLink(callerOf(ctx).Shop.ID, in.Token) {
		return s.newsletterPage(ctx, "", pageOfLink{Token: in.Token, Status: http.StatusOK, Text: "quiet", Button: "no_reminders", Title: "reminders"})
	}
	return s.newsletterPage(ctx, "", pageOfLink{Token: in.Token, Status: http.StatusOK, Text: "leave", Button: "unsubscribe"})
}

func (s *Server) leaveClick(ctx context.Context, in *linkPost) (*rawAnswer, error) {
	err := s.deps.Program.LeaveNewsletter(ctx, callerOf(ctx).Shop, in.Token)
	if loyalty.CodeOf(err) == loyalty.CodeNotFound {
		return s.newsletterPage(ctx, "", pageOfLink{Token: in.Token, Status: http.StatusGone, Text: "over"})
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if s.deps.Program.IsReminderLink(callerOf(ctx).Shop.ID, in.Token) {
		return s.newsletterPage(ctx, "", pageOfLink{Token: in.Token, Status: http.StatusOK, Text: "quieted", Title: "reminders"})
	}
	return s.newsletterPage(ctx, "", pageOfLink{Token: in.Token, Status: http.StatusOK, Text: "left"})
}

func (s *Server) undoPage(ctx context.Context, in *linkQuery) (*rawAnswer, error) {
	undo, err := s.undoOf(ctx, in.Token)
	if loyalty.CodeOf(err) == loyalty.CodeNotFound {
		return s.noUndo(ctx)
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	say := sayOfUndo(undo)
	return s.newsletterPage(ctx, undo.Locale, pageOfLink{Status: http.StatusOK, Text: say.ask, Button: say.button, Title: say.title})
}

// noUndo answers a link that says of nothing whether it was a voucher or a reward.
func (s *Server) noUndo(ctx context.Context) (*rawAnswer, error) {
	return s.newsletterPage(ctx, "", pageOfLink{Status: http.StatusGone, Text: "undo_over", Title: "undo_over_title"})
}

func (s *Server) undoOf(ctx context.Context, token string) (undo program.Undo, err error) {
	err = s.deps.Program.Store.Read(ctx, func(tx *store.Tx) error {
		undo, err = s.deps.Program.UndoOf(tx, callerOf(ctx).Shop.ID, token)
		return err
	})
	return undo, err
}

// undoWords are the names of the words for what a mail's link takes back.
type undoWords struct{ title, ask, button, done, late string }

func sayOfUndo(u program.Undo) undoWords {
	if u.Reward {
		return undoWords{"undo_reward_title", "undo_reward", "take_reward_back", "undone_reward", "undo_reward_late"}
	}
	return undoWords{"undo_title", "undo", "take_back", "undone", "undo_late"}
}

func (s *Server) undoClick(ctx context.Context, in *linkPost) (*rawAnswer, error) {
	undo, err := s.undoOf(ctx, in.Token)
	if loyalty.CodeOf(err) == loyalty.CodeNotFound {
		return s.noUndo(ctx)
	}
	if err == nil {
		err = s.deps.Program.UndoSpending(ctx, callerOf(ctx).Shop, in.Token)
	}
	say := sayOfUndo(undo)
	if code := loyalty.CodeOf(err); code == loyalty.CodeNotFound || code == loyalty.CodeConflict {
		return s.newsletterPage(ctx, undo.Locale, pageOfLink{Status: http.StatusGone, Text: say.late, Title: say.title})
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.newsletterPage(ctx, undo.Locale, pageOfLink{Status: http.StatusOK, Text: say.done, Title: say.title})
}

// pageOfLink is a small page: one sentence, perhaps one button.
type pageOfLink struct {
	Status       int
	Text, Button string         // names of words
	Token        string         // of the link, whose person has a language
	Script       bool           // JSON instead
	Title        string         // name of a word; "" = the newsletter's
	Points       loyalty.Points // that Text names, which then has plural forms; 0 = none
	Minutes      string         // for placeholders of Text
}

// say is a word of the page in the form that is for its points.
func (p pageOfLink) say(language string, words map[string]string) string {
	if p.Points == 0 {
		return words[p.Text]
	}
	text := words[p.Text+"."+loyalty.Plural(language, int64(p.Points))]
	return strings.NewReplacer("{points}", loyalty.Grouped(language, int64(p.Points)), "{minutes}", p.Minutes).Replace(text)
}

// The page stands alone, without the shop's theme: whatever scripts run there must not
// read the link's token.
var linkPage = template.Must(template.New("link").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{{.Title}} · {{.Shop}}</title>
<style>:root{color-scheme:light dark;--line:color-mix(in srgb,CanvasText 18%,Canvas);--quiet:color-mix(in srgb,CanvasText 70%,Canvas)}
body{margin:0;padding:1.5rem;font:17px/1.55 system-ui,sans-serif;display:grid;place-items:center;min-height:100vh;min-height:100dvh;box-sizing:border-box;background:color-mix(in srgb,CanvasText 4%,Canvas);color:CanvasText}
main{width:100%;max-width:27rem;padding:2rem;box-sizing:border-box;border:1px solid var(--line);border-radius:14px;background:Canvas;overflow-wrap:anywhere}
.shop{margin:0 0 .25rem;color:var(--quiet)}h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}p{margin:0 0 1.5rem}
button,.go{display:block;width:100%;box-sizing:border-box;padding:.75rem 1rem;min-height:48px;border:1px solid CanvasText;border-radius:10px;font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button{background:CanvasText;color:Canvas}.go{background:Canvas;color:CanvasText}:focus-visible{outline:3px solid Highlight;outline-offset:3px}</style></head>
<body><main><p class="shop">{{.Shop}}</p><h1>{{.Title}}</h1><p role="status">{{.Text}}</p>{{if .Button}}<form method="post"><button name="ok" value="1">{{.Button}}</button></form>{{else}}<a class="go" href="/">{{.Shop}}</a>{{end}}</main></body></html>
`))

func (s *Server) newsletterPage(ctx context.Context, locale string, p pageOfLink) (*rawAnswer, error) {
	var language string
	var words map[string]string
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		if p.Token != "" {
			if locale, err = s.deps.Program.LinkLocale(tx, callerOf(ctx).Shop.ID, p.Token); err != nil {
				return err
			}
		}
		language, words, err = s.deps.Program.MailPageWords(tx, callerOf(ctx).Shop, locale)
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.Script {
		return s.newsletterJSON(p, words)
	}
	var out bytes.Buffer
	err = linkPage.Execute(&out, map[string]string{"Language": language, "Title": words[cmp.Or(p.Title, "title")], "Shop": words["shop"], "Text": p.say(language, words), "Button": words[p.Button]})
	return &rawAnswer{Status: p.Status, ContentType: "text/html; charset=utf-8", Body: out.Bytes(),
		Policy: "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"}, err
}

func (s *Server) newsletterJSON(p pageOfLink, words map[string]string) (*rawAnswer, error) {
	if p.Status == http.StatusTooManyRequests {
		return nil, problem(p.Status, "too_many_requests", words[p.Text])
	}
	body, err := json.Marshal(NewsletterAnswer{State: "sent", Text: words[p.Text]})
	return &rawAnswer{Status: p.Status, ContentType: "application/json", Body: body, Policy: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"}, err
}
