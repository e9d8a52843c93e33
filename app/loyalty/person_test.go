package loyalty

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// covers: G12, B15
func TestOnePersonHasOneCanonicalAddress(t *testing.T) {
	for _, same := range [][]string{
		{"ab@gmail.com", "a.b+x@gmail.com", "AB@GoogleMail.com", "a.b@gmail.com.", " A.B+news+more@googlemail.com ", "ａｂ＠gmail.com"},
		{"eva@outlook.com", "Eva+shop@outlook.com"},
		{"eva@proton.me", "eva+1@pm.me", "EVA@protonmail.com"},
		{"info@xn--mller-kva.de", "info@müller.de", "INFO@MÜLLER.DE", "info@mu\u0308ller.de"},
		{"eva@example.com", "EVA@EXAMPLE.COM", "eva@ｅxample.com"},
	} {
		for _, a := range same {
			if got := CanonicalEmail(a); got != CanonicalEmail(same[0]) {
				t.Errorf("%q gives %q, %q gives %q", a, got, same[0], CanonicalEmail(same[0]))
			}
		}
	}
}

// covers: G12
func TestDifferentPeopleStayDifferent(t *testing.T) {
	for _, pair := range [][2]string{
		{"a.b@example.com", "ab@example.com"},
		{"a.b@outlook.com", "ab@outlook.com"},
		{"a+b@example.com", "a@example.com"},
		{"eva@outlook.com", "eva@hotmail.com"},
		{"eva@gmail.com", "eva@gmail.co"},
		{"+eva@gmail.com", "+ina@gmail.com"},
		{"..@gmail.com", "...@gmail.com"},
	} {
		if CanonicalEmail(pair[0]) == CanonicalEmail(pair[1]) {
			t.Errorf("%q and %q become one person", pair[0], pair[1])
		}
	}
}

func TestWhatIsNoAddressIsKeptForComparing(t *testing.T) {
	for in, want := range map[string]string{"": "", " Nobody ": "nobody", "@": "@", "a@": "a@", "a@b@c.de": "a@b@c.de"} {
		if got := CanonicalEmail(in); got != want {
			t.Errorf("CanonicalEmail(%q) = %q, want %q", in, got, want)
		}
	}
}

// covers: G12
func TestACanonicalAddressIsItsOwn(t *testing.T) {
	domains := rapid.SampledFrom([]string{"gmail.com", "GoogleMail.com", "müller.de", "example.org.", "pm.me", ""})
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.String().Draw(t, "local") + "@" + domains.Draw(t, "domain")
		if once := CanonicalEmail(a); CanonicalEmail(once) != once {
			t.Fatalf("%q gives %q and then %q", a, once, CanonicalEmail(once))
		}
	})
}

// covers: G12
func TestDotsOutsideGmailAreNeverDropped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		local := rapid.StringMatching(`[a-z0-9]{1,6}(\.[a-z0-9]{1,6}){0,3}`).Draw(t, "local")
		if got := CanonicalEmail(local + "@example.com"); strings.TrimSuffix(got, "@example.com") != local {
			t.Fatalf("%s became %s", local, got)
		}
	})
}

func FuzzCanonicalEmail(f *testing.F) {
	f.Add("a.b+x@gmail.com")
	f.Add("info@xn--mller-kva.de")
	f.Add("\u1e9e@\u2126.de..")
	f.Fuzz(func(t *testing.T, a string) {
		if once := CanonicalEmail(a); CanonicalEmail(once) != once {
			t.Fatalf("%q gives %q and then %q", a, once, CanonicalEmail(once))
		}
	})
}
