package api

import (
	"context"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/ansrivas/fiberprometheus/v2"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/prometheus/client_golang/prometheus"

	"zugabe/app/cache"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/session"
	"zugabe/app/store"
)

// requestTimeout ends a request that the database does not answer.
const requestTimeout = 10 * time.Second

// Deps are what the handlers need. All fields are set before New and never changed.
type Deps struct {
	Program  *program.Program
	Vault    *store.Vault
	Cache    *cache.Cache
	Clock    loyalty.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer
	Shopify  session.Shopify
	Balances *BalanceCache
	// Install makes a shop known that presents a valid token for the first time, or
	// after its access was lost (managed install, H20-H22).
	Install func(ctx context.Context, domain, token string) (loyalty.Shop, error)
	Version string
	// DemoShop is the origin of the demo shop, whose admin shows our pages; empty
	// outside the demo.
	DemoShop string
	// ShopperReads is how often one shopper may read in a minute; 0 = shopperReadsPerMinute.
	ShopperReads int
}

// Server answers HTTP.
type Server struct {
	deps   Deps
	api    huma.API
	shops  remembered[loyalty.Shop]   // by host and domain
	rates  remembered[program.Worths] // by shop
	proofs remembered[session.Actor]  // by token
	people remembered[bool]           // by shop and staff: seen in this hour
	whose  remembered[store.Standing] // by shop and customer
	points gather[account, store.Standing]
	homes  remembered[HomeView]            // by shop
	faqs   remembered[map[string]shownFAQ] // by shop; then by locale
	// by shop
	collections remembered[CollectionsView]
	// by shop and period
	customers remembered[program.CustomersReport]
}

// New mounts every route of the API on the server. ready answers the readiness probe.
func New(server *HTTP, deps Deps, ready func(ctx context.Context) error) *Server {
	app := server.app
	s := &Server{deps: deps}
	if s.deps.Balances == nil {
		s.deps.Balances = NewBalanceCache(0)
	}
	if s.deps.ShopperReads == 0 {
		s.deps.ShopperReads = shopperReadsPerMinute
	}
	s.points = gather[account, store.Standing]{lanes: standingLanes, ask: s.readPoints}
	app.Use(s.identify, recover.New(), securityHeaders)
	if deps.Metrics != nil {
		app.Use(fiberprometheus.NewWithRegistry(deps.Metrics, "zugabe", "http", "", nil).Middleware)
	}
	if deps.Metrics != nil {
		deps.Metrics.MustRegister(newBacklog(deps.Program.Store, deps.Log))
	}
	Probes(server, deps.Log, ready)
	app.Use("/api/storefront", shareWithExtensions)
	app.Use("/api", plainRequests)
	app.Add(fiber.MethodGet, balancePath, s.quickBalance)
	s.api = humafiber.New(app, apiConfig(deps.Version))
	s.admin()
	s.storefront()
	s.public()
	s.desk()
	s.shell(app)
	return s
}

// OpenAPI is the document made from the handlers (3.1, as JSON).
func (s *Server) OpenAPI() ([]byte, error) { return s.api.OpenAPI().MarshalJSON() }

func apiConfig(version string) huma.Config {
	c := huma.DefaultConfig("Zugabe", version)
	c.OpenAPIPath = "/api/openapi"
	c.DocsPath = ""    // the documentation page of the framework loads foreign scripts
	c.SchemasPath = "" // one document is enough
	c.CreateHooks = nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Transformers = []huma.Transformer{numbered}
	c.Info.Description = "Points, redemptions and orders of one shop. Ids are strings, times are Unix milliseconds, amounts are minor units."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"staff":      {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "session token of the host's admin"},
		"storefront": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "session token of a checkout or account extension, or of our plugin"},
		"proxy":      {Type: "apiKey", In: "query", Name: "signature", Description: "the query as the host's app proxy has signed it"},
		"desk":       {Type: "apiKey", In: "cookie", Name: session.DeskCookie, Description: "cookie of a partner's desk; writes carry X-Zugabe-CSRF too"},
		"key":        {Type: "http", Scheme: "bearer", Description: "API key made in the admin"},
	}
	return c
}

// schemaName tells the parts of a voucher from parts of an earning rule that have
// the same name.
func schemaName(t reflect.Type, hint string) string {
	name, of := huma.DefaultSchemaNamer(t, hint), t
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if strings.HasSuffix(of.PkgPath(), "/app/voucher") && !strings.HasPrefix(name, "Voucher") {
		return "Voucher" + name
	}
	return name
}

// Probes answers whether the process lives (/healthz) and whether it can take
// requests (/readyz).
func Probes(server *HTTP, log *slog.Logger, ready func(ctx context.Context) error) {
	app := server.app
	app.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	app.Get("/readyz", func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if err := ready(ctx); err != nil {
			log.Warn("not ready", slog.Any("error", err))
			return c.Status(503).SendString("not ready\n")
		}
		return c.SendString("ready\n")
	})
}

func (s *Server) wake(what string) {
	if s.deps.Program.Wake != nil {
		s.deps.Program.Wake(what)
	}
}

// refusals are what the server itself says to requests that reach no handler.
var refusals = map[int]string{
	fiber.StatusNotFound: "There is nothing at this address.", fiber.StatusMethodNotAllowed: "This address does not take this method; see Allow.",
	fiber.StatusRequestEntityTooLarge: "The body is too large.", fiber.StatusRequestHeaderFieldsTooLarge: "The headers are too large.",
	fiber.StatusBadRequest: "The request cannot be read.",
}

// ErrorHandler answers what no route answered: unknown paths, wrong methods,
// bodies over the limit and panics.
func ErrorHandler(log *slog.Logger) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		status := fiber.StatusInternalServerError
		var known *fiber.Error
		if asFiber(err, &known) {
			status = known.Code
		}
		p := problem(status, codeForStatus(status), refusals[status])
		if p.Instance = requestID(c.UserContext()); p.Instance == "" {
			p.Instance = loyalty.NewPublicID() // refused before any middleware ran
			c.Set("X-Request-Id", p.Instance)
		}
		setSecurityHeaders(c)
		if status == fiber.StatusRequestEntityTooLarge || status == fiber.StatusBadRequest {
			c.Context().SetConnectionClose() // what is left of the body would be read as the next request
		}
		if status >= 500 {
			log.Error("request failed", slog.String("ref", p.Instance), slog.Any("error", err))
			p.Detail = "Something went wrong on our side. Quote the reference number if you ask for help."
		}
		return sendProblem(c, p)
	}
}
