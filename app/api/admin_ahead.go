package api

import (
	"encoding/json"
	"slices"
	"strings"
)

// aheadFiles is ahead.json of the built pages: for all pages, by page and by language, the
// files that index.html does not name.
type aheadFiles struct {
	Main  []string
	Pages []struct {
		Path         string
		Texts, Files []string
	}
	Languages map[string]struct {
		Common  []string
		Screens map[string][]string
	}
}

func readAhead(document []byte) (files aheadFiles) {
	if err := json.Unmarshal(document, &files); err != nil {
		panic("adminui: ahead.json: " + err.Error())
	}
	return files
}

// links are the document's links to the files that a page needs first, so that the browser
// does not learn of them one after the other. The pages speak English to whoever asks in
// another language, or in none.
func (a aheadFiles) links(path, locale string) string {
	spoken, known := a.Languages[strings.ToLower(locale[:min(2, len(locale))])]
	if !known {
		spoken = a.Languages["en"]
	}
	names := slices.Concat(a.Main, spoken.Common)
	for _, page := range a.Pages {
		if !fits(page.Path, path) {
			continue
		}
		names = append(names, page.Files...)
		for _, screen := range page.Texts {
			names = append(names, spoken.Screens[screen]...)
		}
		break
	}
	var links strings.Builder
	for i, name := range names {
		if !slices.Contains(names[:i], name) {
			links.WriteString(`<link rel="modulepreload" crossorigin href="/admin/assets/` + name + `">`)
		}
	}
	return links.String()
}

// fits reports whether a path is of a page; a part like ":id" stands for any other.
func fits(pattern, path string) bool {
	wanted, given := strings.Split(strings.Trim(pattern, "/"), "/"), strings.Split(strings.Trim(path, "/"), "/")
	return slices.EqualFunc(wanted, given, func(want, have string) bool {
		return want == have || strings.HasPrefix(want, ":") && have != ""
	})
}
