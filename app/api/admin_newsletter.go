package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// SignupView is one person's sign-up.
type SignupView struct {
	ID             loyalty.ID `json:"id"`
	Email          string     `json:"email"`
	State          string     `json:"state" enum:"held,pending,confirmed,unsubscribed,erased"`
	Reason         string     `json:"reason,omitempty" doc:"why it is held"`
	Language       string     `json:"language"`
	Source         string     `json:"source,omitempty"`
	ConsentText    string     `json:"consent_text,omitempty" doc:"what the person agreed to, as it was shown"`
	Template       loyalty.ID `json:"template,omitempty"`
	Code           string     `json:"code,omitempty"`
	CodeID         loyalty.ID `json:"code_id,omitempty"`
	CreatedAt      int64      `json:"created_at" doc:"Unix milliseconds"`
	AskedAt        int64      `json:"asked_at,omitempty"`
	ConfirmedAt    int64      `json:"confirmed_at,omitempty"`
	UnsubscribedAt int64      `json:"unsubscribed_at,omitempty"`
}

// NewsletterCounts are the sign-ups by state, and the mails.
type NewsletterCounts struct {
	Signups    map[string]int64 `json:"signups"`
	Mails      map[string]int64 `json:"mails"`
	Suppressed map[string]int64 `json:"suppressed"`
}

// NewsletterView is a page of sign-ups with the counts.
type NewsletterView struct {
	Items  []SignupView     `json:"items"`
	Next   string           `json:"next,omitempty"`
	Counts NewsletterCounts `json:"counts"`
	// MailReady is false when the operator has set no mail server: mails wait.
	MailReady bool `json:"mail_ready"`
}

// NewsletterSettingsView are the merchant's choices.
type NewsletterSettingsView struct {
	program.NewsletterSettings
	Version     int64  `json:"version"`
	CanConsent  bool   `json:"can_consent" doc:"whether the host lets us set its marketing consent; if not, only our own list and the newsletter tool know"`
	ToolSecret  bool   `json:"tool_secret" doc:"whether a signing secret is set"`
	MailReady   bool   `json:"mail_ready"`
	MailReplyTo string `json:"mail_reply_to,omitempty" doc:"where answers go without an own address"`
}

// MailView is a mail without its words.
type MailView struct {
	ID        loyalty.ID `json:"id"`
	Kind      string     `json:"kind"`
	To        string     `json:"to"`
	Subject   string     `json:"subject"`
	State     string     `json:"state" enum:"due,sending,sent,unknown,failed,stopped"`
	Attempts  int64      `json:"attempts"`
	Reason    string     `json:"reason,omitempty"`
	CreatedAt int64      `json:"created_at" doc:"Unix milliseconds"`
	NextAt    int64      `json:"next_at,omitempty"`
	SentAt    int64      `json:"sent_at,omitempty"`
}

var mailStates = []string{"due", "sending", "sent", "unknown", "failed", "stopped"}

type newsletterQuery struct {
	PageQuery
	State string `query:"state" enum:"held,pending,confirmed,unsubscribed,erased"`
	Email string `query:"email" maxLength:"254" doc:"beginning of the address"`
}

type mailsQuery struct {
	PageQuery
	State string `query:"state" enum:"due,sending,sent,unknown,failed,stopped"`
}

type saveNewsletter struct {
	Body struct {
		program.NewsletterSettings
		Version int64 `json:"version" doc:"as you have seen it"`
	}
}

type mailPreviewQuery struct {
	Kind     string `query:"kind" required:"true" maxLength:"40"`
	Language string `query:"language" required:"true" enum:"en,de,da,pl,it"`
}

// MailPreviewView is a mail made of example values.
type MailPreviewView struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html" doc:"show it in a sandboxed frame"`
}

func (s *Server) adminNewsletter(api huma.API) {
	get(api, "/newsletter", "Newsletter sign-ups, newest first, with counts", s.listSignups)
	post(api, "/newsletter/{id}/release", "Let a held sign-up through: the person is asked to confirm", s.releaseSignup)
	post(api, "/newsletter/{id}/unsubscribe", "End somebody's newsletter", s.unsubscribeSignup)
	aside(api, http.MethodGet, "/newsletter/export.csv", "All sign-ups of a state as CSV", s.exportSignups)
	get(api, "/newsletter-settings", "The newsletter's settings", s.newsletterSettings)
	put(api, "/newsletter-settings", "Change the newsletter's settings", s.putNewsletterSettings)
	post(api, "/newsletter-settings/secret", "A new secret that signs what the newsletter tool is told; it is shown once", s.newToolSecret)
	get(api, "/newsletter-settings/tool", "What the newsletter tool answered last", s.toolAnswers)
	post(api, "/newsletter-settings/test", "Tell the newsletter tool something about nobody, now", s.testTool)
	get(api, "/mails", "Mails, newest first", s.listMails)
	post(api, "/mails/{id}/send", "Send a mail again that failed or whose fate is unknown", s.resendMail)
	get(api, "/mails/preview", "A mail as it would look", s.previewMail)
}

func viewSignup(x store.Signup) SignupView {
	return SignupView{ID: x.ID, Email: x.Email, State: string(x.State), Reason: x.Reason, Language: x.Locale, Source: x.Source, ConsentText: x.ConsentText, Template: x.TemplateID,
		Code: x.Code, CodeID: x.CodeID, CreatedAt: x.CreatedAt, AskedAt: x.AskedAt, ConfirmedAt: x.ConfirmedAt, UnsubscribedAt: x.UnsubscribedAt}
}

func (s *Server) listSignups(ctx context.Context, q *newsletterQuery) (*body[NewsletterView], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	view := NewsletterView{MailReady: s.deps.Program.Post.Mailer != nil}
	err = s.read(ctx, func(tx *store.Tx) error {
		shop := callerOf(ctx).Shop.ID
		rows, err := tx.ListSignups(shop, store.SignupsQuery{State: store.SignupState(q.State), Email: q.Email, Before: before, Limit: q.Limit + 1})
		if err != nil {
			return err
		}
		p := pageOf(rows, q.Limit, viewSignup, func(x store.Signup) string { return x.ID.String() })
		view.Items, view.Next = p.Body.Items, p.Body.Next
		view.Counts, err = newsletterCounts(tx, shop)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func newsletterCounts(tx *store.Tx, shop loyalty.ShopID) (c NewsletterCounts, err error) {
	c.Signups, c.Mails = map[string]int64{}, map[string]int64{}
	signups, err := tx.CountSignups(shop)
	if err != nil {
		return c, err
	}
	for state, n := range signups {
		c.Signups[string(state)] = n
	}
	mails, err := tx.CountMails(shop)
	if err != nil {
		return c, err
	}
	for state, n := range mails {
		c.Mails[mailStates[state]] = n
	}
	c.Suppressed, err = tx.CountSuppressions(shop)
	return c, err
}

func (s *Server) releaseSignup(ctx context.Context, in *idPath) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.ReleaseSignup(ctx, who.Actor, who.Shop, in.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

func (s *Server) unsubscribeSignup(ctx context.Context, in *idPath) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.UnsubscribeSignup(ctx, who.Actor, who.Shop, in.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

func (s *Server) newsletterSettings(ctx context.Context, _ *struct{}) (*body[NewsletterSettingsView], error) {
	shop := callerOf(ctx).Shop
	view := NewsletterSettingsView{CanConsent: s.deps.Program.SetsConsent(shop), MailReady: s.deps.Program.Post.Mailer != nil, MailReplyTo: s.deps.Program.Post.ReplyTo}
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		if view.NewsletterSettings, err = s.deps.Program.NewsletterSettings(tx, shop.ID); err != nil {
			return err
		}
		view.Version = view.NewsletterSettings.Version
		kept, err := s.deps.Vault.Secrets(tx, shop.ID, program.NewsletterSecret, loyalty.NowMs(s.deps.Clock))
		view.ToolSecret = len(kept) > 0
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}

func (s *Server) putNewsletterSettings(ctx context.Context, in *saveNewsletter) (*body[NewsletterSettingsView], error) {
	who := callerOf(ctx)
	if _, err := s.deps.Program.SaveNewsletterSettings(ctx, who.Actor, who.Shop, in.Body.Version, in.Body.NewsletterSettings); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.newsletterSettings(ctx, nil)
}

// ToolSecretView is shown once.
type ToolSecretView struct {
	Secret string `json:"secret" doc:"whsec_ and base64, for the newsletter tool; signed by the rules of Standard Webhooks"`
}

func (s *Server) newToolSecret(ctx context.Context, _ *struct{}) (*body[ToolSecretView], error) {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return nil, s.fail(ctx, err)
	}
	secret := "whsec_" + base64.StdEncoding.EncodeToString(random)
	who := callerOf(ctx)
	if err := s.deps.Program.SetToolSecret(ctx, who.Actor, who.Shop, []byte(secret)); err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(ToolSecretView{secret}), nil
}

// ToolAnswers are the last answers of the newsletter tool.
type ToolAnswers struct {
	Items []program.ToolAnswer `json:"items"`
}

const shownToolAnswers = 10

func (s *Server) toolAnswers(ctx context.Context, _ *struct{}) (*body[ToolAnswers], error) {
	list, err := s.deps.Program.ToolAnswers(ctx, callerOf(ctx).Shop.ID, shownToolAnswers)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(ToolAnswers{Items: list}), nil
}

func (s *Server) testTool(ctx context.Context, _ *struct{}) (*body[program.ToolAnswer], error) {
	a, err := s.deps.Program.TestTool(ctx, callerOf(ctx).Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(a), nil
}

func (s *Server) exportSignups(ctx context.Context, q *exportSignupsQuery) (*fileAnswer, error) {
	who := callerOf(ctx)
	var csv table
	csv.row("email", "state", "language", "source", "code", "consent_text", "created_at", "confirmed_at", "unsubscribed_at")
	err := s.deps.Program.EachSignup(ctx, who.Actor, who.Shop, store.SignupState(q.State), func(x store.Signup) {
		csv.row(x.Email, string(x.State), x.Locale, x.Source, x.Code, x.ConsentText, stampOf(x.CreatedAt), stampOf(x.ConfirmedAt), stampOf(x.UnsubscribedAt))
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return fileOf("text/csv; charset=utf-8", "newsletter.csv", csv.bytes()), nil
}

type exportSignupsQuery struct {
	State string `query:"state" enum:"held,pending,confirmed,unsubscribed" default:"confirmed"`
}

func (s *Server) listMails(ctx context.Context, q *mailsQuery) (*body[page[MailView]], error) {
	before, err := q.before()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	state := store.MailState(-1)
	for i, name := range mailStates {
		if q.State == name {
			state = store.MailState(i)
		}
	}
	var rows []store.Mail
	if err := s.read(ctx, func(tx *store.Tx) error {
		rows, err = tx.ListMails(callerOf(ctx).Shop.ID, state, before, q.Limit+1)
		return err
	}); err != nil {
		return nil, err
	}
	return pageOf(rows, q.Limit, viewMail, func(m store.Mail) string { return m.ID.String() }), nil
}

func viewMail(m store.Mail) MailView {
	v := MailView{ID: m.ID, Kind: m.Kind, To: m.To, Subject: m.Subject, State: mailStates[m.State], Attempts: m.Attempts, Reason: m.Reason, CreatedAt: m.CreatedAt, SentAt: m.SentAt}
	if m.State == store.MailDue {
		v.NextAt = m.NextAt
	}
	return v
}

func (s *Server) resendMail(ctx context.Context, in *idPath) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.ResendMail(ctx, who.Actor, who.Shop.ID, in.ID.ID); err != nil {
		return nil, s.fail(ctx, err)
	}
	return nil, nil
}

func (s *Server) previewMail(ctx context.Context, q *mailPreviewQuery) (*body[MailPreviewView], error) {
	var view MailPreviewView
	err := s.read(ctx, func(tx *store.Tx) error {
		p, err := s.deps.Program.PreviewMail(tx, callerOf(ctx).Shop, q.Kind, q.Language)
		view = MailPreviewView(p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(view), nil
}
