package program

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/store"
)

// HostSet finds the driver of a shop's host and the way to reach the shop.
// *platform.Hosts is the real one.
type HostSet interface {
	// Driver is nil for a host that we do not know.
	Driver(host string) platform.Driver
	Conn(ctx context.Context, shop loyalty.Shop) platform.Conn
}

// Program holds what the use cases need. Its fields are set once, before first
// use; it is safe for concurrent use.
type Program struct {
	Store *store.Store
	Clock loyalty.Clock
	IDs   *loyalty.IDs
	Hosts HostSet
	Log   *slog.Logger
	// PersonKey keys the hash by which a person is known again after a change
	// of account or an erasure (B15). At least 32 bytes, never changed.
	PersonKey []byte
	// Wake tells workers in this process that there is work: "jobs",
	// "deliveries". It must not block. Workers find the work without it, later.
	Wake func(what string)
	// Extension has the files of the theme extension: locales and assets. It may be
	// left empty; there are then no texts to change.
	Extension fs.FS
	// Informal has, by language, those of the extension's texts that speak to shoppers
	// as friends, "de.json"; nil = there are none.
	Informal fs.FS
	// Pages opens the shop's public pages. It may be left empty.
	Pages *platform.Pages
	// Post is how mails leave. It may be left empty: they wait.
	Post Post
	// Vault opens the shops' secrets. Without it nothing is told to newsletter tools.
	Vault *store.Vault
	// AppPrice is what the app costs. Left empty, nothing is sold.
	AppPrice AppPrice
	// Tools calls addresses that merchants give, and no private ones.
	Tools *http.Client
	// Jobs is told what becomes of calls to hosts. It may be left empty.
	Jobs JobWatch

	plans  planCache
	pauses shopPauses
	lives  livingMemo

	backtests backtestWorkers
	expiring  expiringMemo
}

// now is the clock's time in Unix milliseconds.
func (p *Program) now() int64 { return loyalty.NowMs(p.Clock) }

func (p *Program) wake(what string) {
	if p.Wake != nil {
		p.Wake(what)
	}
}
