package browser_test

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// holds waits until what has this name has the focus.
func (v *visitor) holds(name string) {
	v.t.Helper()
	const called = `() => { const a = document.activeElement; return a === document.body ? '' : (a.labels?.[0]?.innerText || a.getAttribute('aria-label') || a.innerText || '').trim() }`
	v.until("the focus is on "+name, func() bool { return named(v.value(called), name) })
}

// Whoever uses the keys alone never has to look for the focus again: not after saving, not
// after what was sent in vain, not after something was moved or a dialog was left.
func TestTheFocusStaysWithWhoeverUsesTheKeysAlone(t *testing.T) {
	t.Parallel()
	p := player{emptyShop(t).visitor(t, desk), true}

	p.admin("/rates", "en")
	p.write("spinbutton|textbox", "Points", "2")
	p.push("button", "Save")
	p.sees("Saved.")
	p.holds("Save")

	p.admin("/rules/new?kind=per_order", "en")
	p.push("button", "Save")
	p.sees("One entry needs another look")
	p.holds("Points per order")
	p.types("20")
	p.push("button", "Save")
	p.sees("Saved as version")
	p.holds("Points per order")

	p.admin("/faq", "en")
	const first = "Do I need an account to collect points?"
	p.push("button", "More for: "+first)
	p.holds("Hide…")
	p.press(input.ArrowUp, input.Enter) // the last: Move down
	p.until("it is the second", func() bool {
		return p.is("(name) => document.querySelectorAll('.faq-list h2')[1].innerText === name", first)
	})
	p.holds("More for: " + first)

	p.admin("/settings", "en")
	p.push("button", "Make a key")
	p.holds("Name")
	p.types("Till")
	p.press(input.Enter)
	p.find("heading", "Your new key")
	p.press(input.Escape)
	p.holds("Make a key")

	p.admin("/rewards", "en")
	p.push("button", "New reward")
	p.write("textbox", "Name", "A ticket")
	p.press(input.Escape)
	p.find("heading", "Leave without saving?")
	p.press(input.Escape)
	p.find("heading", "New reward")
	p.holds("Name")
}
