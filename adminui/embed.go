// Package adminui is the admin's pages, built with Vite and committed in dist.
// Building the app needs no Node; `make generate` makes dist again.
package adminui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist is what browsers get: index.html, assets with a hash in their names, and
// the licences of what is bundled.
func Dist() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("adminui: " + err.Error()) // the name is fixed at compile time
	}
	return files
}
