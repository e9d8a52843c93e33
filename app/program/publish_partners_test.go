package program_test

import (
	"testing"

	"zugabe/app/program"
)

// Pages can tell a visit at a partner's own address while the module is on, and know of
// nothing of the kind while it is off.
//
// covers: S0-01, S0-12
func TestPagesKnowWherePartnersStorefrontsAreWhileTheModuleIsOn(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		if got := w.onPages().Partners; got != nil {
			t.Errorf("the module was never on, and pages have %+v", got)
		}
		w.partnersOn(func(s *program.PartnerSettings) { s.Domain = "laden.example" })
		if got := w.onPages().Partners; got == nil || got.Domain != "laden.example" {
			t.Errorf("pages have %+v", got)
		}
		w.partnersOn(func(s *program.PartnerSettings) { s.On = false })
		if got := w.onPages().Partners; got != nil {
			t.Errorf("the module is off, and pages have %+v", got)
		}
	})
}
