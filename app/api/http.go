package api

import (
	"log/slog"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// HTTP is the server that carries the API and the front door. It keeps the
// framework out of the packages that start it.
type HTTP struct{ app *fiber.App }

// NewHTTP makes a server without routes.
func NewHTTP(conf fiber.Config, log *slog.Logger) *HTTP {
	conf.ErrorHandler = ErrorHandler(log)
	// Without it strings are views into buffers of the connection, and a customer's
	// id that a cache keeps would turn into the next request's.
	conf.Immutable = true
	return &HTTP{app: fiber.New(conf)}
}

// Router is where others mount their routes.
func (h *HTTP) Router() fiber.Router { return h.app }

// Serve answers until Shutdown.
func (h *HTTP) Serve(l net.Listener) error { return h.app.Listener(l) }

// Shutdown takes no new requests and waits for those under way, at most so long.
// What is still open then is cut by the end of the process: as a rule connections
// on which nothing was ever asked, which the server cannot tell from slow ones.
func (h *HTTP) Shutdown(most time.Duration) error { return h.app.ShutdownWithTimeout(most) }
