package webhooks

import (
	"regexp"
	"strings"

	"zugabe/app/loyalty"
	"zugabe/app/platform/reviews"
	"zugabe/app/session"
	"zugabe/app/store"
)

// family is one of the two sets of header names that Shopify uses.
type family struct{ mac, topic, shop, id, event, triggered string }

var (
	classic = family{"X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "X-Shopify-Shop-Domain", "X-Shopify-Webhook-Id",
		"X-Shopify-Event-Id", "X-Shopify-Triggered-At"}
	nextGen = family{"Shopify-Hmac-Sha256", "Shopify-Topic", "Shopify-Shop-Domain", "Shopify-Webhook-Id",
		"Shopify-Event-Id", "Shopify-Triggered-At"}
)

var shopDomain = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com$`)

// shopify proves a delivery with the app's client secret. Only the body is
// signed: topic, shop and ids are hints, and booking re-reads the order from
// the shop named here before any value is credited (A32, A33).
func (d *Door) shopify(r *request) result {
	names := classic
	if len(r.all(nextGen.mac)) > 0 {
		if len(r.all(classic.mac)) > 0 {
			return refused(session.ManySignature)
		}
		names = nextGen
	}
	now := loyalty.NowMs(d.deps.Clock)
	which, err := session.BodyBase64(r.raw, r.all(names.mac), d.deps.Shopify.At(now))
	if err != nil {
		return refused(err)
	}
	d.metrics.secretUsed("shopify", which)
	values := map[string]string{}
	for _, name := range []string{names.topic, names.shop, names.id, names.event, names.triggered} {
		value, ok := r.one(name)
		if !ok {
			return noHeaders
		}
		values[name] = value
	}
	domain := strings.ToLower(values[names.shop])
	if !shopDomain.MatchString(domain) {
		return noHeaders
	}
	shop, err := d.shops.byDomain("shopify", domain)
	switch {
	case err != nil:
		return d.lookupFailed(err)
	case shop.id == 0:
		return noShop
	}
	key := values[names.id]
	if key == "" {
		key = values[names.event]
	}
	return r.keep(shop.id, "shopify", values[names.topic], key, values[names.triggered])
}

var pingBody = regexp.MustCompile(`^webhook_id=[0-9]{1,19}$`)

// woocommerce proves a delivery with the shop's own secret. The ping that a new
// webhook sends has no signature; it is answered like any other so that the
// answer does not tell which keys exist.
func (d *Door) woocommerce(r *request) result {
	const header = "X-Wc-Webhook-Signature"
	if len(r.all(header)) == 0 && pingBody.Match(r.raw) {
		return pinged
	}
	shop, res := d.ownSecret(r, store.SecretWebhook, func(secrets [][]byte) (int, error) {
		return session.BodyBase64(r.raw, r.all(header), secrets)
	})
	if res.status != 0 {
		return res
	}
	topic, okTopic := r.one("X-Wc-Webhook-Topic")
	key, okKey := r.one("X-Wc-Webhook-Delivery-Id")
	if !okTopic || !okKey {
		return noHeaders
	}
	return r.keep(shop, "woocommerce", topic, key, "")
}

// reviews proves a review app's message with the shop's own secret, in
// whichever of the known ways it is signed.
func (d *Door) reviews(r *request) result {
	const judgeMe = "Judgeme-Hmac-Sha256"
	ways, topic, prefix := 0, "", ""
	for _, way := range []struct{ header, topic, prefix string }{
		{"Webhook-Signature", reviews.TopicStandard, "Webhook"},
		{"Svix-Signature", reviews.TopicSvix, "Svix"},
		{judgeMe, reviews.TopicJudgeMe, ""},
	} {
		if len(r.all(way.header)) > 0 {
			ways, topic, prefix = ways+1, way.topic, way.prefix
		}
	}
	if ways != 1 {
		return refused(session.NoSignature)
	}
	id := ""
	shop, res := d.ownSecret(r, store.SecretReviews, func(secrets [][]byte) (int, error) {
		if topic == reviews.TopicJudgeMe {
			return session.BodyHex(r.raw, r.all(judgeMe), secrets)
		}
		message, err := r.standard(prefix)
		id = message.ID
		if err != nil {
			return 0, err
		}
		return session.Standard(message, secrets, loyalty.NowMs(d.deps.Clock))
	})
	if res.status != 0 {
		return res
	}
	return r.keep(shop, reviews.Host, topic, id, "")
}

func (r *request) standard(prefix string) (session.StandardMessage, error) {
	m := session.StandardMessage{Body: r.raw}
	for suffix, field := range map[string]*string{"-Id": &m.ID, "-Timestamp": &m.Timestamp, "-Signature": &m.Signature} {
		value, ok := r.one(prefix + suffix)
		if !ok {
			return m, session.ManySignature
		}
		*field = value
	}
	return m, nil
}

// ownSecret finds the shop by the address's key and proves the message with its
// secrets. An unknown key and a wrong signature get the same answer after the
// same work.
func (d *Door) ownSecret(r *request, purpose string, prove func([][]byte) (int, error)) (loyalty.ShopID, result) {
	shop, err := d.shops.byPathKey(string([]byte(r.c.Params("key"))), purpose)
	if err != nil {
		return 0, d.lookupFailed(err)
	}
	secrets := shop.secrets.At(loyalty.NowMs(d.deps.Clock))
	if len(secrets) == 0 {
		_, _ = prove([][]byte{d.shops.nobody})
		return 0, refused(session.NoSecret)
	}
	which, err := prove(secrets)
	if err != nil {
		return 0, refused(err)
	}
	d.metrics.secretUsed(purpose, which)
	return shop.id, result{}
}

func (d *Door) lookupFailed(err error) result {
	d.deps.Log.Error("the shop of a webhook could not be looked up", "error", err)
	return noLookup
}
