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
	mux.HandleFunc("GET /style.css", serveFile("pages/style.css", "text/css; charset=utf-8"))
	on("GET /products", s.pageProducts)
	on("GET /products/{handle}", s.pageProduct)
	on("GET /articles", s.pageArticles)
	on("GET /articles/{handle}", s.pageArticle)
	on("GET /cart", s.pageCart)
	on("POST /cart/add", s.doCartAdd)
	on("POST /cart/update", s.doCartUpdate)
	on("POST /cart/code", s.doCartCode)
	on("POST /cart/points", s.doCartPoints)
	on("GET /discount/{code}", s.doDiscountLink)
	on("GET /checkout", s.pageCheckout)
	on("POST /checkout", s.doCheckout)
	on("GET /thanks/{id}", s.pageThanks)
}

func (s *Shop) accountRoutes(mux *http.ServeMux) {
	on := func(pattern string, h http.HandlerFunc) { mux.HandleFunc(pattern, s.withVisitor(h)) }
	on("POST /login", s.doLogin)
	on("POST /logout", s.doLogout)
	on("POST /register", s.doRegister)
	on("GET /account", s.pageAccount)
	on("GET /account/history", s.pageHistory)
	on("POST /review", s.doReview)
	on("POST /newsletter", s.doNewsletter)
	on("POST /newsletter/leave", s.doLeaveNewsletter)
	on("GET /newsletter/confirm", s.pageConfirm)
	on("POST /newsletter/confirm", s.doConfirm)
	on("GET /mailbox", s.pageMailbox)
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
	on("GET /admin/apps/zugabe", s.pageApp)
	on("POST /admin/apps/zugabe", s.doApp)
	on("GET /admin/apps/zugabe/members/{id}", s.pageMember)
	mux.HandleFunc("GET /admin/session-token", s.serveSessionToken)
}
