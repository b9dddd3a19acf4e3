package catalogue

import (
	"encoding/hex"

	"motcua/protocol/request"
)

// Plain are the values of a form as the published schemas describe them, for whoever
// passes them on as JSON. They are no longer masked.
func Plain(values map[string]request.Value) map[string]any {
	all := map[string]any{}
	for id, v := range values {
		all[id] = plain(v)
	}
	return all
}

func plain(v request.Value) any {
	if text, ok := v.Text(); ok {
		return text
	}
	if n, ok := v.Number(); ok {
		return float64(n)
	}
	if yes, ok := v.YesNo(); ok {
		return yes
	}
	entries := []any{}
	if list, ok := v.List(); ok {
		for _, s := range list {
			entries = append(entries, s)
		}
		return entries
	}
	if p, ok := v.Person(); ok {
		return map[string]any{"number": p.Number, "name": p.Name, "birth": p.Birth, "sex": p.Sex}
	}
	list, _ := v.Attachments()
	for _, a := range list {
		entries = append(entries, map[string]any{"sha256": hex.EncodeToString(a.SHA256[:]), "size": float64(a.Size), "type": a.Type})
	}
	return entries
}
