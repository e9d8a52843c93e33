package document

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/boombuler/barcode/qr"
)

// quiet is how many modules of white a reader needs around a QR code.
const quiet = 4

// modules are the dark squares of a QR code; both sides are equally long.
func modules(text string) (size int, dark func(x, y int) bool, err error) {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return 0, nil, fmt.Errorf("document: QR code: %w", err)
	}
	return code.Bounds().Dx(), func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}, nil
}

// QRPicture is a QR code with white around it as a data: address of a PNG picture;
// a module is 4 pixels wide.
func QRPicture(text string) (string, error) {
	size, dark, err := modules(text)
	if err != nil {
		return "", err
	}
	const pixels = 4
	side := (size + 2*quiet) * pixels
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range size * pixels {
		for x := range size * pixels {
			if dark(x/pixels, y/pixels) {
				picture.SetColorIndex(x+quiet*pixels, y+quiet*pixels, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes()), nil
}
