package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// storefrontPermit is the page behind the mail that asks before many points are
// redeemed (G19). Its token proves whose points they are: nobody has to be signed in
// where the mail is read.
func (s *Server) storefrontPermit(api huma.API) {
	aside(api, http.MethodGet, "/permit", "The page behind the mail that asks before many points are redeemed", s.permitPage)
	aside(api, http.MethodPost, "/permit", "The click that allows one redemption", s.permitClick)
}

func (s *Server) permitPage(ctx context.Context, in *linkQuery) (*rawAnswer, error) {
	var permit program.Permit
	err := s.deps.Program.Store.Read(ctx, func(tx *store.Tx) (err error) {
		permit, err = s.deps.Program.PermitOf(tx, callerOf(ctx).Shop.ID, in.Token)
		return err
	})
	return s.permitAnswer(ctx, permit, err)
}

func (s *Server) permitClick(ctx context.Context, in *linkPost) (*rawAnswer, error) {
	permit, err := s.deps.Program.GivePermit(ctx, callerOf(ctx).Shop, in.Token)
	return s.permitAnswer(ctx, permit, err)
}

func (s *Server) permitAnswer(ctx context.Context, permit program.Permit, err error) (*rawAnswer, error) {
	page := pageOfLink{Status: http.StatusOK, Title: "permit_title", Points: permit.Points, Minutes: permit.Minutes}
	switch {
	case loyalty.CodeOf(err) == loyalty.CodeNotFound:
		page.Status, page.Text, page.Points = http.StatusGone, "permit_over", 0
	case err != nil:
		return nil, s.fail(ctx, err)
	case permit.Given:
		page.Text = "permitted"
	default:
		page.Text, page.Button = "permit", "permit_it"
	}
	return s.newsletterPage(ctx, permit.Locale, page)
}

// confirmSaid names the words for what became of the mail that asks.
func confirmSaid(err error) string {
	var e *loyalty.Error
	if errors.As(err, &e) {
		if mail, ok := e.Detail["mail"].(string); ok {
			return "mail_" + mail
		}
	}
	return "mail_" + program.PermitNone
}
