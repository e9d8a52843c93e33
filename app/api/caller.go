package api

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// caller is who is asking, proven by session, with the shop they may reach.
type caller struct {
	Shop        loyalty.Shop
	Actor       string     // "staff:<sub>", "shopper:<customer>", "api:<key id>"
	CustomerKey string     // storefront only; empty = a guest
	Scopes      []string   // of an API key
	TokenID     string     // of a session token, for calls that must not be repeated (H7)
	Role        string     // of staff, where the host tells it; empty = all
	Partner     loyalty.ID // at the desk
	CSRF        string     // at the desk: what pages send back with writes
}

type contextKey int

const (
	callerKey contextKey = iota
	requestKey
)

// callerOf is who is asking. Routes without proof of identity never run, so a
// missing caller is a fault in the routing and may panic.
func callerOf(ctx context.Context) caller { return ctx.Value(callerKey).(caller) }

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

// read runs fn on a consistent snapshot and turns its error into the answer.
func (s *Server) read(ctx context.Context, fn func(tx *store.Tx) error) error {
	if err := s.deps.Program.Store.Read(ctx, fn); err != nil {
		return s.fail(ctx, err)
	}
	return nil
}

// write runs fn in one transaction and turns its error into the answer.
func (s *Server) write(ctx context.Context, fn func(tx *store.Tx) error) error {
	if err := s.deps.Program.Store.Write(ctx, fn); err != nil {
		return s.fail(ctx, err)
	}
	return nil
}

// body wraps an answer the way huma wants it.
type body[T any] struct{ Body T }

func answer[T any](v T) *body[T] { return &body[T]{Body: v} }

// page is one page of a list; Next goes into the cursor of the following call and is empty at the end.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page; missing at the end"`
}

// pageOf cuts a list that was asked for with one row more than the limit.
func pageOf[R, T any](rows []R, limit int, convert func(R) T, cursor func(R) string) *body[page[T]] {
	p := page[T]{Items: []T{}}
	for i, r := range rows {
		if i == limit {
			p.Next = cursor(rows[i-1])
			break
		}
		p.Items = append(p.Items, convert(r))
	}
	return answer(p)
}

// PageQuery is what every list takes. It is exported because the framework does
// not see embedded types that are not.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"rows per page"`
	Cursor string `query:"cursor" maxLength:"40" doc:"from the previous page's next"`
}

// before reads a cursor that is the id of the last row seen.
func (q PageQuery) before() (loyalty.ID, error) {
	if q.Cursor == "" {
		return 0, nil
	}
	id, err := loyalty.ParseID(q.Cursor)
	if err != nil {
		return 0, loyalty.Invalid("cursor", "is not from a previous page")
	}
	return id, nil
}

// idParam is an id in a path or query. It is a struct because the framework reads
// numbers of its own accord, and then finds that they are not the string that
// the document promises.
type idParam struct{ loyalty.ID }

// idPath is a path with one id.
type idPath struct {
	ID idParam `path:"id" doc:"id of the row"`
}
