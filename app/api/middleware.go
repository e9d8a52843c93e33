package api

import (
	"context"
	"mime"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"zugabe/app/loyalty"
)

// identify gives the request a number and a time limit.
func (s *Server) identify(c *fiber.Ctx) error {
	id := loyalty.NewPublicID()
	c.Set("X-Request-Id", id)
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), requestKey, id), requestTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// securityHeaders are for answers that are never a page (I14, I15, I17).
func securityHeaders(c *fiber.Ctx) error {
	setSecurityHeaders(c)
	return c.Next()
}

func setSecurityHeaders(c *fiber.Ctx) {
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Referrer-Policy", "no-referrer")
	c.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
	c.Set("Cache-Control", "no-store")
}

// plainRequests refuses what the framework would take in ways of its own: it
// unpacks compressed bodies without a limit (A17), and reads a body without a
// type as JSON, which a page of somebody else can send (H18).
func plainRequests(c *fiber.Ctx) error {
	headers := &c.Request().Header
	if len(headers.ContentEncoding()) > 0 {
		return sendProblem(c, problem(415, "unsupported_media_type", "Send the body without Content-Encoding."))
	}
	if len(c.Request().Body()) > 0 {
		kind, _, err := mime.ParseMediaType(string(headers.ContentType()))
		if err != nil || kind != "application/json" && (kind != "application/x-www-form-urlencoded" || !takesForms(c.Path())) {
			return sendProblem(c, problem(415, "unsupported_media_type", "Send the body as application/json."))
		}
	}
	return c.Next()
}

// takesForms says where plain forms are taken, for pages without scripts and for the
// one click of mail readers. The newsletter's act for nobody who is signed in; the
// rewards' hold the token of the page that was made for the customer, and a permit's
// is behind the token of a mail.
func takesForms(path string) bool {
	return strings.HasPrefix(path, "/api/storefront/v1/newsletter") || path == "/api/storefront/v1/rewards" || path == "/api/storefront/v1/permit"
}

// shareWithExtensions lets pages of other origins read the storefront (H27), but
// only by a bearer token that they hold: extensions run in workers without an
// origin, so none can be named, and nothing that a browser adds by itself, a
// cookie or the app proxy's signature, opens these answers to them.
func shareWithExtensions(c *fiber.Ctx) error {
	c.Vary(fiber.HeaderOrigin)
	if c.Get(fiber.HeaderOrigin) == "" {
		return c.Next()
	}
	preflight := c.Method() == fiber.MethodOptions && c.Get(fiber.HeaderAccessControlRequestMethod) != ""
	if !preflight && c.Get(fiber.HeaderAuthorization) == "" {
		return c.Next()
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	if !preflight {
		c.Set(fiber.HeaderAccessControlExposeHeaders, "Retry-After, X-Request-Id")
		return c.Next()
	}
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, POST")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "Authorization, Content-Type, Idempotency-Key, X-Zugabe-Request")
	c.Set(fiber.HeaderAccessControlMaxAge, "7200")
	return c.SendStatus(fiber.StatusNoContent)
}

// numbered gives every refusal the request's number. A refusal that is repeated
// under an idempotency key keeps the number of the first.
func numbered(ctx huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*Problem)
	if !ok || p.Instance != "" {
		return v, nil
	}
	with := *p
	with.Instance = requestID(ctx.Context())
	return &with, nil
}

func sendProblem(c *fiber.Ctx, p *Problem) error {
	if p.Instance == "" {
		p.Instance = requestID(c.UserContext())
	}
	c.Status(p.Status)
	if err := c.JSON(p); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return nil
}
