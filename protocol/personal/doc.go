// Package personal keeps people out of every text that a program writes without
// meaning to: fmt with any verb, encoding/json, log/slog. A type that holds
// something about a person embeds [Masked]; whoever needs a field names it.
//
// The package knows no such type and imports nothing of this module.
package personal
