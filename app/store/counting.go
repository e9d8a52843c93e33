package store

import (
	"context"
	"sync/atomic"
)

type statementWatch struct{}

// WatchStatements returns a context whose transactions tell see of each statement
// before it runs, retries included. The arguments of a multi-row INSERT are not
// passed. It serves tests and the benchmark.
func WatchStatements(ctx context.Context, see func(query string, args []any)) context.Context {
	return context.WithValue(ctx, statementWatch{}, see)
}

// CountStatements returns a context whose transactions count their statements,
// retries included. Tests and the benchmark use it to see that the work of a
// batch does not grow with what is in it.
func CountStatements(ctx context.Context) (counted context.Context, count func() int64) {
	n := new(atomic.Int64)
	return WatchStatements(ctx, func(string, []any) { n.Add(1) }), n.Load
}

func showStatement(ctx context.Context, query string, args []any) {
	if see, ok := ctx.Value(statementWatch{}).(func(string, []any)); ok {
		see(query, args)
	}
}
