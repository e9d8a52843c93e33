package store

import (
	"strings"

	"zugabe/app/loyalty"
)

// placeholders is " ?, ?, ?" for an IN list of n values. An empty list becomes
// NULL, which matches nothing. The leading space matters: directly behind a
// parenthesis gorm takes a []byte for a list and writes one value per byte.
func placeholders(n int) string {
	if n <= 0 {
		return "NULL"
	}
	return strings.TrimSuffix(strings.Repeat(" ?,", n), ",")
}

// argsOf is the shop and then the values, for "shop_id = ? AND x IN (...)".
func argsOf[T any](shop loyalty.ShopID, values []T) []any {
	return withArgs([]any{shop}, values)
}

// withArgs appends values of any one type to args.
func withArgs[T any](args []any, values []T) []any {
	for _, v := range values {
		args = append(args, v)
	}
	return args
}

// useIndex names the index that a keyset list must walk. MariaDB otherwise
// takes the tenant column alone and scans from the newest row down; the
// executable comment is one to every other engine.
func useIndex(name string) string { return " /*!50000 FORCE INDEX (" + name + ") */ " }
