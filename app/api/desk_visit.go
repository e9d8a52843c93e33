package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

func (s *Server) storefrontPartners(api huma.API) {
	post(api, "/partners/visit", "Count a visit through a partner's link or storefront; nobody is recognised", s.noteVisit)
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
	Code string `json:"code,omitempty" doc:"of the partner whose storefront it is; missing = none"`
}

func (s *Server) noteVisit(ctx context.Context, in *noteVisit) (*body[VisitView], error) {
	code, err := s.deps.Program.NoteVisit(ctx, callerOf(ctx).Shop, in.Body.Code, in.Body.Host)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	return answer(VisitView{Code: code}), nil
}
