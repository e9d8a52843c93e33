package store

import (
	"context"
	"sync/atomic"
)

type statementCount struct{}

// CountStatements returns a context whose transactions count their statements,
// retries included. Tests and the benchmark use it to see that the work of a
// batch does not grow with what is in it.
func CountStatements(ctx context.Context) (counted context.Context, count func() int64) {
	n := new(atomic.Int64)
	return context.WithValue(ctx, statementCount{}, n), n.Load
}

func countStatement(ctx context.Context) {
	if n, ok := ctx.Value(statementCount{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}
