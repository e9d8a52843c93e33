package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/session"
	"zugabe/app/store"
)

// deskLinksPerMinute is how many links one address of the network may ask for.
const deskLinksPerMinute = 10

// csrfHeader carries the token that a desk's pages got when it was opened (H25).
const csrfHeader = "X-Zugabe-CSRF"

func (s *Server) desk() {
	door := huma.NewGroup(s.api, "/api/desk/v1")
	door.UseModifier(func(o *huma.Operation, next func(*huma.Operation)) {
		o.Security, o.Tags, o.OperationID = []map[string][]string{{}}, []string{"door"}, "door-"+o.OperationID
		next(o)
	})
	huma.Register(door, huma.Operation{OperationID: operationID("POST", "/link"), Method: http.MethodPost, Path: "/link", Summary: "Send a way into the desk, if a partner has the address",
		MaxBodyBytes: maxAPIBody, DefaultStatus: http.StatusAccepted, Errors: refusalsOf(http.MethodPost)}, s.askDeskLink)
	post(door, "/session", "Open the desk by a link that works once", s.openDesk)
	g := huma.NewGroup(s.api, "/api/desk/v1")
	s.protect(g, "desk", s.deskCaller)
	s.deskRoutes(g)
}

type askDeskLink struct {
	Body struct {
		Email string `json:"email" minLength:"3" maxLength:"254"`
		Shop  string `json:"shop,omitempty" maxLength:"190" doc:"the shop's name, as the page's address has it; may be missing where there is only one"`
	}
	remote string
}

// Resolve notes where the request came from.
func (in *askDeskLink) Resolve(ctx huma.Context) []error {
	in.remote = hostOnly(ctx.RemoteAddr())
	return nil
}

// LinkSent says nothing of whether there is such a partner.
type LinkSent struct {
	Minutes int `json:"minutes" doc:"how long a link holds"`
}

func (s *Server) askDeskLink(ctx context.Context, in *askDeskLink) (*body[LinkSent], error) {
	if ok, _ := s.deps.Cache.Allow(ctx, 0, "desk-link", in.remote, deskLinksPerMinute); !ok {
		return nil, problem(http.StatusTooManyRequests, "too_many_requests", "Too many requests. Wait a minute.")
	}
	shop, found, err := s.deps.Program.DeskShop(ctx, in.Body.Shop)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if found {
		if err := s.deps.Program.AskDeskLink(ctx, shop, in.Body.Email); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	return answer(LinkSent{Minutes: int(program.DeskLinkFor.Minutes())}), nil
}

type openDesk struct {
	Body struct {
		Token string `json:"token" minLength:"10" maxLength:"120"`
	}
	remote string
}

// Resolve notes where the request came from.
func (in *openDesk) Resolve(ctx huma.Context) []error {
	in.remote = hostOnly(ctx.RemoteAddr())
	return nil
}

// openedDesk is the first page of the desk with the cookie that opens it from now on.
type openedDesk struct {
	SetCookie string `header:"Set-Cookie"`
	Body      program.DeskHome
}

func (s *Server) openDesk(ctx context.Context, in *openDesk) (*openedDesk, error) {
	if ok, _ := s.deps.Cache.Allow(ctx, 0, "desk-door", in.remote, 2*deskLinksPerMinute); !ok {
		return nil, problem(http.StatusTooManyRequests, "too_many_requests", "Too many requests. Wait a minute.")
	}
	entry, err := s.deps.Program.OpenDesk(ctx, in.Body.Token)
	if moduleOff(err) {
		return nil, deskClosed()
	}
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	keys, err := s.deskKeys()
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	now := loyalty.NowMs(s.deps.Clock)
	ends := now + program.DeskSessionFor.Milliseconds()
	cookie, err := keys.Cookie(entry.Shop.ID, entry.Member.ID, ends)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	actor, err := keys.Open(cookie, now)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if err := s.deps.Program.KeepDesk(ctx, entry.Shop.ID, store.DeskSession{TokenID: actor.TokenID, MemberID: entry.Member.ID, CreatedAt: now, ExpiresAt: ends}); err != nil {
		return nil, s.fail(ctx, err)
	}
	home, err := s.deps.Program.DeskHome(ctx, entry.Shop, entry.Member.ID)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	home.CSRF = keys.CSRF(cookie)
	return &openedDesk{SetCookie: deskCookie(cookie, program.DeskSessionFor.Milliseconds()/1000), Body: home}, nil
}

func deskCookie(value string, seconds int64) string {
	return session.DeskCookie + "=" + value + "; Path=/; Max-Age=" + strconv.FormatInt(seconds, 10) + "; HttpOnly; Secure; SameSite=Strict"
}

// deskKeys sign the desk's cookies. They are derived from the secret that this
// installation keeps for good.
func (s *Server) deskKeys() (session.DeskKeys, error) {
	return session.NewDeskKeys(s.deps.Program.PersonKey)
}

func moduleOff(err error) bool {
	refusal := new(loyalty.Error)
	return errors.As(err, &refusal) && refusal.Detail["reason"] == program.ModuleOff
}

// deskClosed says to a partner who is signed in that the shop has switched partners off.
func deskClosed() *Problem {
	return problem(http.StatusForbidden, "module_off", "The shop has closed its programme for partners. Codes, customers and commissions are kept.")
}

// deskCaller proves a partner by the cookie, and for writes by the CSRF token too.
func (s *Server) deskCaller(ctx huma.Context) (caller, error) {
	cookie, err := huma.ReadCookie(ctx, session.DeskCookie)
	if err != nil {
		return caller{}, unauthorised()
	}
	keys, err := s.deskKeys()
	if err != nil {
		return caller{}, err
	}
	actor, err := keys.Open(cookie.Value, loyalty.NowMs(s.deps.Clock))
	if err != nil {
		return caller{}, unauthorised()
	}
	if ctx.Method() != http.MethodGet && keys.CheckCSRF(cookie.Value, ctx.Header(csrfHeader)) != nil {
		return caller{}, problem(http.StatusForbidden, string(loyalty.CodeForbidden), "Open the page again and repeat the request.")
	}
	member, err := loyalty.ParseID(actor.Subject)
	if err != nil {
		return caller{}, unauthorised()
	}
	entry, err := s.deps.Program.DeskOf(ctx.Context(), actor.Shop, member, actor.TokenID)
	if moduleOff(err) {
		return caller{}, deskClosed()
	}
	if code := loyalty.CodeOf(err); code == loyalty.CodeForbidden || code == loyalty.CodeNotFound {
		return caller{}, unauthorised()
	}
	if err != nil {
		return caller{}, err
	}
	actor, err = actor.In(entry.Shop)
	who, err := callerFrom(actor, entry.Shop, err)
	who.Partner, who.CSRF = entry.Member.ID, keys.CSRF(cookie.Value)
	return who, err
}

type closeDesk struct {
	Everywhere bool `query:"everywhere" doc:"also where else the desk is open"`
}

// closedDesk takes the cookie away.
type closedDesk struct {
	SetCookie string `header:"Set-Cookie"`
}

func (s *Server) closeDesk(ctx context.Context, in *closeDesk) (*closedDesk, error) {
	who := callerOf(ctx)
	if err := s.deps.Program.CloseDesk(ctx, who.Shop.ID, who.Partner, who.TokenID, in.Everywhere); err != nil {
		return nil, s.fail(ctx, err)
	}
	return &closedDesk{SetCookie: deskCookie("", 0)}, nil
}

// fileName is what a browser calls a download.
func fileName(code, ending string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, code)
	return `attachment; filename="` + plain + ending + `"`
}
