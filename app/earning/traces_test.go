package earning

import (
	"slices"
	"testing"
)

func signsOf(t Traces) map[Sign]string {
	found := map[Sign]string{}
	for _, s := range t.Signs() {
		found[s.Sign] = s.Text
	}
	return found
}

// covers: A-29, G10
func TestTheSameHouseholdIsKnownHoweverItIsWritten(t *testing.T) {
	for name, c := range map[string]struct {
		sign       Sign
		one, other Traces
	}{
		"abbreviated street": {SignAddress, Traces{Street: "Müllerstraße 7a", Postal: "20457", Country: "DE"}, Traces{Street: " MUELLERSTR. 7 A", Postal: "20 457", Country: "de"}},
		"accents":            {SignAddress, Traces{Street: "ul. Łąkowa 3/5", Postal: "00-950", Country: "PL"}, Traces{Street: "Ul Lakowa 3-5", Postal: "00950", Country: "PL"}},
		"name":               {SignName, Traces{Name: "Åse Møller", Postal: "2100"}, Traces{Name: "aase  MOELLER", Postal: "2100"}},
		"phone":              {SignPhone, Traces{Phone: "+49 (0)170 / 123 45 67"}, Traces{Phone: "01701234567"}},
		"Danish phone":       {SignPhone, Traces{Phone: "+45 12 34 56 78"}, Traces{Phone: "12345678"}},
		"IPv6":               {SignNetwork, Traces{IP: "2001:db8:1:2:aaaa::1"}, Traces{IP: "2001:db8:1:2::9"}},
		"mapped IPv4":        {SignNetwork, Traces{IP: "::ffff:203.0.113.9"}, Traces{IP: "203.0.113.9"}},
		"device":             {SignDevice, Traces{IP: "203.0.113.9", Agent: "Firefox"}, Traces{IP: "203.0.113.9", Agent: " Firefox"}},
	} {
		if one, other := signsOf(c.one)[c.sign], signsOf(c.other)[c.sign]; one == "" || one != other {
			t.Errorf("%s: %q and %q", name, one, other)
		}
	}
}

func TestOthersAreNotTakenForTheSameHousehold(t *testing.T) {
	home := Traces{Name: "Max Muster", Street: "Hafenstraße 12", Postal: "20457", Country: "DE", Phone: "040 1234567", IP: "203.0.113.9", Agent: "Firefox"}
	if got := home.Signs(); len(got) != 5 {
		t.Fatalf("signs: %v", got)
	}
	for name, other := range map[string]Traces{
		"next door":            {Street: "Hafenstraße 121", Postal: "20457", Country: "DE"},
		"another town":         {Name: "Max Muster", Street: "Hafenstraße 12", Postal: "24103", Country: "DE"},
		"another country":      {Street: "Hafenstraße 12", Postal: "20457", Country: "AT"},
		"another at that code": {Name: "Maxi Muster", Postal: "20457", Country: "DE"},
		"another number":       {Phone: "040 1234568"},
		"another address":      {IP: "203.0.113.10", Agent: "Firefox"},
	} {
		for _, s := range other.Signs() {
			if slices.Contains(home.Signs(), s) {
				t.Errorf("%s: %v", name, s)
			}
		}
	}
}

func TestWhatStrangersShareSaysNothing(t *testing.T) {
	for name, c := range map[string]Traces{
		"a parcel locker":          {Street: "Packstation 145", Postal: "20457"},
		"a post office box":        {Street: "P.O. Box 12", Postal: "20457"},
		"a street without number":  {Street: "Am Hafen", Postal: "20457"},
		"no postal code":           {Name: "Max Muster", Street: "Hafenstraße 12"},
		"half a name":              {Name: "Muster", Postal: "20457"},
		"a word for a phone":       {Phone: "555-CALL"},
		"this machine":             {IP: "127.0.0.1", Agent: "Firefox"},
		"a private network":        {IP: "192.168.1.5"},
		"a local network":          {IP: "fe80::1%eth0"},
		"a unique local network":   {IP: "fd00::1"},
		"nonsense":                 {IP: "somewhere"},
		"a browser without a home": {Agent: "Firefox"},
		"nothing":                  {},
	} {
		if got := c.Signs(); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
