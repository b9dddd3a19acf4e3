package personal

import (
	"fmt"
	"io"
	"log/slog"
)

// word stands in place of a value.
const word = "[personal]"

// Masked gives the struct that embeds it the methods by which it writes itself
// as a word. It must be the only embedded type with such methods.
type Masked struct{}

// String masks the value.
func (Masked) String() string { return word }

// Format masks the value for every verb of fmt.
func (Masked) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, word) }

// LogValue masks the value in logs.
func (Masked) LogValue() slog.Value { return slog.StringValue(word) }

// MarshalJSON masks the value in JSON.
func (Masked) MarshalJSON() ([]byte, error) { return []byte(`"` + word + `"`), nil }
