package demoshop

import "net/http"

// Handler serves the host's API, its admin and the storefront. Forms of other
// sites are refused; calls without a browser's headers (the app's) are not.
func (s *Shop) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/admin/api/{version}/graphql.json", s.serveGraphQL)
	mux.HandleFunc("POST /admin/oauth/access_token", s.serveToken)
	mux.HandleFunc(proxyPrefix+"/", s.serveProxy)
	mux.HandleFunc("GET /control", s.serveControl)
	mux.HandleFunc("POST /control", s.serveControl)
	s.merchantRoutes(mux)
	s.storeRoutes(mux)
	s.accountRoutes(mux)
	return http.NewCrossOriginProtection().Handler(mux)
}

func (s *Shop) storeRoutes(mux *http.ServeMux) {
	on := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, s.withVisitor(h)) }
	on("GET /{$}", s.pageHome)
	on("GET /demo", s.pageDemo)
	on("GET /_as/{name}", s.pageStorefront)
	on("GET /collections", s.pageCollections)
	on("GET /collections/{handle}", s.pageCollection)
	on("GET /products/{handle}", s.pageProduct)
	on("GET /collections/{collection}/products/{handle}", s.pageProduct)
	on("GET /search", s.pageSearch)
	on("GET /blogs/magazine", s.pageBlog)
	on("GET /blogs/magazine/{handle}", s.pageArticle)
	on("POST /blogs/magazine/{handle}/comments", s.doComment)
	on("GET /pages/rewards", s.pageRewards)
	on("POST /localization", s.doLanguage)
	on("POST /contact", s.doNewsletter)
	mux.HandleFunc("GET /products", moved("/collections/all"))
	mux.HandleFunc("GET /articles", moved("/blogs/magazine"))
	mux.HandleFunc("GET /articles/{handle}", moved("/blogs/magazine/{handle}"))
	mux.HandleFunc("GET /style.css", serveFile("pages/style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /cdn/shop/t/1/assets/{name}", s.serveAsset("theme"))
	mux.HandleFunc("GET /cdn/shop/extensions/zugabe/assets/{name}", s.serveAsset("extension"))
	s.cartRoutes(on)
	on("/", s.pageMissing)
}

func (s *Shop) cartRoutes(on func(string, http.HandlerFunc)) {
	on("GET /cart", s.pageCart)
	on("POST /cart", s.doCartUpdate)
	on("POST /cart/add", s.doCartAdd)
	on("POST /cart/update", s.doCartUpdate)
	on("GET /cart/change", s.doCartChange)
	on("POST /cart/change", s.doCartChange)
	on("POST /cart/code", s.doCartCode)
	on("POST /cart/points", s.doCartPoints)
	on("GET /cart.js", s.ajaxCart)
	on("POST /cart/add.js", s.ajaxAdd)
	on("POST /cart/change.js", s.ajaxChange)
	on("POST /cart/update.js", s.ajaxUpdate)
	on("POST /cart/clear.js", s.ajaxClear)
	on("GET /discount/{code}", s.doDiscountLink)
	on("GET /checkout", s.pageCheckout)
	on("POST /checkout", s.doCheckout)
	on("POST /checkout/join", s.doJoin)
	on("GET /invoices/{id}", s.pageInvoice)
	on("GET /thanks/{id}", s.pageThanks)
	on("GET /orders/{id}", s.pageOrderStatus)
}

func (s *Shop) accountRoutes(mux *http.ServeMux) {
	on := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, s.withVisitor(h)) }
	on("POST /login", s.doLogin)
	on("GET /account/login", s.pageLogin)
	on("POST /account/login", s.doLogin)
	on("POST /logout", s.doLogout)
	on("GET /account/register", s.pageRegister)
	on("POST /register", s.doRegister)
	on("POST /account", s.doRegister)
	on("GET /account", s.pageAccount)
	on("GET /account/orders/{id}", s.pageOrder)
	on("GET /account/addresses", s.pageAddresses)
	on("POST /account/addresses", s.doAddress)
	on("POST /account/addresses/{id}", s.doAddress)
	on("GET /account/history", s.pageHistory)
	on("POST /review", s.doReview)
	on("POST /newsletter", s.doNewsletter)
	on("POST /newsletter/leave", s.doLeaveNewsletter)
	on("GET /newsletter/confirm", s.pageConfirm)
	on("POST /newsletter/confirm", s.doConfirm)
	on("GET /_mailbox", s.pageMailbox)
	mux.HandleFunc("GET /mailbox", moved("/_mailbox"))
	on("GET /clock", s.pageClock)
	on("POST /clock", s.doClock)
}

func (s *Shop) merchantRoutes(mux *http.ServeMux) {
	on := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, s.withVisitor(h)) }
	on("GET /merchant", s.pageMerchant)
	on("GET /merchant/orders/{id}", s.pageMerchantOrder)
	on("POST /merchant/orders/{id}", s.doMerchantOrder)
	on("GET /merchant/reviews", s.pageMerchantReviews)
	on("POST /merchant/reviews/{id}", s.doMerchantReview)
	on("GET /merchant/customers", s.pageMerchantCustomers)
	on("POST /merchant/customers/{id}", s.doMerchantCustomer)
	on("GET /merchant/webhooks", s.pageMerchantWebhooks)
	on("GET /merchant/control", s.pageControl)
	on("POST /merchant/control", s.doControl)
	on("POST /merchant/app", s.doMerchantApp)
	s.frameRoutes(mux)
}
