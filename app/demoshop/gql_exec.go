package demoshop

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// obj is a value of an object type; fields hold plain values, other objects,
// lists of them, or a func(args) that makes one when it is asked for.
type obj struct {
	typ string
	f   map[string]any
}

type args map[string]any

// execution runs one checked operation.
type execution struct {
	schema *adminSchema
	vars   map[string]any
	errs   gqlerror.List
	cost   int
}

// run answers an operation on root. A null where the schema forbids one takes its
// parent with it, up to the whole answer.
func (e *execution) run(op *ast.OperationDefinition, root *obj) map[string]any {
	data, ok := e.object(op.SelectionSet, root, ast.Path{})
	if !ok {
		return nil
	}
	return data
}

type slot struct {
	name   string
	fields []*ast.Field
}

// collect merges the selections that apply to the object's type by their answer name.
func (e *execution) collect(set ast.SelectionSet, typ string, into []*slot) []*slot {
	for _, sel := range set {
		switch s := sel.(type) {
		case *ast.Field:
			if e.skipped(s.Directives) {
				continue
			}
			into = addSlot(into, s)
		case *ast.InlineFragment:
			if !e.skipped(s.Directives) && (s.TypeCondition == "" || e.applies(s.TypeCondition, typ)) {
				into = e.collect(s.SelectionSet, typ, into)
			}
		case *ast.FragmentSpread:
			if !e.skipped(s.Directives) && e.applies(s.Definition.TypeCondition, typ) {
				into = e.collect(s.Definition.SelectionSet, typ, into)
			}
		}
	}
	return into
}

func addSlot(into []*slot, f *ast.Field) []*slot {
	for _, have := range into {
		if have.name == f.Alias {
			have.fields = append(have.fields, f)
			return into
		}
	}
	return append(into, &slot{name: f.Alias, fields: []*ast.Field{f}})
}

func (e *execution) applies(condition, typ string) bool {
	if condition == typ {
		return true
	}
	def := e.schema.Types[typ]
	for _, p := range e.schema.GetPossibleTypes(e.schema.Types[condition]) {
		if p == def {
			return true
		}
	}
	return false
}

func (e *execution) skipped(ds ast.DirectiveList) bool {
	if d := ds.ForName("skip"); d != nil && d.ArgumentMap(e.vars)["if"] == true {
		return true
	}
	d := ds.ForName("include")
	return d != nil && d.ArgumentMap(e.vars)["if"] == false
}

func (e *execution) object(set ast.SelectionSet, o *obj, path ast.Path) (map[string]any, bool) {
	out := map[string]any{}
	e.cost++
	for _, s := range e.collect(set, o.typ, nil) {
		field := s.fields[0]
		if field.Name == "__typename" {
			out[s.name] = o.typ
			continue
		}
		at := append(append(ast.Path{}, path...), ast.PathName(s.name))
		v, ok := e.field(o, s.fields, at)
		if !ok {
			return nil, false
		}
		out[s.name] = v
	}
	return out, true
}

func (e *execution) field(o *obj, fields []*ast.Field, path ast.Path) (any, bool) {
	def := e.schema.Types[o.typ].Fields.ForName(fields[0].Name)
	if def == nil {
		e.fail(path, "the demo shop made a %s, which has no field %s", o.typ, fields[0].Name)
		return nil, false
	}
	value, known := o.f[def.Name]
	if !known {
		e.fail(path, "the demo shop does not keep %s.%s", o.typ, def.Name)
	}
	if fn, ok := value.(func(args) any); ok {
		value = fn(fields[0].ArgumentMap(e.vars))
	}
	var set ast.SelectionSet
	for _, f := range fields {
		set = append(set, f.SelectionSet...)
	}
	return e.complete(def.Type, set, value, path)
}

func (e *execution) complete(t *ast.Type, set ast.SelectionSet, value any, path ast.Path) (any, bool) {
	if err, ok := value.(error); ok {
		e.fail(path, "%s", err)
		value = nil
	}
	if o, ok := value.(*obj); ok && o == nil {
		value = nil
	}
	if value == nil {
		if t.NonNull {
			e.fail(path, "Cannot return null for non-nullable field")
		}
		return nil, !t.NonNull
	}
	if t.Elem != nil {
		return e.list(t, set, value, path)
	}
	o, ok := value.(*obj)
	if !ok {
		return value, true
	}
	out, ok := e.object(set, o, path)
	if !ok {
		return nil, !t.NonNull
	}
	return out, true
}

func (e *execution) list(t *ast.Type, set ast.SelectionSet, value any, path ast.Path) (any, bool) {
	items, err := asList(value)
	if err != nil {
		e.fail(path, "%s", err)
		return nil, !t.NonNull
	}
	out := make([]any, 0, len(items))
	for i, item := range items {
		v, ok := e.complete(t.Elem, set, item, append(append(ast.Path{}, path...), ast.PathIndex(i)))
		if !ok {
			return nil, !t.NonNull
		}
		out = append(out, v)
	}
	return out, true
}

func asList(value any) ([]any, error) {
	switch l := value.(type) {
	case []any:
		return l, nil
	case []*obj:
		out := make([]any, len(l))
		for i := range l {
			out[i] = l[i]
		}
		return out, nil
	case []string:
		out := make([]any, len(l))
		for i := range l {
			out[i] = l[i]
		}
		return out, nil
	}
	return nil, fmt.Errorf("the demo shop made a %T where a list belongs", value)
}

func (e *execution) fail(path ast.Path, format string, a ...any) {
	e.errs = append(e.errs, gqlerror.ErrorPathf(path, format, a...))
}
