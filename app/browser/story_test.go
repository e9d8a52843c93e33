package browser_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// words are what one language calls what the story needs. Names are those that a
// screen reader says.
type words struct {
	locale, lookAtRate, points, save, saved      string
	language, newShopper                         string
	about42, quantity, add, about128, toCheckout string
	place, thanks, thanksText                    string
	history, welcome50, usable170                string
	useButton, applied, off, keep, then          string
	redeemedBonus, howCame, exactly120           string
	tradeOff, many, whyEarned, order, back       string
	counted, rulesVersion, whyThese              string
}

var english = words{
	locale: "en", lookAtRate: "Look at the rate", points: "Points", save: "Save", saved: "Saved.",
	language: "English", newShopper: "Be somebody new",
	about42: "Brings about 42 points", quantity: "Quantity", add: "Add to cart", about128: "This order brings about 128 points", toCheckout: "To the checkout",
	place: "Place the order for…", thanks: "Thank you", thanksText: "This order brings about 128 points",
	history: "What happened to the points", welcome50: "50 points", usable170: "170 points",
	useButton: "Use", applied: "Points are used: €1.70 off with code", off: "−€1.70", keep: "Keep the points", then: "Goods then cost",
	redeemedBonus: "Redeemed bonus: −€1.70", howCame: "How the points came about", exactly120: "120 points",
	tradeOff: "Many points or few", many: "Use Many…", whyEarned: "Why Earned…", order: "Order…", back: "Everything went back.",
	counted: "Counted amount", rulesVersion: "Version of the rules", whyThese: "Why these points",
}

var german = words{
	locale: "de", lookAtRate: "Kurs ansehen", points: "Punkte", save: "Speichern", saved: "Gespeichert",
	language: "Deutsch", newShopper: "Jemand Neues sein",
	about42: "Bringt etwa 42 Punkte", quantity: "Menge", add: "In den Warenkorb", about128: "Diese Bestellung bringt etwa 128 Punkte", toCheckout: "Zur Kasse",
	place: "Für…", thanks: "Danke", thanksText: "Diese Bestellung bringt etwa 128 Punkte",
	history: "Was mit den Punkten geschah", welcome50: "50 Punkte", usable170: "170 Punkte",
	useButton: "Einlösen", applied: "Punkte eingelöst: 1,70 € weniger mit Code", off: "−1,70", keep: "Punkte behalten", then: "Die Waren kosten dann",
	redeemedBonus: "Eingelöster Bonus: −1,70", howCame: "Wie die Punkte zustande kamen", exactly120: "120 Punkte",
	tradeOff: "Viele Punkte oder wenige", many: "Übernehmen Viele…", whyEarned: "Warum Gesammelt…", order: "Bestellung…", back: "Alles ging zurück.",
	counted: "Gezählter Betrag", rulesVersion: "Version der Regeln", whyThese: "Warum diese Punkte",
}

// player is a visitor who uses the mouse, or the keyboard alone.
type player struct {
	*visitor
	keyboard bool
}

// push presses a button or opens a link.
func (p player) push(role, name string) {
	p.t.Helper()
	if !p.keyboard {
		p.click(role, name)
		return
	}
	p.tabTo(role, name)
	p.press(input.Enter)
}

// leave pushes what leads to another page of the shop, and waits until it is there.
func (p player) leave(role, name string) {
	p.t.Helper()
	p.value("() => { window.left = true; return '' }")
	p.push(role, name)
	p.until("another page is there", func() bool { return p.is("() => !window.left && document.readyState === 'complete'") })
}

// write replaces what is in a field.
func (p player) write(role, label, text string) {
	p.t.Helper()
	if !p.keyboard {
		p.fill(role, label, text)
		return
	}
	p.tabTo(role, label)
	p.types(text)
}

// again opens the page of the shop until the text is there: the host tells the app
// by webhooks, and the app tells the host when it comes to it.
func (p player) again(path, text string) {
	p.t.Helper()
	p.until(text+" is on "+path, func() bool {
		p.visit(path)
		return strings.Contains(p.text(), text)
	})
}

// The four together hold every pair of language, hand and width.
//
// covers: S4-07, S4-09, S4-11, S4-12, S4-15, S4-17, S4-19, S4-20, A-12, A-44, N-07
func TestTheWholeStoryInEnglishWithTheMouse(t *testing.T) {
	t.Parallel()
	play(t, english, desk, false)
}

// covers: S4-07, S4-11, S4-12, S4-15, S4-17, S4-19, S4-20, A-12, A-44, N-07
func TestTheWholeStoryInEnglishOnAPhoneWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	play(t, english, phone, true)
}

// covers: S4-07, S4-11, S4-12, S4-15, S4-17, S4-19, S4-20, A-12, A-44, N-07
func TestTheWholeStoryInGermanOnAPhone(t *testing.T) {
	t.Parallel()
	play(t, german, phone, false)
}

// covers: S4-07, S4-11, S4-12, S4-15, S4-17, S4-19, S4-20, A-12, A-44, N-07
func TestTheWholeStoryInGermanWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	play(t, german, desk, true)
}

// play goes from the set-up to the why-pages of the shopper and of the merchant.
func play(t *testing.T, w words, size screen, keyboard bool) {
	s := emptyShop(t)
	merchant := player{s.visitor(t, size), keyboard}
	merchant.doubleTheRate(w)
	shopper := player{s.visitor(t, size), keyboard}
	shopper.joinIn(w)
	shopper.fillCart(w)
	shopper.order(w)
	shopper.sees(w.thanksText)
	shopper.accessible("thank you")
	first := shopper.orderNumber()
	s.somebody(t).post("/clock", url.Values{"days": {"30"}})
	shopper.again("/account", w.usable170)
	shopper.readsReceipt(w, first)
	shopper.useAll(w)
	shopper.order(w)
	shopper.sees(w.redeemedBonus)
	second := shopper.orderNumber()
	s.somebody(t).post("/merchant/orders/"+second, url.Values{"do": {"refund-all"}})
	shopper.asksWhy(w)
	merchant.looksUp(w)
}

func (p player) doubleTheRate(w words) {
	p.admin("/setup", w.locale)
	p.push("link", w.lookAtRate)
	p.find("heading", w.tradeOff)
	p.find("button", w.many)
	p.write("spinbutton|textbox", w.points, "2")
	p.push("button", w.save)
	p.sees(w.saved)
	p.accessible("rates, saved")
}

func (p player) joinIn(w words) {
	p.visit("/demo")
	p.leave("button", w.language)
	p.leave("button", w.newShopper)
	p.again("/account", w.welcome50)
	p.accessible("account")
}

func (p player) fillCart(w words) {
	p.again("/products/espresso", w.about42)
	p.accessible("product")
	p.write("spinbutton", w.quantity, "3")
	p.leave("button", w.add)
	p.visit("/cart")
	p.sees(w.about128)
	p.accessible("cart")
}

func (p player) order(w words) {
	p.leave("button", w.toCheckout)
	p.find("heading", "Checkout|Kasse")
	p.accessible("checkout")
	p.leave("button", w.place)
	p.find("heading", w.thanks)
}

// orderNumber is the host's number of the order on the thank-you page.
func (p player) orderNumber() string {
	return match(p.t, `/thanks/(\d+)`, p.value("() => location.pathname"))
}

// useAll uses all points that the shopper has in a new cart.
func (p player) useAll(w words) {
	p.visit("/products/espresso")
	p.write("spinbutton", w.quantity, "3")
	p.leave("button", w.add)
	p.visit("/cart")
	p.sees(w.then)
	p.push("button", w.useButton)
	p.sees(w.applied, w.off)
	p.find("button", w.keep)
	p.accessible("cart with points used")
}

// readsReceipt opens how an order's points came about.
func (p player) readsReceipt(w words, order string) {
	p.visit("/account/orders/" + order)
	p.push("DisclosureTriangle", w.howCame)
	p.sees(w.exactly120)
	p.accessible("receipt")
	p.fits("receipt")
}

// asksWhy looks where the points came from and went to.
func (p player) asksWhy(w words) {
	p.until("the refund is in the history", func() bool {
		p.visit("/account")
		p.push("DisclosureTriangle", w.history)
		p.until("the history is there", func() bool { return p.is("() => !document.querySelector('[data-z=table]').hidden") })
		return strings.Contains(p.text(), "+170")
	})
	p.sees("−170", "+120", "+116", "−116", "+170")
	p.accessible("history")
	p.fits("history")
}

// looksUp opens the member, what an entry is based on, and both orders, as the
// merchant does whom a shopper asks.
func (p player) looksUp(w words) {
	var list struct {
		Items []struct {
			First string `json:"first_name"`
			Last  string `json:"last_name"`
		}
	}
	p.shop.ask(p.t, "/members?limit=1", &list)
	name := list.Items[0].First + " " + list.Items[0].Last
	p.admin("/members", w.locale)
	p.push("link", name)
	p.find("heading", name)
	p.settled()
	p.sees("+120", "+116", "+170")
	p.push("button", w.whyEarned)
	p.sees(w.counted, w.rulesVersion)
	p.accessible("why of an entry")
	p.push("link", w.order) // the one in the dialog: what lies behind it cannot be reached
	p.find("heading", w.whyThese)
	p.settled()
	p.sees(w.back)
	p.accessible("an order that went back")
	p.admin("/orders", w.locale)
	p.push("link", "#1001")
	p.find("heading", w.whyThese)
	p.sees(w.counted, w.rulesVersion)
	p.fits("an order")
	p.accessible("an order")
}
