// Package schema holds Shopify's official Admin API schema, cut to what our
// operations reach (see refresh.mjs), for checking requests as the host would:
// in tests and in the demo shop. It is no part of production's way to the host.
package schema

import (
	_ "embed"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// Version is the Admin API version of the schema, as it stands in the URL.
const Version = "2026-10"

// Admin is the schema as GraphQL SDL.
//
//go:embed admin.graphql
var Admin string

// Load parses Admin. It panics if the embedded text is broken, which a test would have shown.
func Load() *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Name: "admin.graphql", Input: Admin})
}

// OneOf names the inputs of which exactly one field must be set. gqlparser does
// not enforce @oneOf, Shopify does.
var OneOf = []string{"CustomerIdentifierInput", "DiscountContextInput"}
