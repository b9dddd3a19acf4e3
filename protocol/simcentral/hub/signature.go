package hub

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"motcua/protocol/dossier"
)

// extract is a document that the ward has an officer of the kiosk's facility sign: of a
// birth or death that it has registered.
type extract struct {
	facility, kind, title, text string
	brought                     [32]byte // SHA-256 of what came of it; zero: nothing did
}

// signWithin is how long an officer has.
const signWithin = 24 * time.Hour

func (e *extract) document() [32]byte { return sha256.Sum256([]byte(e.text)) }

// extractOf makes the extract of a filing.
func extractOf(f filing, no string) *extract {
	e := &extract{facility: f.Facility, kind: "birth-extract", title: "Trích lục khai sinh " + f.paper()}
	name := "mẹ: "
	if f.Service == "C02" {
		e.kind, e.title, name = "death-extract", "Trích lục khai tử "+f.paper(), f.Form.DeceasedName
	} else if f.Form.Mother != nil {
		name += f.Form.Mother.Name
	}
	e.text = fmt.Sprintf("%s\n%s\n%s", e.title, name, no)
	return e
}

// registered: the ward has finished, so that there is something to sign.
func (m *matter) registered() (time.Time, bool) {
	first := m.Legs[0]
	return first.Since, first.State == dossier.Done
}

// asked tells what is to be signed at a facility, the oldest first.
func (h *Hub) asked(w http.ResponseWriter, r *http.Request) {
	tasks := []map[string]any{}
	ask := func(e *extract, since time.Time) {
		if e.facility != r.URL.Query().Get("facility") || e.brought != [32]byte{} || len(tasks) == tasksMost {
			return
		}
		doc := e.document()
		tasks = append(tasks, map[string]any{
			"document": hex.EncodeToString(doc[:]), "kind": e.kind, "title": e.title, "pages": 1, "due": since.Add(signWithin).UnixMilli(), "preview": e.text,
		})
	}
	for _, e := range h.extracts {
		ask(e, h.start)
	}
	for _, m := range h.order {
		if !h.work(w, m) {
			return
		}
		if since, there := m.registered(); there {
			ask(m.extract, since)
		}
	}
	answer(w, http.StatusOK, map[string]any{"tasks": tasks})
}

const tasksMost = 8 // in one answer

// brought takes a signature, or why there is none. It holds the signature against the
// document itself.
func (h *Hub) brought(w http.ResponseWriter, document string, body []byte) {
	var in struct {
		Officer     string `json:"officer"`
		Refused     string `json:"refused"`
		Algorithm   string `json:"algorithm"`
		Certificate []byte `json:"certificate"`
		Signature   []byte `json:"signature"`
	}
	if json.Unmarshal(body, &in) != nil || in.Officer == "" {
		refuse(w, http.StatusBadRequest, "signature", "")
		return
	}
	all := slices.Clone(h.extracts)
	for _, m := range h.order {
		all = append(all, m.extract)
	}
	var e *extract
	for _, one := range all {
		if doc := one.document(); hex.EncodeToString(doc[:]) == document {
			e = one
		}
	}
	digest := sha256.Sum256(body)
	switch {
	case e == nil:
		refuse(w, http.StatusNotFound, "document", "")
	case e.brought == digest:
		answer(w, http.StatusOK, map[string]any{"document": document})
	case e.brought != [32]byte{}:
		refuse(w, http.StatusConflict, "other-content", "")
	case in.Refused == "" && !signs(in.Algorithm, in.Certificate, e.text, in.Signature):
		refuse(w, http.StatusBadRequest, "signature", "")
	default:
		e.brought = digest
		if in.Refused == "" {
			h.signatures++
		}
		answer(w, http.StatusCreated, map[string]any{"document": document})
	}
}

// signs: the signature is the certificate's, over the document.
func signs(algorithm string, certificate []byte, text string, signature []byte) bool {
	ways := map[string]x509.SignatureAlgorithm{"ES256": x509.ECDSAWithSHA256, "PS256": x509.SHA256WithRSAPSS, "RS256": x509.SHA256WithRSA}
	c, err := x509.ParseCertificate(certificate)
	return err == nil && c.CheckSignature(ways[algorithm], []byte(text), signature) == nil
}

// Signatures tells how many the hub has taken.
func (h *Hub) Signatures() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.signatures
}
