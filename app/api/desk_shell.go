package api

import (
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"zugabe/adminui"
)

// deskShell serves the pages of partners: one document for every path, without any
// data. Who opens it proves who they are by the cookie that the API gives.
func (s *Server) deskShell(app fiber.Router) {
	app.Get("/desk", sendDesk)
	app.Get("/desk/*", sendDesk)
}

// sendDesk lets the document load what is ours and nothing else. No page frames it.
func sendDesk(c *fiber.Ctx) error {
	nonce := newNonce()
	c.Set("Content-Security-Policy", "default-src 'none'; script-src 'self' 'nonce-"+nonce+"'; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' data:; font-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	c.Set("Cache-Control", "no-store")
	c.Set("Content-Type", "text/html; charset=utf-8")
	return c.SendString(strings.NewReplacer("<!--zugabe-->", "", "ZUGABE_NONCE", nonce).Replace(deskDocument()))
}

var deskDocument = sync.OnceValue(func() string { return string(mustRead(adminui.Dist(), "desk.html")) })
