package api

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

func (s *Server) admin() {
	g := huma.NewGroup(s.api, "/api/admin/v1")
	s.protect(g, "staff", s.staff)
	s.adminHome(g)
	s.adminReports(g)
	s.adminPlan(g)
	s.adminRules(g)
	s.adminHealth(g)
	s.adminSetup(g)
	s.adminMembers(g)
	s.adminPeople(g)
	s.adminReferrals(g)
	s.adminOrders(g)
	s.adminRedemptions(g)
	s.adminMovements(g)
	s.adminDeliveries(g)
	s.adminJobs(g)
	s.adminKeys(g)
	s.adminAudit(g)
	s.adminSettings(g)
	s.adminNewsletter(g)
	s.adminReminders(g)
	s.adminVouchers(g)
	s.adminCodes(g)
	s.adminImports(g)
	s.adminBatches(g)
	s.adminPartners(g)
	s.adminFAQ(g)
	s.adminRewards(g)
}

func (s *Server) storefront() {
	g := huma.NewGroup(s.api, "/api/storefront/v1")
	s.protect(g, "storefront", s.shopper)
	s.storefrontRoutes(g)
	s.storefrontNewsletter(g)
	s.storefrontVouchers(g)
	s.storefrontPartners(g)
	s.storefrontPages(g)
	s.storefrontRewards(g)
}

func (s *Server) public() {
	g := huma.NewGroup(s.api, "/api/v1")
	s.protect(g, "key", s.system)
	s.publicRoutes(g)
	s.publicCodes(g)
	s.publicRedemptions(g)
}

// protect lets a request of the group through only with a caller whose identity
// prove has established, and within the caller's rate limit.
func (s *Server) protect(g *huma.Group, scheme string, prove func(huma.Context) (caller, error)) {
	g.UseModifier(func(o *huma.Operation, next func(*huma.Operation)) {
		o.Security = []map[string][]string{{scheme: {}}}
		if scheme == "storefront" {
			o.Security = append(o.Security, map[string][]string{"proxy": {}})
		}
		o.Tags = []string{scheme}
		o.OperationID = scheme + "-" + o.OperationID
		next(o)
	})
	g.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		who, err := prove(ctx)
		if err != nil {
			s.refuse(ctx, err)
			return
		}
		if wait, ok := s.withinLimit(ctx, scheme, who); !ok {
			ctx.SetHeader("Retry-After", wait)
			s.refuse(ctx, problem(429, "too_many_requests", "Too many requests. Wait as long as Retry-After says."))
			return
		}
		if err := s.permitted(ctx, scheme, who); err != nil {
			s.refuse(ctx, err)
			return
		}
		next(huma.WithValue(ctx, callerKey, who))
	})
}

// permitted checks the role of staff, the lesser of the host's and the owner's
// (H23): viewers only look, and only owners handle API keys, roles and terms. It also
// refuses to handle keys twice under one session token (H7).
func (s *Server) permitted(ctx huma.Context, scheme string, who caller) error {
	if scheme != "staff" {
		return nil
	}
	s.seeStaff(ctx.Context(), who)
	if ctx.Method() == http.MethodGet {
		return nil
	}
	role, err := s.roleOf(ctx.Context(), who)
	if err != nil {
		return err
	}
	keys := strings.HasPrefix(ctx.Operation().Path, "/api/admin/v1/api-keys")
	path := ctx.Operation().Path
	owners := keys || strings.HasPrefix(path, "/api/admin/v1/settings/staff") || strings.HasPrefix(path, "/api/admin/v1/settings/term")
	if role == program.RoleViewer || (owners && role != program.RoleOwner) {
		s.deps.Log.Warn("refused by role", "shop", who.Shop.ID, "actor", who.Actor, "role", role, "operation", ctx.Operation().OperationID)
		return problem(403, string(loyalty.CodeForbidden), "Your role does not allow this. Ask the owner of the shop.")
	}
	if !keys || who.TokenID == "" {
		return nil
	}
	err = s.deps.Program.Store.Write(ctx.Context(), func(tx *store.Tx) error {
		print := sha256.Sum256([]byte(who.TokenID))
		return tx.InsertIdempotencyKey(who.Shop.ID, store.IdempotencyKey{
			Scope: "session-token", Key: hex.EncodeToString(print[:]), Fingerprint: print[:], State: store.KeyAnswered, CreatedAt: loyalty.NowMs(s.deps.Clock),
		})
	})
	if store.IsDuplicate(err, "idempotency_keys.PRIMARY") {
		return unauthorised()
	}
	return err
}

// refuse writes an answer from a middleware.
func (s *Server) refuse(ctx huma.Context, err error) {
	p, ok := err.(*Problem)
	if !ok {
		converted, isProblem := s.fail(ctx.Context(), err).(*Problem)
		if !isProblem {
			converted = problem(500, "internal", "")
		}
		p = converted
	}
	p.Instance = requestID(ctx.Context())
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	_ = s.api.Marshal(ctx.BodyWriter(), "application/json", p)
}

func asFiber(err error, target **fiber.Error) bool { return errors.As(err, target) }
