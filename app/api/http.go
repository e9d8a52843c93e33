package api

import (
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// HTTP is the server that carries the API and the front door. It keeps the
// framework out of the packages that start it.
type HTTP struct {
	app     *fiber.App
	leaving atomic.Bool
}

// NewHTTP makes a server without routes.
func NewHTTP(conf fiber.Config, log *slog.Logger) *HTTP {
	conf.ErrorHandler = ErrorHandler(log)
	// Without it strings are views into buffers of the connection, and a customer's
	// id that a cache keeps would turn into the next request's.
	conf.Immutable = true
	h := &HTTP{app: fiber.New(conf)}
	server := h.app.Server()
	answer := server.Handler
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		answer(ctx)
		if h.leaving.Load() {
			ctx.SetConnectionClose()
		}
	}
	return h
}

// Leave ends every connection with its next answer. Whoever keeps one open learns
// in time to ask elsewhere, and Shutdown finds none on which a question is on its way.
func (h *HTTP) Leave() { h.leaving.Store(true) }

// Router is where others mount their routes.
func (h *HTTP) Router() fiber.Router { return h.app }

// Serve answers until Shutdown.
func (h *HTTP) Serve(l net.Listener) error { return h.app.Listener(l) }

// Shutdown takes no new requests and waits for those under way, at most so long.
// What is still open then is cut by the end of the process: as a rule connections
// on which nothing was ever asked, which the server cannot tell from slow ones.
func (h *HTTP) Shutdown(most time.Duration) error { return h.app.ShutdownWithTimeout(most) }
