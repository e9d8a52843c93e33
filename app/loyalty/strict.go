package loyalty

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// DecodeStrict reads one JSON document into T. A field that T does not have, a
// value of the wrong kind and anything after the document are CodeInvalid with
// the field's name where Go tells it: a misspelt setting must not be ignored
// silently, because it would look saved.
func DecodeStrict[T any](raw []byte) (T, error) {
	var v T
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		var zero T
		return zero, jsonError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		var zero T
		return zero, Invalid("body", "has something after its end")
	}
	return v, nil
}

func jsonError(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return Invalid(kind.Field, "has a value of the wrong kind")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return Invalid(strings.Trim(name, `"`), "is not a known field")
	}
	return Invalid("body", "is not the JSON document that is expected here")
}
