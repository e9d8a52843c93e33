package api

import (
	"context"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zugabe/app/loyalty"
	"zugabe/app/session"
	"zugabe/app/store"
)

// How many requests a minute one caller may make. Writes are counted in Redis for
// all processes together, reads in each process for itself.
const (
	staffPerMinute        = 1200
	systemPerMinute       = 1200
	shopperReadsPerMinute = 600
	shopperWritePerMinute = 20
	memberCodesPerMinute  = 10 // codes that one customer may try (G6)
	guestCodesPerMinute   = 60 // codes that one address may try (G6)
	guestPerMinute        = 600
	shownPerMinute        = 3000 // visits of a shop that are counted with their vouchers
	shopperReadBucket     = "shopper-read"
)

// proxyParams are the query parameters that storefront routes take besides the host's own (H16).
var proxyParams = session.Params{
	"limit":  regexp.MustCompile(`^[0-9]{1,3}$`),
	"cursor": regexp.MustCompile(`^[0-9]{1,20}$`),
	"t":      regexp.MustCompile(`^[A-Za-z0-9_-]{0,999}$`), // of the links in mails; a broken one gets an answer in words
	"locale": regexp.MustCompile(`^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})?$`),
}

// staff proves a member of the merchant's staff by the session token of the host's
// admin. A shop that we do not know yet, or that lost its access, is installed on
// the way: with managed installation this is the first we hear of it.
func (s *Server) staff(ctx huma.Context) (caller, error) {
	token, err := session.Bearer(ctx.Header("Authorization"))
	if err != nil {
		return caller{}, unauthorised()
	}
	if strings.HasPrefix(token, "zi1.") {
		actor, shop, err := s.plugin(ctx.Context(), token, session.ForStaff)
		return callerFrom(actor, shop, err)
	}
	actor, err := s.deps.Shopify.Admin(token)
	if err != nil {
		return caller{}, unauthorised()
	}
	shop, found, err := s.shopOf(ctx.Context(), actor)
	if err != nil {
		return caller{}, err
	}
	if !found || shop.State == loyalty.ShopUninstalled || shop.State == loyalty.ShopNeedsAuth {
		s.shops.forget(shopKey(actor))
		if shop, err = s.deps.Install(ctx.Context(), actor.Domain, token); err != nil {
			return caller{}, err
		}
	}
	actor, err = actor.In(shop)
	return callerFrom(actor, shop, err)
}

// shopper proves a shopper: by the bearer token of a checkout or account extension
// or of our plugin, or by the query that the host's app proxy has signed.
func (s *Server) shopper(ctx huma.Context) (caller, error) {
	header := ctx.Header("Authorization")
	var actor session.Actor
	var err error
	switch token, _ := strings.CutPrefix(header, "Bearer "); {
	case strings.HasPrefix(token, "zi1."):
		actor, shop, err := s.plugin(ctx.Context(), token, session.ForShopper)
		return callerFrom(actor, shop, err)
	case header != "":
		if token, err = session.Bearer(header); err == nil {
			actor, err = s.extension(token)
		}
	default:
		u := ctx.URL()
		actor, _, err = s.deps.Shopify.AppProxy(u.RawQuery, proxyParams)
	}
	if err != nil {
		return caller{}, unauthorised()
	}
	shop, found, err := s.shopOf(ctx.Context(), actor)
	if err != nil {
		return caller{}, err
	}
	if !found {
		return caller{}, unauthorised()
	}
	actor, err = actor.In(shop)
	return callerFrom(actor, shop, err)
}

// tokenKept is how long a proven extension token is taken as proven without
// checking its signature again, never past its own end.
const tokenKept = 30_000

// extension proves the token of an extension; a page's several widgets send the
// same one.
func (s *Server) extension(token string) (session.Actor, error) {
	now := loyalty.NowMs(s.deps.Clock)
	if actor, ok := s.proofs.get(token); ok && now < actor.ExpiresAt {
		return actor, nil
	}
	actor, err := s.deps.Shopify.Extension(token)
	if err == nil {
		s.proofs.put(token, actor, min(tokenKept, actor.ExpiresAt-now))
	}
	return actor, err
}

// system proves another system of the merchant by its API key.
func (s *Server) system(ctx huma.Context) (caller, error) {
	token, err := session.Bearer(ctx.Header("Authorization"))
	if err != nil {
		return caller{}, unauthorised()
	}
	id, hash, err := session.ParseAPIKey(token)
	if err != nil {
		return caller{}, unauthorised()
	}
	var key store.APIKey
	var shop loyalty.Shop
	var found bool
	err = s.deps.Program.Store.Read(ctx.Context(), func(tx *store.Tx) error {
		if key, found, err = tx.APIKeyByHash(id, hash); err != nil || !found {
			return err
		}
		shop, found, err = tx.ShopByID(id)
		return err
	})
	if err != nil {
		return caller{}, err
	}
	if !found {
		return caller{}, unauthorised()
	}
	s.touchKey(ctx.Context(), id, key)
	actor, err := session.KeyActor(id, key.ID, key.Scopes).In(shop)
	return callerFrom(actor, shop, err)
}

// touchKey notes that a key was used, at most once a minute.
func (s *Server) touchKey(ctx context.Context, shop loyalty.ShopID, key store.APIKey) {
	now := loyalty.NowMs(s.deps.Clock)
	if key.UsedAt > now-60_000 {
		return
	}
	if err := s.deps.Program.Store.Write(ctx, func(tx *store.Tx) error { return tx.TouchAPIKey(shop, key.ID, now) }); err != nil {
		s.deps.Log.Warn("the use of an API key could not be noted", "err", err)
	}
}

// plugin proves what our plugin in the shop vouches for.
func (s *Server) plugin(ctx context.Context, token string, purpose session.Purpose) (session.Actor, loyalty.Shop, error) {
	identity, _, err := session.ReadIdentity(token)
	if err != nil {
		return session.Actor{}, loyalty.Shop{}, err
	}
	var shop loyalty.Shop
	var secrets [][]byte
	now := loyalty.NowMs(s.deps.Clock)
	err = s.deps.Program.Store.Read(ctx, func(tx *store.Tx) error {
		var found bool
		if shop, found, err = tx.ShopByPathKey(identity.PathKey); err != nil || !found {
			return err
		}
		kept, err := s.deps.Vault.Secrets(tx, shop.ID, store.SecretPlugin, now)
		for _, k := range kept {
			secrets = append(secrets, k.Value)
		}
		return err
	})
	if err != nil {
		return session.Actor{}, loyalty.Shop{}, err
	}
	actor, err := session.Identify(token, purpose, secrets, now)
	if err == nil {
		actor, err = actor.In(shop)
	}
	return actor, shop, err
}

// callerFrom answers every failed proof alike.
func callerFrom(actor session.Actor, shop loyalty.Shop, err error) (caller, error) {
	if session.ReasonOf(err) != "" {
		return caller{}, unauthorised()
	}
	if err != nil {
		return caller{}, err
	}
	return caller{Shop: shop, Actor: actor.Name(), CustomerKey: actor.CustomerKey, Scopes: actor.Scopes, TokenID: actor.TokenID, Role: actor.Role}, nil
}

// withinLimit counts the request against its caller; wait is Retry-After in seconds.
func (s *Server) withinLimit(ctx huma.Context, scheme string, who caller) (wait string, ok bool) {
	id, bucket, perMinute, shared := who.Actor, scheme, staffPerMinute, false
	switch {
	case scheme == "key":
		perMinute = systemPerMinute
	case scheme == "storefront" && who.CustomerKey == "" && strings.HasSuffix(ctx.Operation().Path, "/vouchers/check"):
		id, bucket, perMinute, shared = "guest:"+hostOnly(ctx.RemoteAddr()), "code-check", guestCodesPerMinute, true
	case scheme == "storefront" && strings.HasSuffix(ctx.Operation().Path, "/vouchers/check"):
		bucket, perMinute, shared = "code-check", memberCodesPerMinute, true
	case scheme == "storefront" && strings.HasSuffix(ctx.Operation().Path, "/vouchers/offers"):
		bucket, perMinute = "offers", s.deps.ShopperReads
	case scheme == "storefront" && strings.HasSuffix(ctx.Operation().Path, "/vouchers/shown"):
		id, bucket, perMinute = "all", "shown", shownPerMinute
	case scheme == "storefront" && who.CustomerKey == "":
		// A guest behind the host's proxy has the host's address; the limit is then one for all guests of the shop.
		id, bucket, perMinute = "guest:"+hostOnly(ctx.RemoteAddr()), "guest", guestPerMinute
	case scheme == "storefront" && ctx.Method() != "GET" && !strings.HasSuffix(ctx.Operation().Path, "/quote"):
		bucket, perMinute, shared = "shopper-write", shopperWritePerMinute, true
	case scheme == "storefront":
		bucket, perMinute = shopperReadBucket, s.deps.ShopperReads
	}
	within := s.deps.Cache.AllowHere
	if shared {
		within = s.deps.Cache.Allow
	}
	allowed, after := within(ctx.Context(), who.Shop.ID, bucket, id, perMinute)
	return seconds(after), allowed
}

// seconds is a wait as Retry-After has it.
func seconds(wait time.Duration) string { return strconv.FormatInt(int64(wait.Seconds())+1, 10) }

func hostOnly(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		return host
	}
	return addr
}
