package browser_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// find waits for the one element with this role and name, as somebody with a
// screen reader finds it. A name that ends with … stands for its beginning.
func (v *visitor) find(role, name string) *rod.Element {
	v.t.Helper()
	var found *rod.Element
	v.until(fmt.Sprintf("there is the %s %q", role, name), func() bool {
		found = v.first(role, name)
		return found != nil
	})
	return found
}

// first is such an element as it is now, nil if there is none.
func (v *visitor) first(role, name string) *rod.Element {
	if one, other, two := strings.Cut(role, "|"); two {
		if e := v.first(one, name); e != nil {
			return e
		}
		return v.first(other, name)
	}
	document, err := v.in.Evaluate(rod.Eval("() => document").ByObject())
	if err != nil {
		return nil
	}
	tree, err := proto.AccessibilityQueryAXTree{ObjectID: document.ObjectID, Role: role}.Call(v.page)
	if err != nil {
		return nil
	}
	for _, node := range tree.Nodes {
		if node.Ignored || node.Name == nil || !named(node.Name.Value.Str(), name) {
			continue
		}
		if e, err := v.in.ElementFromNode(&proto.DOMNode{BackendNodeID: node.BackendDOMNodeID}); err == nil {
			return e
		}
	}
	return nil
}

// named compares names. Several are divided by |.
func named(has, want string) bool {
	if one, others, several := strings.Cut(want, "|"); several {
		return named(has, one) || named(has, others)
	}
	has = strings.Join(strings.Fields(has), " ")
	if start, cut := strings.CutSuffix(want, "…"); cut {
		return strings.HasPrefix(has, start)
	}
	return has == want
}

// click presses a button, a link, a box with the mouse, once it lies still and
// nothing covers it. What is replaced before that is looked for again.
func (v *visitor) click(role, name string) {
	v.t.Helper()
	var last error
	err := wait("the mouse reaches the "+role+" "+name, patience, func() (bool, error) {
		var at proto.Point
		if at, last = reach(v.find(role, name).Timeout(3 * time.Second)); last != nil {
			return false, nil
		}
		if err := v.page.Mouse.MoveTo(at); err != nil {
			return false, err
		}
		return true, v.page.Mouse.Click(proto.InputMouseButtonLeft, 1)
	})
	if err != nil {
		v.t.Fatalf("%v: %v", err, last)
	}
}

// reach is where the mouse hits the element. Elements that CSS adds to it are it, too.
func reach(e *rod.Element) (at proto.Point, err error) {
	if err := e.ScrollIntoView(); err != nil { // waits until it lies still
		return at, err
	}
	shape, err := e.Shape()
	if err != nil {
		return at, err
	}
	if len(shape.Quads) == 0 {
		return at, errors.New("it has no place on the page")
	}
	free, err := e.Eval(`() => {
		const box = this.getClientRects()[0];
		const hit = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
		return this.disabled ? 'it is disabled' : this.contains(hit) ? '' : 'it is covered by ' + (hit?.outerHTML ?? 'nothing').slice(0, 200);
	}`)
	if err != nil {
		return at, err
	}
	if why := free.Value.Str(); why != "" {
		return at, errors.New(why)
	}
	return shape.Quads[0].Center(), nil
}

// fill replaces what is in a field.
func (v *visitor) fill(role, label, text string) {
	v.t.Helper()
	e := v.find(role, label)
	must(v.t, e.SelectAllText())
	must(v.t, e.Input(text))
}

// tabTo goes on with the Tab key until the element has the focus, as somebody
// without a mouse does, and checks that the focus can be seen on the way.
func (v *visitor) tabTo(role, name string) {
	v.t.Helper()
	wanted := v.find(role, name)
	for range 120 {
		got, err := wanted.Eval("() => document.activeElement === this")
		must(v.t, err)
		if got.Value.Bool() {
			return
		}
		v.press(input.Tab)
	}
	v.t.Fatalf("the Tab key does not come to the %s %q", role, name)
}

// types replaces what is in the field that has the focus.
func (v *visitor) types(text string) {
	v.t.Helper()
	must(v.t, v.page.KeyActions().Press(input.ControlLeft).Type(input.KeyA).Release(input.ControlLeft).Do())
	must(v.t, v.page.InsertText(text))
}
