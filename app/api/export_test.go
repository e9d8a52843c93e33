package api

import "github.com/danielgtaylor/huma/v2"

// Document is the API description with its schemas, for checking answers against it.
func (s *Server) Document() *huma.OpenAPI { return s.api.OpenAPI() }

// Customers lists whose standings are kept in the process.
func (b *BalanceCache) Customers() (keys []string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for key := range b.seen {
		keys = append(keys, key.ID)
	}
	return keys
}

// Knows says whether a token's shopper is remembered, so that the short way is taken.
func (s *Server) Knows(token string) bool {
	_, known := s.known(token)
	return known
}
