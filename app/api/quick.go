package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"zugabe/app/loyalty"
)

const balancePath = "/api/storefront/v1/balance"

// quickBalance is the balance route for what pages poll: a shopper with a token
// that was proven a moment ago. It does what the route behind it does, with the
// same checks and the same answer, but without the framework, which costs more
// than all the rest. Everything else goes on to that route: first requests,
// guests, other proofs, and whoever is to be refused.
func (s *Server) quickBalance(c *fiber.Ctx) error {
	token, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	if !ok {
		return c.Next()
	}
	who, ok := s.known(token)
	if !ok || who.CustomerKey == "" {
		return c.Next()
	}
	ctx := c.UserContext()
	if ok, _ := s.deps.Cache.AllowHere(ctx, who.Shop.ID, shopperReadBucket, who.Actor, s.deps.ShopperReads); !ok {
		return c.Next()
	}
	view, err := s.balanceOf(ctx, who)
	if err != nil {
		return s.problemOf(c, err)
	}
	var text bytes.Buffer
	text.Grow(256)
	lines := json.NewEncoder(&text)
	lines.SetEscapeHTML(false) // as the framework writes
	if err := lines.Encode(view); err != nil {
		return s.problemOf(c, err)
	}
	c.Response().Header.SetContentType("application/json")
	return c.Send(text.Bytes())
}

// known is the shopper of a token that is remembered as proven, in a shop that is
// remembered too. It decides nothing: what is not remembered is not known.
func (s *Server) known(token string) (caller, bool) {
	actor, ok := s.proofs.get(token)
	if !ok || loyalty.NowMs(s.deps.Clock) >= actor.ExpiresAt {
		return caller{}, false
	}
	shop, ok := s.shops.get(shopKey(actor))
	if !ok {
		return caller{}, false
	}
	actor, err := actor.In(shop)
	if err != nil {
		return caller{}, false
	}
	who, err := callerFrom(actor, shop, nil)
	return who, err == nil
}

func (s *Server) problemOf(c *fiber.Ctx, err error) error {
	var p *Problem
	if errors.As(s.fail(c.UserContext(), err), &p) {
		return sendProblem(c, p)
	}
	return err
}
