package demoshop

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"

	"zugabe/app/platform/shopify/schema"
)

// adminSchema is the official Admin API schema, trimmed to what the app calls.
type adminSchema struct{ *ast.Schema }

var loadAdminSchema = sync.OnceValue(func() *adminSchema {
	return &adminSchema{gqlparser.MustLoadSchema(&ast.Source{Name: "admin.graphql", Input: schema.Admin})}
})

// prepare checks a request against the schema and returns the operation to run
// with its variables. The errors are what the host answers before it does anything.
func (a *adminSchema) prepare(query, name string, vars map[string]any) (*ast.OperationDefinition, map[string]any, gqlerror.List) {
	doc, errs := gqlparser.LoadQueryWithRules(a.Schema, query, nil)
	if len(errs) > 0 {
		return nil, nil, errs
	}
	op := doc.Operations.ForName(name)
	if op == nil || (name == "" && len(doc.Operations) != 1) {
		return nil, nil, gqlerror.List{gqlerror.Errorf("No operation named %q", name)}
	}
	if err := a.strict(op, vars); err != nil {
		return nil, nil, gqlerror.List{err}
	}
	values, err := validator.VariableValues(a.Schema, op, vars)
	if err != nil {
		return nil, nil, gqlerror.List{gqlerror.Wrap(err)}
	}
	if err := a.strict(op, values); err != nil {
		return nil, nil, gqlerror.List{err}
	}
	return op, values, nil
}

// strict repeats the check of the variables where gqlparser is more lenient than
// the host: @oneOf, numbers for strings and the reverse, the case of enum values.
func (a *adminSchema) strict(op *ast.OperationDefinition, vars map[string]any) *gqlerror.Error {
	for _, def := range op.VariableDefinitions {
		value, given := vars[def.Variable]
		if !given || value == nil {
			continue
		}
		if why := a.check(def.Type, value, nil); why != "" {
			return gqlerror.Errorf("Variable $%s of type %s was provided invalid value for %s", def.Variable, def.Type, why)
		}
	}
	return nil
}

func (a *adminSchema) check(t *ast.Type, value any, path []string) string {
	where := strings.Join(path, ".")
	if value == nil {
		if t.NonNull {
			return where + " (Expected value to not be null)"
		}
		return ""
	}
	if t.Elem != nil {
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		for i, v := range list {
			if why := a.check(t.Elem, v, append(slices.Clone(path), strconv.Itoa(i))); why != "" {
				return why
			}
		}
		return ""
	}
	def := a.Types[t.NamedType]
	switch def.Kind {
	case ast.Enum:
		s, ok := value.(string)
		if !ok || def.EnumValues.ForName(s) == nil {
			return where + " (Expected one of the values of " + def.Name + ")"
		}
	case ast.InputObject:
		return a.checkObject(def, value, path)
	default:
		if !scalarFits(def.Name, value) {
			return where + " (Could not coerce value to " + def.Name + ")"
		}
	}
	return ""
}

func (a *adminSchema) checkObject(def *ast.Definition, value any, path []string) string {
	where := strings.Join(path, ".")
	m, ok := value.(map[string]any)
	if !ok {
		return where + " (Expected an object)"
	}
	set := 0
	for name, v := range m {
		field := def.Fields.ForName(name)
		if field == nil {
			return strings.Join(append(slices.Clone(path), name), ".") + " (Field is not defined on " + def.Name + ")"
		}
		if v != nil {
			set++
		}
		if why := a.check(field.Type, v, append(slices.Clone(path), name)); why != "" {
			return why
		}
	}
	if isOneOf(def) && (set != 1 || len(m) != 1) {
		return where + " (Exactly one key must be given for the oneOf input " + def.Name + ")"
	}
	return ""
}

func isOneOf(def *ast.Definition) bool {
	return def.Directives.ForName("oneOf") != nil || slices.Contains(schema.OneOf, def.Name)
}

func scalarFits(name string, value any) bool {
	switch name {
	case "Int":
		_, s := value.(string)
		return !s && wholeNumber(value)
	case "Float":
		return isNumber(value)
	case "Boolean":
		_, ok := value.(bool)
		return ok
	case "ID":
		_, ok := value.(string)
		return ok || wholeNumber(value)
	case "DateTime":
		s, ok := value.(string)
		_, err := time.Parse(time.RFC3339, s)
		return ok && err == nil
	case "Decimal", "Money":
		text := decimalText(value)
		_, err := strconv.ParseFloat(text, 64)
		return err == nil && strings.Trim(text, "0123456789.-") == ""
	case "UnsignedInt64":
		_, err := strconv.ParseUint(decimalText(value), 10, 64)
		return err == nil
	case "JSON":
		return true
	}
	_, ok := value.(string)
	return ok
}

func isNumber(v any) bool {
	switch v.(type) {
	case json.Number, int64, int, float64:
		return true
	}
	return false
}

func wholeNumber(v any) bool {
	if !isNumber(v) {
		return false
	}
	_, err := strconv.ParseInt(decimalText(v), 10, 64)
	return err == nil
}

// decimalText is a number or a string as written, without an exponent.
func decimalText(v any) string {
	switch n := v.(type) {
	case string:
		return n
	case json.Number:
		return n.String()
	case int64:
		return strconv.FormatInt(n, 10)
	case int:
		return strconv.Itoa(n)
	case float64:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return "?"
}
