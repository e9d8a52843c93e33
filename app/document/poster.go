package document

// Poster makes one A4 page with a large QR code, for a fair or a shop window.
func Poster(s Sheets, c Card) ([]byte, error) {
	d := newPDF(s.Title2)
	d.AddPage()
	b := box{margin * 2, margin * 2, pageWidth - 4*margin, pageHeight - 4*margin}
	w := &column{pdf: d, box: box{b.x, b.y, b.w, b.h}, y: b.y}
	w.write(s.Shop, 1, ink{"go", "", 22, 60})
	w.gap(6)
	if s.titled() {
		w.write(s.Title, 2, ink{"go", "B", 30, 0})
	}
	w.write(s.Value, 1, ink{"go", "B", 72, 0})
	for _, t := range s.Terms {
		w.write(t, 2, ink{"go", "", 16, 40})
	}
	w.gap(4)
	room := b.y + b.h - w.y - 38
	side := min(room, 125)
	if err := d.qr(c.Link, box{b.x + (b.w-side)/2, w.y, side, side}); err != nil {
		return nil, err
	}
	w.y += side + 3
	w.write(c.Code, 1, ink{"mono", "B", 34, 0})
	w.write(s.HowTo, 3, ink{"go", "", 14, 40})
	return d.bytes()
}
