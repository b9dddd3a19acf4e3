package linked

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"motcua/protocol/gateway/remote"
	"motcua/protocol/gateway/signing"
	"motcua/protocol/request"
)

// Asked implements signing.Hub.
func (h *Hub) Asked(ctx context.Context, facility string) ([]signing.Asked, error) {
	b, err := h.ask(ctx, remote.Question{Method: http.MethodGet, Path: "/v1/signatures", Query: url.Values{"facility": {facility}}})
	if err != nil {
		return nil, err
	}
	return decodeAsked(b)
}

// Bring implements signing.Hub: the document is the key, so that a second try makes no
// second signature.
func (h *Hub) Bring(ctx context.Context, d signing.Deed) error {
	body := map[string]any{"officer": d.Officer}
	if d.Algorithm == "" {
		body["refused"] = d.Reason
	} else {
		body["algorithm"], body["certificate"], body["signature"], body["signed_at"] = d.Algorithm, d.Certificate, d.Signature, d.SignedAt
	}
	_, err := h.ask(ctx, remote.Question{Method: http.MethodPut, Path: "/v1/signatures/" + d.Document.String(), Body: body})
	if _, no := errors.AsType[*refusal](err); no {
		return fmt.Errorf("%w: %w", signing.ErrNotTaken, err)
	}
	return err
}

// decodeAsked reads what is to be signed, as far as an answer holds it.
func decodeAsked(b []byte) ([]signing.Asked, error) {
	var w struct {
		Tasks []struct {
			Document string `json:"document"`
			Kind     string `json:"kind"`
			Title    string `json:"title"`
			Pages    uint32 `json:"pages"`
			Due      int64  `json:"due"`
			Preview  string `json:"preview"`
		} `json:"tasks"`
	}
	if err := decode(b, &w); err != nil || len(w.Tasks) > request.MaxSignTasks {
		return nil, errAnswer
	}
	var all []signing.Asked
	for _, t := range w.Tasks {
		a := signing.Asked{Kind: t.Kind, Title: t.Title, Pages: t.Pages, Due: t.Due, Preview: t.Preview}
		n, err := hex.Decode(a.Document[:], []byte(t.Document[:min(len(t.Document), 2*len(a.Document))]))
		switch {
		case err != nil, n != len(a.Document), len(t.Document) != 2*n, !isName(t.Kind), t.Pages > request.MaxSignPages, t.Due != 0 && !isInstant(t.Due):
			return nil, errAnswer
		case len(t.Title) > 200, len(t.Preview) > request.MaxPreview, unwritable(t.Title), unwritable(strings.ReplaceAll(t.Preview, "\n", "")):
			return nil, errAnswer
		}
		all = append(all, a)
	}
	return all, nil
}

// unwritable: it has something that is no letter, digit, sign or space.
func unwritable(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) })
}
