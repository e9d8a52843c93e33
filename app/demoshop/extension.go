package demoshop

import (
	"io/fs"

	storefront "zugabe/storefront-snippets"
)

// extensionFiles is the theme extension of the installed app: the one that goes
// into real shops.
func extensionFiles() fs.FS { return storefront.Theme() }
