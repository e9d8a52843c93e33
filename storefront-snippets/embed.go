// Package storefront embeds what goes into a shop's own pages, so that the demo
// shop can show it and the admin can list its texts.
package storefront

import (
	"embed"
	"io/fs"
)

//go:embed shopify/extensions/zugabe-theme/blocks shopify/extensions/zugabe-theme/snippets
//go:embed shopify/extensions/zugabe-theme/shopify.extension.toml
//go:embed shopify/extensions/zugabe-theme/assets shopify/extensions/zugabe-theme/locales shopify/informal
var files embed.FS

// Informal are the German texts that say du: locale files with those texts only that
// speak to the shopper. The app publishes them where the merchant wants it so.
func Informal() fs.FS { return folder("shopify/informal") }

// Theme is the theme app extension: blocks, snippets, assets, locales.
func Theme() fs.FS { return folder("shopify/extensions/zugabe-theme") }

func folder(path string) fs.FS {
	sub, err := fs.Sub(files, path)
	if err != nil {
		panic(err) // the path is a constant
	}
	return sub
}
