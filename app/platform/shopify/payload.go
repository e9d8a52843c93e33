package shopify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"zugabe/app/platform"
)

// The forms in which webhooks carry values. Ids exceed 2^53, so they are never
// read as floats; amounts are strings in most places and numbers in some.

// id reads 123, "123" or "gid://shopify/Order/123" as "123"; null as "".
type id string

func (i *id) UnmarshalJSON(b []byte) error {
	text, err := scalar(b)
	if err != nil {
		return err
	}
	if text = bare(text); text != "" && !isKey(text) {
		return fmt.Errorf("%q is not an id", text)
	}
	*i = id(text)
	return nil
}

// decimal reads "12.34" or 12.34 as written; null as "0".
type decimal string

func (d *decimal) UnmarshalJSON(b []byte) error {
	text, err := scalar(b)
	if err != nil {
		return err
	}
	if text == "" {
		text = "0"
	}
	*d = decimal(text)
	return nil
}

func (d decimal) text() string {
	if d == "" {
		return "0"
	}
	return string(d)
}

// scalar is the text of a JSON string or number; null is empty.
func scalar(b []byte) (string, error) {
	switch {
	case string(b) == "null":
		return "", nil
	case len(b) > 0 && b[0] == '"':
		var s string
		err := json.Unmarshal(b, &s)
		return s, err
	case len(b) > 0 && (b[0] == '-' || (b[0] >= '0' && b[0] <= '9')):
		return string(b), nil
	}
	return "", fmt.Errorf("neither text nor number")
}

// stamp reads an ISO 8601 time as Unix ms; null and "" as 0.
type stamp int64

func (s *stamp) UnmarshalJSON(b []byte) error {
	text, err := scalar(b)
	if err != nil || text == "" {
		return err
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return err
	}
	*s = stamp(t.UnixMilli())
	return nil
}

// word reads a string, or null as "".
type word string

func (w *word) UnmarshalJSON(b []byte) error {
	text, err := scalar(b)
	*w = word(strings.ToValidUTF8(text, "\uFFFD"))
	return err
}

// hint reads a text that nothing hangs on: whatever else stands there is "".
type hint string

func (h *hint) UnmarshalJSON(b []byte) error {
	var w word
	if err := w.UnmarshalJSON(b); err == nil {
		*h = hint(w)
	}
	return nil
}

// decode reads a body into v or says that it is malformed. Unknown fields are the host's right (D18).
func decode(body []byte, v any) error {
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return fmt.Errorf("%w: not a JSON object", platform.ErrMalformed)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%w: %s", platform.ErrMalformed, err)
	}
	return nil
}

func missing(what string) error { return fmt.Errorf("%w: no %s", platform.ErrMalformed, what) }
