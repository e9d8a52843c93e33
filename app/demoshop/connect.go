package demoshop

// ConnectReviews tells the shop's review app where the installed app takes reviews
// and with which secret ("whsec_…") it checks them. Call it before Run.
func (s *Shop) ConnectReviews(url, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.ReviewURL, s.cfg.ReviewSecret = url, secret
}
