package mail

import (
	_ "embed"
	"html/template"
	"strings"
)

// Page is what a mail says, in plain words; the layout makes text and HTML of it.
type Page struct {
	Language string // "de"
	Shop     string
	ShopURL  string
	Heading  string
	Lines    []string // paragraphs
	Code     string   // shown large; empty = none
	CodeNote string   // what the code is good for
	Button   string
	Link     string // the button leads here
	Small    string // why the person gets this mail
	Leave    string // words of the link that ends the newsletter; empty = none
	LeaveURL string
}

//go:embed layout.html
var layoutHTML string

var layout = template.Must(template.New("mail").Parse(layoutHTML))

// HTML is the page for a mail reader: tables, and styles on the elements, because
// many readers know nothing else. Everything in it is escaped (I1).
func (p Page) HTML() (string, error) {
	var out strings.Builder
	err := layout.Execute(&out, p)
	return out.String(), err
}

// Text is the page in plain text, with the same words.
func (p Page) Text() string {
	var parts []string
	add := func(s ...string) {
		for _, one := range s {
			if one = strings.TrimSpace(one); one != "" {
				parts = append(parts, one)
			}
		}
	}
	add(p.Heading)
	add(p.Lines...)
	if p.Code != "" {
		add(strings.TrimSpace(p.CodeNote + "\n    " + p.Code))
	}
	if p.Link != "" {
		add(p.Button + ":\n" + p.Link)
	}
	foot := []string{"-- ", p.Shop}
	if p.ShopURL != "" {
		foot = append(foot, p.ShopURL)
	}
	if p.Small != "" {
		foot = append(foot, p.Small)
	}
	if p.LeaveURL != "" {
		foot = append(foot, p.Leave+": "+p.LeaveURL)
	}
	return strings.Join(append(parts, strings.Join(foot, "\n")), "\n\n") + "\n"
}
