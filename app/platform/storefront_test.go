package platform_test

import (
	"testing"

	"zugabe/app/platform"
)

// covers: S0-12
func TestAStorefrontIsAShortNameOrNothing(t *testing.T) {
	for address, want := range map[string]string{
		"https://shop.example/?p=Meier":                 "meier",
		"/?v=1&p=von-meier":                             "von-meier",
		"https://shop.example/":                         "",
		"/?p=%3Cb%3E":                                   "",
		"/?p=a%0D%0Ab":                                  "",
		"/?p=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddE": "",
		"::": "",
	} {
		if got := platform.StorefrontIn(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
