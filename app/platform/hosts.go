package platform

import (
	"context"

	"zugabe/app/loyalty"
)

// TokenSource hands out the token for the next call to a shop.
type TokenSource func(ctx context.Context, shop loyalty.Shop) (string, error)

// Hosts is the registry of drivers. It is filled at the start and read afterwards.
type Hosts struct {
	breaker *Breaker
	known   map[string]registered
}

type registered struct {
	driver Driver
	tokens TokenSource
}

// NewHosts is empty. Every driver added gets a circuit breaker per shop around it.
func NewHosts(clock loyalty.Clock) *Hosts {
	return &Hosts{breaker: NewBreaker(clock), known: map[string]registered{}}
}

// Add registers a driver under its name.
func (h *Hosts) Add(d Driver, tokens TokenSource) {
	h.known[d.Name()] = registered{driver: guarded{Driver: d, breaker: h.breaker}, tokens: tokens}
}

// Driver is the driver of a host, or nil for one that we do not know.
func (h *Hosts) Driver(host string) Driver { return h.known[host].driver }

// Conn is the way to a shop. Its token is looked up anew for every call.
func (h *Hosts) Conn(_ context.Context, shop loyalty.Shop) Conn {
	source := h.known[shop.Host].tokens
	return Conn{
		ShopID:   shop.ID,
		Domain:   shop.Domain,
		Currency: shop.Currency,
		Zone:     shop.Zone,
		Token: func(ctx context.Context) (string, error) {
			if source == nil {
				return "", ErrUnsupported
			}
			return source(ctx, shop)
		},
	}
}

// HostShop is what a host says about a shop itself.
type HostShop struct {
	HostShopID string
	Domain     string
	Name       string
	Currency   loyalty.Currency
	Zone       string // IANA
	Plan       string
	Scopes     []string // what the merchant has granted
}

// Describer is a driver that can be asked about the shop itself.
type Describer interface {
	Describe(ctx context.Context, c Conn) (HostShop, error)
}

// Describe asks the host about a shop; ErrUnsupported if its driver cannot.
func (h *Hosts) Describe(ctx context.Context, shop loyalty.Shop) (HostShop, error) {
	g, ok := h.Driver(shop.Host).(guarded)
	if !ok {
		return HostShop{}, ErrUnsupported
	}
	d, ok := g.Driver.(Describer)
	if !ok {
		return HostShop{}, ErrUnsupported
	}
	return through(g.breaker, shop.ID, func() (HostShop, error) { return d.Describe(ctx, h.Conn(ctx, shop)) })
}

// CustomerReader is a driver that can read a customer back.
type CustomerReader interface {
	FetchCustomer(ctx context.Context, c Conn, key string) (customer Customer, found bool, err error)
}

// FetchCustomer reads a customer; ErrUnsupported if the shop's driver cannot.
func (h *Hosts) FetchCustomer(ctx context.Context, shop loyalty.Shop, key string) (customer Customer, found bool, err error) {
	g, ok := h.Driver(shop.Host).(guarded)
	if !ok {
		return Customer{}, false, ErrUnsupported
	}
	d, ok := g.Driver.(CustomerReader)
	if !ok {
		return Customer{}, false, ErrUnsupported
	}
	err = g.do(Conn{ShopID: shop.ID}, func() (err error) {
		customer, found, err = d.FetchCustomer(ctx, h.Conn(ctx, shop), key)
		return err
	})
	return customer, found, err
}
