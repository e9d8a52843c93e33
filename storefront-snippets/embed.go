// Package storefront embeds what goes into a shop's own pages, so that the demo
// shop can show it and the admin can list its texts.
package storefront

import (
	"embed"
	"io/fs"
)

//go:embed shopify/extensions/zugabe-theme/blocks shopify/extensions/zugabe-theme/snippets
//go:embed shopify/extensions/zugabe-theme/assets shopify/extensions/zugabe-theme/locales
var files embed.FS

// Theme is the theme app extension: blocks, snippets, assets, locales.
func Theme() fs.FS {
	theme, err := fs.Sub(files, "shopify/extensions/zugabe-theme")
	if err != nil {
		panic(err) // the path is a constant
	}
	return theme
}
