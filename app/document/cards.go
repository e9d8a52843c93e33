package document

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Card is one voucher to cut out.
type Card struct {
	Code string // as people type it
	Link string // behind the QR code
	Note string // small, such as the number of the batch; may be empty
}

// Sheets says what all cards of a file have in common.
type Sheets struct {
	Shop    string
	Value   string   // large: "5,00 €"
	Title   string   // what it is called; may be empty
	Terms   []string // when and from which order it can be used
	HowTo   string   // what to do with it
	PerPage int      // that Fits
	Title2  string   // of the file, for readers of PDF
}

// grid is how many cards go on an A4 page, across and down.
type grid struct{ across, down int }

// layouts are the numbers of cards on a page that there are.
var layouts = map[int]grid{1: {1, 1}, 4: {2, 2}, 8: {2, 4}, 10: {2, 5}, 21: {3, 7}}

// Fits says whether there is a page with so many cards.
func Fits(perPage int) bool { return layouts[perPage].across > 0 }

// The page, in millimetres. Printers do not reach its edge.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	margin     = 10.0
	mark       = 4.0 // length of a cut mark
)

// MostCards is how many cards one file has at most.
const MostCards = 1000

// Cards makes A4 pages of cards with cut marks.
func Cards(s Sheets, cards []Card) ([]byte, error) {
	g, known := layouts[s.PerPage]
	if !known || len(cards) == 0 || len(cards) > MostCards {
		return nil, fmt.Errorf("document: %d cards, %d on a page", len(cards), s.PerPage)
	}
	d := newPDF(s.Title2)
	width, height := (pageWidth-2*margin)/float64(g.across), (pageHeight-2*margin)/float64(g.down)
	for i, c := range cards {
		at := i % s.PerPage
		if at == 0 {
			d.AddPage()
			d.cutMarks(g, width, height)
		}
		box := box{x: margin + width*float64(at%g.across), y: margin + height*float64(at/g.across), w: width, h: height}
		if err := d.card(s, c, box.inner(min(width, height)*0.07)); err != nil {
			return nil, err
		}
	}
	return d.bytes()
}

type box struct{ x, y, w, h float64 }

func (b box) inner(by float64) box { return box{b.x + by, b.y + by, b.w - 2*by, b.h - 2*by} }

type pdf struct{ *fpdf.Fpdf }

func newPDF(title string) pdf {
	// Portrait and standing measures: with "L" the sides of an own size would be swapped.
	d := pdf{fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: pageWidth, Ht: pageHeight}})}
	d.SetTitle(Printable(title), true)
	d.SetCreator("Zugabe", true)
	d.AddUTF8FontFromBytes("go", "", goregular.TTF)
	d.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	d.AddUTF8FontFromBytes("mono", "B", gomonobold.TTF)
	d.SetMargins(0, 0, 0)
	d.SetAutoPageBreak(false, 0)
	return d
}

func (d pdf) bytes() ([]byte, error) {
	var out bytes.Buffer
	err := d.Output(&out)
	return out.Bytes(), err
}

// cutMarks are short lines outside of the cards where a knife goes.
func (d pdf) cutMarks(g grid, width, height float64) {
	d.SetDrawColor(120, 120, 120)
	d.SetLineWidth(0.1)
	for i := range g.across + 1 {
		x := margin + width*float64(i)
		d.Line(x, margin-1-mark, x, margin-1)
		d.Line(x, pageHeight-margin+1, x, pageHeight-margin+1+mark)
	}
	for i := range g.down + 1 {
		y := margin + height*float64(i)
		d.Line(margin-1-mark, y, margin-1, y)
		d.Line(pageWidth-margin+1, y, pageWidth-margin+1+mark, y)
	}
}

// card has its texts on the left and the QR code on the right; on a tall one the code
// stands below.
func (d pdf) card(s Sheets, c Card, b box) error {
	tall := b.h > b.w*0.9
	side := min(b.h, b.w*0.42)
	texts := box{b.x, b.y, b.w - side - 3, b.h}
	qrBox := box{b.x + b.w - side, b.y + (b.h-side)/2, side, side}
	if tall {
		side = min(b.w*0.8, b.h*0.45)
		texts = box{b.x, b.y, b.w, b.h - side - 4}
		qrBox = box{b.x + (b.w-side)/2, b.y + b.h - side, side, side}
	}
	unit := min(b.w/90, b.h/58) // a card of eight to a page is about 95 x 69 mm
	if tall {
		unit = min(b.w/74, b.h/104)
	}
	w := &column{pdf: d, box: texts, y: texts.y}
	w.write(s.Shop, 1, ink{"go", "", 9 * unit, 90})
	if s.titled() {
		w.write(s.Title, 2, ink{"go", "B", 11 * unit, 0})
	}
	w.write(s.Value, 1, ink{"go", "B", 24 * unit, 0})
	for _, t := range s.Terms {
		w.write(t, 2, ink{"go", "", 7.5 * unit, 60})
	}
	w.gap(1.5 * unit)
	w.write(c.Code, 1, ink{"mono", "B", 13 * unit, 0})
	if c.Note != "" {
		w.write(c.Note, 1, ink{"go", "", 6 * unit, 90})
	}
	w.write(s.HowTo, 3, ink{"go", "", 6.5 * unit, 60})
	if tall { // in the middle of what the texts have left
		qrBox.y = min(qrBox.y, w.y+(b.y+b.h-w.y-side)/2)
	}
	return d.qr(c.Link, qrBox)
}

// titled says whether the title says more than the value does.
func (s Sheets) titled() bool {
	return strings.Join(strings.Fields(s.Title), " ") != strings.Join(strings.Fields(s.Value), " ")
}

// qr draws the dark modules, row by row in as few pieces as there are.
func (d pdf) qr(text string, b box) error {
	size, dark, err := modules(text)
	if err != nil {
		return err
	}
	one := b.w / float64(size+2*quiet)
	d.SetFillColor(0, 0, 0)
	for y := range size {
		for x := 0; x < size; {
			if !dark(x, y) {
				x++
				continue
			}
			from := x
			for x < size && dark(x, y) {
				x++
			}
			// A little taller than a module: no white line shows between rows.
			d.Rect(b.x+one*float64(quiet+from), b.y+one*float64(quiet+y), one*float64(x-from), one*1.02, "F")
		}
	}
	return nil
}

// column writes lines from top to bottom and stops where there is no more room.
type column struct {
	pdf
	box box
	y   float64
}

func (c *column) gap(mm float64) { c.y += mm }

// ink is how a text is set: family, style, points, and 0 (black) to 255 (white).
type ink struct {
	family, style string
	points        float64
	grey          int
}

// write breaks a text into at most so many lines. One that is too wide for a line of
// its own gets smaller, down to half of the size.
func (c *column) write(text string, lines int, i ink) {
	text = Printable(text)
	if text == "" {
		return
	}
	points := i.points
	c.SetTextColor(i.grey, i.grey, i.grey)
	c.SetFont(i.family, i.style, points)
	for widest := points / 2; points > widest && c.widest(text, lines) > c.box.w; {
		points *= 0.94
		c.SetFont(i.family, i.style, points)
	}
	height := points * 0.3528 * 1.28
	for _, line := range c.lines(text, lines) {
		if c.y+height > c.box.y+c.box.h {
			return
		}
		c.SetXY(c.box.x, c.y)
		c.CellFormat(c.box.w, height, line, "", 0, "L", false, 0, "")
		c.y += height
	}
}

// widest is the width that the text needs: of its longest word, or of all of it where
// it must stay on one line.
func (c *column) widest(text string, lines int) (most float64) {
	if lines == 1 {
		return c.GetStringWidth(text)
	}
	for _, word := range strings.Fields(text) {
		most = max(most, c.GetStringWidth(word))
	}
	return most
}

func (c *column) lines(text string, most int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && c.GetStringWidth(longer) > c.box.w {
			if len(lines) == most-1 {
				return append(lines, line+"…")
			}
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	return append(lines, line)
}

// Printable leaves out what the fonts cannot draw: signs beyond the first plane, which
// the writer of PDF does not take either, and those nobody sees.
func Printable(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r > 0xffff || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, text))
}
