package demoshop

import "io/fs"

// extensionFiles is the theme extension of the installed app.
func extensionFiles() fs.FS { return nil }
