package program

import (
	"bytes"
	"compress/gzip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// pageMarker is on the outermost element of everything that we put into a page;
// its value is the block's name.
const pageMarker = "data-zugabe"

// seenPage is what there is of us on a page, and where the page leads.
type seenPage struct {
	blocks []string // each once
	ours   int64    // bytes between our marked elements' tags, tags included
	script bool
	style  bool
	links  []string // paths inside the shop, each once
	// variant is what the page's form would put into the cart.
	variant string
}

// readPage reads HTML as browsers do, however broken it is: it never fails.
func readPage(body []byte) seenPage {
	var seen seenPage
	z := html.NewTokenizer(bytes.NewReader(body))
	var open []string // elements since our marked one, it first
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return seen
		}
		size := int64(len(z.Raw()))
		token := z.Token()
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			block := seen.note(token)
			if void := kind == html.SelfClosingTagToken || voidElements[token.Data]; !void && (block != "" || len(open) > 0) {
				open = append(open, token.Data)
			}
			if block != "" || len(open) > 0 {
				seen.ours += size
			}
			continue
		}
		if len(open) > 0 {
			seen.ours += size
		}
		if kind == html.EndTagToken {
			open = closed(open, token.Data)
		}
	}
}

var voidElements = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "source": true, "track": true, "wbr": true}

// closed takes the element that ends, and what was left open inside it, off the list.
func closed(open []string, name string) []string {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == name {
			return open[:i]
		}
	}
	return open
}

// note keeps what an element tells, and returns the name of our block if it is one.
func (s *seenPage) note(token html.Token) (block string) {
	if value := attribute(token, "value"); s.variant == "" && token.Data == "input" && attribute(token, "name") == "id" && digitsOnly.MatchString(value) {
		s.variant = value
	}
	for _, a := range token.Attr {
		switch {
		case a.Key == pageMarker && a.Val != "":
			if block = a.Val; !slices.Contains(s.blocks, block) {
				s.blocks = append(s.blocks, block)
			}
		case a.Key == "src" && token.Data == "script":
			s.script = s.script || fileOf(a.Val) == "zugabe.js"
		case a.Key == "href" && token.Data == "link":
			s.style = s.style || fileOf(a.Val) == "zugabe.css"
		case a.Key == "href" && token.Data == "a":
			if path := pathOf(a.Val); path != "" && !slices.Contains(s.links, path) {
				s.links = append(s.links, path)
			}
		}
	}
	return block
}

var digitsOnly = regexp.MustCompile(`^[0-9]{1,20}$`)

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func fileOf(address string) string {
	path, _, _ := strings.Cut(address, "?")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// pathOf is the path of a link inside the shop, without query; "" for others.
func pathOf(href string) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") {
		return ""
	}
	return u.EscapedPath()
}

// first is the first link to something below the prefix; shops with several
// languages have the language in front.
func first(links []string, prefix string) string {
	if found := withPrefix(links, prefix); len(found) > 0 {
		return found[0]
	}
	return ""
}

func withPrefix(links []string, prefix string) []string {
	var found []string
	for _, link := range links {
		if at := strings.Index(link, prefix); prefix != "" && at >= 0 && at <= len("/xx-xx") && len(link) > at+len(prefix) {
			found = append(found, link)
		}
	}
	return found
}

// articleLink is the first link to an article: /blogs/<blog>/<article>.
func articleLink(links []string) string {
	for _, link := range withPrefix(links, "/blogs/") {
		_, rest, _ := strings.Cut(link, "/blogs/")
		if blog, article, ok := strings.Cut(rest, "/"); ok && blog != "" && article != "" && !strings.Contains(article, "/") {
			return link
		}
	}
	return ""
}

// packedSize is how many bytes a file costs on its way to a browser.
func packedSize(body []byte) int64 {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return int64(len(body))
	}
	if _, err := w.Write(body); err != nil || w.Close() != nil {
		return int64(len(body))
	}
	return int64(out.Len())
}
