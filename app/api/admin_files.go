package api

import (
	"bytes"
	"io/fs"
	"mime"
	"path"

	"github.com/klauspost/compress/gzip"

	"zugabe/adminui"
)

type adminFile struct {
	kind          string
	plain, packed []byte
}

type adminBundle struct {
	document string
	ahead    aheadFiles
	licences adminFile
	assets   map[string]adminFile // by name
}

// readAdminFiles reads what adminui embeds. It was checked when it was built, so
// that anything missing is a fault of the build and ends the process.
func readAdminFiles() adminBundle {
	dist := adminui.Dist()
	bundle := adminBundle{document: string(mustRead(dist, "index.html")), ahead: readAhead(mustRead(dist, "ahead.json")), assets: map[string]adminFile{}}
	bundle.licences = packed("text/plain; charset=utf-8", mustRead(dist, "licences.txt"))
	entries, err := fs.ReadDir(dist, "assets")
	if err != nil {
		panic("adminui: " + err.Error())
	}
	for _, entry := range entries {
		kind := kinds[path.Ext(entry.Name())]
		if kind == "" {
			kind = mime.TypeByExtension(path.Ext(entry.Name()))
		}
		bundle.assets[entry.Name()] = packed(kind, mustRead(dist, "assets/"+entry.Name()))
	}
	return bundle
}

// kinds does not leave the types that browsers are strict about to the machine's own list.
var kinds = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

func mustRead(files fs.FS, name string) []byte {
	body, err := fs.ReadFile(files, name)
	if err != nil {
		panic("adminui: " + err.Error())
	}
	return body
}

func packed(kind string, body []byte) adminFile {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic("gzip: " + err.Error())
	}
	_, _ = w.Write(body) // into memory
	_ = w.Close()
	return adminFile{kind: kind, plain: body, packed: out.Bytes()}
}
