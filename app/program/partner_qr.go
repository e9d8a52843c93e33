package program

import (
	"image"
	"image/color"
)

// framed is a picture with a white frame.
type framed struct {
	image.Image
	frame int
}

// Bounds include the frame.
func (f framed) Bounds() image.Rectangle {
	in := f.Image.Bounds()
	return image.Rect(0, 0, in.Dx()+2*f.frame, in.Dy()+2*f.frame)
}

// ColorModel is that of black and white.
func (f framed) ColorModel() color.Model { return color.GrayModel }

// At is white in the frame.
func (f framed) At(x, y int) color.Color {
	in := f.Image.Bounds()
	at := image.Pt(x-f.frame+in.Min.X, y-f.frame+in.Min.Y)
	if !at.In(in) {
		return color.Gray{Y: 255}
	}
	return color.GrayModel.Convert(f.Image.At(at.X, at.Y))
}
