package browser_test

import (
	"strings"
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
	must(t, p.page.KeyActions().Press(input.ControlLeft).Type(input.KeyZ).Do())
	p.sees("Undone.")
	p.until("the rate is the one before", func() bool { return p.is("() => document.getElementById('field-earnPoints').value === '1'") })
	p.holds("Save")
	p.tabTo("button", "Close")
	p.press(input.Tab) // out of the page, where the message that was left fades away
	p.value("async () => { await new Promise((done) => setTimeout(done, 1)); document.querySelector('.toast button[aria-label]').click(); return '' }")
	p.until("the message is gone", func() bool { return p.is("() => !document.querySelector('.toast')") })
	if now := p.focused(); !strings.HasPrefix(now, "BODY") {
		t.Errorf("whoever has left the page is fetched back to %s", now)
	}

	p.makesAndDropsARule()

	p.admin("/referrals", "en")
	p.write("textbox", "Friends of one member within 24 hours", "7")
	p.press(input.Enter)
	p.sees("Saved")
	p.until("there is nothing more to save", func() bool { return p.is("() => document.querySelector('main [type=submit]').disabled") })
	p.holds("Friends of one member within 24 hours")

	p.aVoucherByKeys()

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

// Whoever walks a long list with the keys alone skips its rows or goes along them, takes
// back what was saved in vain, and hears what each field of a dialog is for.
func TestTheKeysSkipLongListsAndTakeBackWhatWasSaved(t *testing.T) {
	t.Parallel()
	p := player{fullShop(t).visitor(t, desk), true}

	p.admin("/movements", "en")
	p.push("button", "Past the list to its pages")
	p.holds("Next")
	p.press(input.Enter)
	p.find("button", "Previous")
	p.holds("Next")
	p.value("() => { document.querySelector('tbody a.row-link').focus(); return '' }")
	p.press(input.End, input.ArrowUp)
	if at := p.value("() => String([...document.querySelectorAll('tbody tr')].indexOf(document.activeElement.closest('tr')))"); at != "48" {
		t.Errorf("End and up lead to row %s of 50", at)
	}

	p.push("link", p.value("() => document.activeElement.innerText"))
	p.find("dialog", "…")
	p.press(input.Escape)
	p.noDialog()
	p.push("button", "Give or take points")
	p.find("heading", "Give or take points")
	if unnamed := p.value("() => [...document.querySelectorAll('dialog[open] input')].filter((e) => !e.labels.length).map((e) => e.name).join()"); unnamed != "" {
		t.Errorf("nobody hears what the fields %s of the dialog are for", unnamed)
	}
	p.press(input.Escape)
	p.noDialog()
}

// makesAndDropsARule saves a rule, after trying in vain, and takes back that it was deleted.
func (p player) makesAndDropsARule() {
	p.t.Helper()
	p.admin("/rules/new?kind=per_order", "en")
	p.push("button", "Save")
	p.sees("One entry needs another look")
	p.holds("Points per order")
	p.types("20")
	p.push("button", "Save")
	p.sees("Saved as version")
	p.holds("Points per order")
	p.tabTo("button", "Add a limit")
	must(p.t, p.page.KeyActions().Press(input.ControlLeft).Type(input.Enter).Do())
	p.holds("Add a limit")
	if p.first("group", "Limit 1") != nil {
		p.t.Error("Ctrl+Enter presses the button that has the focus too")
	}
	p.push("button", "More actions")
	p.holds("Move up")
	p.press(input.End, input.Enter) // the last: Delete
	p.find("heading", "Delete ‘Points per order’?")
	p.push("button", "Delete")
	p.sees("‘Points per order’ was deleted.")
	p.until("it is gone", func() bool {
		return p.first("heading", "Earning rules") != nil && p.first("link", "Points per order") == nil
	})
	must(p.t, p.page.KeyActions().Press(input.ControlLeft).Type(input.KeyZ).Do())
	p.find("link", "Points per order")
}

// aVoucherByKeys fills in the form of a voucher: a new line has the focus, what was removed or
// discarded is nowhere left, and a name that is not chosen is never taken for an empty field.
func (p player) aVoucherByKeys() {
	p.t.Helper()
	p.allow("/api/admin/v1/vouchers/check") // of a draft that is not complete yet
	p.admin("/vouchers/new", "en")
	p.push("button", "Only at certain hours")
	p.holds("Mon")
	p.write("textbox", "From", "17:00")
	p.push("button", "Only at certain hours")
	p.holds("Mon")
	p.push("button", "Remove Hours 1")
	p.until("the hours are those of the line that is left", func() bool {
		return p.is("() => document.querySelector('.windows input[type=text]').value === '18:00'")
	})
	p.write("textbox", "Amount", "5")
	p.push("button", "Discard changes")
	p.until("nothing of it is left", func() bool {
		return p.is("() => document.querySelector('[name=minor]').value === '' && !document.querySelector('.windows')")
	})

	p.write("textbox", "Name", "For one of us")
	p.write("textbox", "Amount", "5")
	p.value("() => { document.querySelector('[name=\"who.members\"]').closest('details').open = true; return '' }")
	p.write("textbox", "Chosen customers…", "nobody here")
	p.press(input.Enter)
	p.sees("“nobody here” is not chosen yet")
	p.push("button", "Save the draft")
	p.holds("Chosen customers…")
	p.types("")
	p.press(input.Backspace)
	p.push("button", "Save the draft")
	p.sees("The draft is saved", "Codes that work")
}
