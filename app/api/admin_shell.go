package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"html"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

// appBridge is Shopify's script that hands out session tokens. Shopify asks for it
// from this address; it is the only foreign origin that a page of ours names.
const appBridge = "https://cdn.shopify.com/shopifycloud/app-bridge.js"

// shell serves the pages of the admin: one document for every path, without any
// data of the shop, and the files that it needs.
func (s *Server) shell(app fiber.Router) {
	app.Get("/admin/assets/:name", sendAsset)
	app.Get("/admin/licences.txt", sendLicences)
	app.Get("/admin", s.sendShell)
	app.Get("/admin/*", s.sendShell)
	s.deskShell(app)
}

// surround is where a page of ours is shown: the host, the origin that the page
// trusts with its messages, and the origins that may show it in a frame.
type surround struct {
	host   string // "shopify", "wordpress", "demo"
	parent string // "" = the host's own script knows
	frames string // for frame-ancestors (I14)
}

func (s *Server) sendShell(c *fiber.Ctx) error {
	around, err := s.surroundOf(c.UserContext(), c.Query("platform"), c.Query("shop"))
	if err != nil {
		return err
	}
	nonce := newNonce()
	head := `<meta name="zugabe-host" content="` + around.host + `">`
	scripts := "'self' 'nonce-" + nonce + "'"
	if around.parent != "" {
		head += `<meta name="zugabe-parent" content="` + html.EscapeString(around.parent) + `">`
	}
	if around.host == "shopify" {
		head += `<meta name="shopify-api-key" content="` + html.EscapeString(s.deps.Shopify.ClientID) + `"><script nonce="` + nonce + `" src="` + appBridge + `"></script>`
		scripts += " https://cdn.shopify.com"
	}
	files := adminFiles()
	ahead := files.ahead.links(strings.TrimPrefix(c.Path(), "/admin"), c.Query("locale", c.Get(fiber.HeaderAcceptLanguage)))
	page := strings.NewReplacer("<!--zugabe-->", head, "<!--ahead-->", ahead, "ZUGABE_NONCE", nonce).Replace(files.document)
	c.Set("Content-Security-Policy", "default-src 'none'; script-src "+scripts+"; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' data:; font-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "+around.frames)
	c.Set("Cache-Control", "no-store")
	c.Set("Content-Type", "text/html; charset=utf-8")
	return c.SendString(page)
}

// surroundOf believes an address's shop only as far as it is harmless: a
// well-formed name under myshopify.com, or a shop that is installed.
func (s *Server) surroundOf(ctx context.Context, platform, shop string) (surround, error) {
	if s.deps.DemoShop != "" {
		return surround{host: "demo", parent: s.deps.DemoShop, frames: s.deps.DemoShop}, nil
	}
	if platform != "woocommerce" {
		around := surround{host: "shopify", frames: "'none'"}
		if domain, err := session.ShopHost(shop); err == nil {
			around.frames = "https://" + domain + " https://admin.shopify.com"
		}
		return around, nil
	}
	var found loyalty.Shop
	var known bool
	err := s.deps.Program.Store.Peek(ctx, func(tx *store.Tx) (err error) {
		found, known, err = tx.ShopByDomain(platform, shop)
		return err
	})
	if err != nil || !known || found.State != loyalty.ShopActive {
		return surround{host: "wordpress", frames: "'none'"}, err
	}
	origin := "https://" + found.Domain
	return surround{host: "wordpress", parent: origin, frames: origin}, nil
}

func newNonce() string {
	raw := make([]byte, 18)
	_, _ = rand.Read(raw) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

// sendAsset sends a file whose name holds a hash of what is in it, so that it is
// kept for good.
func sendAsset(c *fiber.Ctx) error {
	file, ok := adminFiles().assets[c.Params("name")]
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set("Cache-Control", "public, max-age=31536000, immutable")
	return sendFile(c, file)
}

func sendLicences(c *fiber.Ctx) error {
	c.Set("Cache-Control", "no-cache")
	return sendFile(c, adminFiles().licences)
}

func sendFile(c *fiber.Ctx, file adminFile) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Set("Content-Type", file.kind)
	if c.Get(fiber.HeaderAcceptEncoding) != "" && c.AcceptsEncodings("gzip") == "gzip" { // without the header the framework says yes
		c.Set("Content-Encoding", "gzip")
		return c.Send(file.packed)
	}
	return c.Send(file.plain)
}

// adminFiles are the built pages, compressed once per process.
var adminFiles = sync.OnceValue(readAdminFiles)
