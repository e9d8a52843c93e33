package schema

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Request is a GraphQL request as it comes over the wire; variables are decoded with json.Number or plain.
type Request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

// Check refuses a request that the official schema refuses: unknown fields,
// wrong variables, an input of which not exactly one field is set. It returns
// the operation to execute and its coerced variables.
func Check(s *ast.Schema, r Request) (*ast.OperationDefinition, map[string]any, gqlerror.List) {
	doc, errs := gqlparser.LoadQueryWithRules(s, r.Query, rules.NewDefaultRules())
	if len(errs) > 0 {
		return nil, nil, errs
	}
	op := doc.Operations.ForName(r.OperationName)
	if op == nil {
		return nil, nil, gqlerror.List{gqlerror.Errorf("no operation named %q", r.OperationName)}
	}
	vars, err := validator.VariableValues(s, op, r.Variables)
	if err != nil {
		return nil, nil, gqlerror.List{gqlerror.WrapIfUnwrapped(err)}
	}
	for _, v := range op.VariableDefinitions {
		if err := checkOneOf(s, v.Type, vars[v.Variable]); err != nil {
			return nil, nil, gqlerror.List{gqlerror.WrapIfUnwrapped(err)}
		}
	}
	return op, vars, nil
}

func checkOneOf(s *ast.Schema, t *ast.Type, value any) error {
	if list, ok := value.([]any); ok {
		for _, v := range list {
			if err := checkOneOf(s, t.Elem, v); err != nil {
				return err
			}
		}
		return nil
	}
	def := s.Types[t.Name()]
	fields, ok := value.(map[string]any)
	if !ok || def == nil || def.Kind != ast.InputObject {
		return nil
	}
	if slices.Contains(OneOf, def.Name) {
		if err := exactlyOne(def.Name, fields); err != nil {
			return err
		}
	}
	for _, f := range def.Fields {
		if err := checkOneOf(s, f.Type, fields[f.Name]); err != nil {
			return err
		}
	}
	return nil
}

func exactlyOne(name string, fields map[string]any) error {
	if len(fields) != 1 {
		return fmt.Errorf("exactly one field of %s must be set, got %d", name, len(fields))
	}
	for key, v := range fields {
		if v == nil {
			return fmt.Errorf("field %s of %s must not be null", key, name)
		}
	}
	return nil
}
