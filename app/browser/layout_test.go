package browser_test

import "encoding/json"

// fits checks the arrangement, once the page has come to rest: no scrolling sideways, a menu and a page beside or
// below one another, one main heading that is in sight, every control large
// enough to be hit and not under another one.
func (v *visitor) fits(where string) {
	v.t.Helper()
	var found []string
	if wait("the page fits", patience, func() (bool, error) {
		found = v.misplaced()
		return len(found) == 0, nil
	}) == nil {
		return
	}
	for _, wrong := range found {
		v.t.Errorf("%s: %s", where, wrong)
	}
}

func (v *visitor) misplaced() (found []string) {
	v.t.Helper()
	must(v.t, json.Unmarshal([]byte(v.value(`() => {
		const wrong = [];
		const root = document.scrollingElement;
		root.scrollTop = 0; // a page may have scrolled to what went wrong, below a bar that stays
		if (root.scrollWidth > root.clientWidth) {
			const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && getComputedStyle(e).position !== 'fixed');
			wrong.push('wider than the window: ' + root.scrollWidth + ' > ' + root.clientWidth + ' by ' + wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(' | '));
		}
		const box = (e) => e && e.checkVisibility() ? e.getBoundingClientRect() : null;
		const over = (a, b) => a && b && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
		const main = document.querySelector('main');
		for (const part of ['nav', '.topbar', 'header']) {
			for (const e of document.querySelectorAll(part)) {
				if (!main.contains(e) && over(box(e), box(main))) wrong.push(part + ' lies over main');
			}
		}
		const headings = [...document.querySelectorAll('h1')].filter((e) => e.checkVisibility());
		if (headings.length !== 1) wrong.push(headings.length + ' main headings');
		else if (!headings[0].textContent.trim()) wrong.push('an empty heading');
		// A bar that stays in sight while the rest scrolls lies over it by intent.
		const stays = (e) => { for (; e; e = e.parentElement) if (/sticky|fixed/.test(getComputedStyle(e).position)) return true; return false };
		const controls = [...document.querySelectorAll('main a[href], main button, main input, main select, main textarea')].filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && !stays(e));
		const boxes = controls.map((e) => e.getBoundingClientRect());
		controls.forEach((a, i) => controls.slice(i + 1).forEach((b, n) => {
			if (!a.contains(b) && !b.contains(a) && over(boxes[i], boxes[i + 1 + n])) wrong.push(a.outerHTML.slice(0, 100) + ' lies over ' + b.outerHTML.slice(0, 100));
		}));
		return JSON.stringify(wrong.slice(0, 5));
	}`)), &found))
	return found
}
