package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/platform"
)

func (s *Server) storefrontPartners(api huma.API) {
	post(api, "/partners/visit", "Count a visit through a partner's link or storefront; nobody is recognised", s.noteVisit)
	aside(api, http.MethodGet, "/v/{code}", "The short link of a code: counts the visit and opens the shop with the code in the cart", s.openLink)
}

// visitsPerAddress is how many visits a minute are counted from one address; further
// ones are let through all the same.
const visitsPerAddress = 20

type linkOfCode struct {
	Code        string `path:"code" maxLength:"100"`
	ForwardedBy string `header:"X-Forwarded-For"`
}

type moved struct {
	Status   int
	Location string `header:"Location"`
	Cache    string `header:"Cache-Control"`
	Robots   string `header:"X-Robots-Tag"`
}

// openLink leads to the host's own link for codes, which puts the code into the cart
// whether this app answers or not. It tells the landing page whose storefront it is:
// the host keeps that with the cart (S0-11, S0-12). What is no code leads to the shop.
func (s *Server) openLink(ctx context.Context, in *linkOfCode) (*moved, error) {
	shop := callerOf(ctx).Shop
	to := &moved{Status: http.StatusFound, Location: "/", Cache: "no-store", Robots: "noindex"}
	if ok, _ := s.deps.Cache.Allow(ctx, shop.ID, "visit-address", firstOf(in.ForwardedBy), visitsPerAddress); !ok {
		to.Location = "/discount/" + url.PathEscape(in.Code)
		return to, nil
	}
	v, err := s.deps.Program.NoteVisit(ctx, shop, in.Code, "")
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	if v.Code == "" {
		return to, nil
	}
	to.Location = "/discount/" + url.PathEscape(v.Code)
	if v.Storefront != "" {
		landing := "/?" + url.Values{platform.StorefrontQuery: {v.Storefront}, "v": {"1"}}.Encode()
		to.Location += "?" + url.Values{"redirect": {landing}}.Encode()
	}
	return to, nil
}

type noteVisit struct {
	Request string `header:"X-Zugabe-Request" required:"true" enum:"1"`
	Body    struct {
		Code string `json:"code,omitempty" maxLength:"60" doc:"of the link, or"`
		Host string `json:"host,omitempty" maxLength:"190" doc:"the name that the page was opened under"`
	}
}

// VisitView says which code the page may offer.
type VisitView struct {
	Code       string `json:"code,omitempty" doc:"of the partner whose storefront it is; missing = none"`
	Storefront string `json:"storefront,omitempty" doc:"what to note with the cart; missing = it is nobody's"`
}

func (s *Server) noteVisit(ctx context.Context, in *noteVisit) (*body[VisitView], error) {
	v, err := s.deps.Program.NoteVisit(ctx, callerOf(ctx).Shop, in.Body.Code, in.Body.Host)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(VisitView{Code: v.Code, Storefront: v.Storefront}), nil
}
