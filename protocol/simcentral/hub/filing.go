package hub

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/simcentral"
)

// filing is a dossier as it is put.
type filing struct {
	Service   string `json:"service"`   // C01 or C02
	Reference string `json:"reference"` // the gateway's number
	Facility  string `json:"facility"`  // where it was filed
	Filed     int64  `json:"filed"`     // when the gateway got it, unix milliseconds
	Informant person `json:"informant"`
	Form      form   `json:"form"`
}

type person struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Birth  string `json:"birth"`
}

// form is what the hub looks at of the forms of C01 and C02.
type form struct {
	Mother         *person `json:"mother"`
	Father         *person `json:"father"`
	Certificate    string  `json:"certificate_no"`
	DeceasedNumber string  `json:"deceased_number"`
	DeceasedName   string  `json:"deceased_name"`
	DeceasedBirth  string  `json:"deceased_birth"`
	Notice         string  `json:"notice"`
	Procedures     string  `json:"procedures"`
}

func (f filing) kind() dossier.Kind {
	if f.Service == "C01" {
		return dossier.Birth
	}
	return dossier.Kind("death-" + f.Form.Procedures)
}

// paper is the number by which a scenario knows the case.
func (f filing) paper() string {
	if f.Service == "C01" {
		return f.Form.Certificate
	}
	return f.Form.Notice
}

// differs finds the first person of whom the population register says something else.
func (f filing) differs(register simcentral.Population) (about string, d simcentral.Discrepancy) {
	people := []struct {
		about string
		*person
	}{{"informant", &f.Informant}, {"mother", f.Form.Mother}, {"father", f.Form.Father}}
	if f.Service == "C02" {
		people = append(people, struct {
			about string
			*person
		}{"deceased", &person{f.Form.DeceasedNumber, f.Form.DeceasedName, f.Form.DeceasedBirth}})
	}
	for _, p := range people {
		if p.person == nil {
			continue
		}
		if d := register.Check(p.Number, p.Name, p.Birth); d != "" {
			return p.about, d
		}
	}
	return "", ""
}

// file takes a dossier under a key, or finds the one that was put under it.
func (h *Hub) file(w http.ResponseWriter, key string, body []byte) {
	var f filing
	if json.Unmarshal(body, &f) != nil || f.Reference == "" || f.Informant.Number == "" {
		refuse(w, http.StatusBadRequest, "filing", "")
		return
	}
	digest := sha256.Sum256(body)
	if m, known := h.byKey[key]; known {
		if m.digest != digest {
			refuse(w, http.StatusConflict, "other-content", "")
			return
		}
		answer(w, http.StatusOK, m.receipt())
		return
	}
	if about, d := f.differs(h.scenario.Register); d != "" {
		refuse(w, http.StatusUnprocessableEntity, string(d), about)
		return
	}
	d, err := dossier.File(f.kind(), h.now(), h.calendar)
	if err != nil {
		refuse(w, http.StatusBadRequest, "kind", "")
		return
	}
	m := &matter{
		Dossier: d, no: fmt.Sprintf("LT-%s-%06d", h.now().Format("060102"), len(h.byKey)+1), digest: digest, filed: h.now(),
		plot: h.scenario.Cases[f.paper()], supplied: map[string]time.Time{},
	}
	m.note(m.Legs[0], "")
	m.extract = extractOf(f, m.no)
	h.byKey[key], h.byNo[m.no], h.order = m, m, append(h.order, m)
	answer(w, http.StatusCreated, m.receipt())
}

func (m *matter) receipt() map[string]any {
	return map[string]any{"dossier": m.no, "received": m.filed.UnixMilli()}
}

// supply takes what an agency misses.
func (h *Hub) supply(w http.ResponseWriter, m *matter, key string, body []byte) {
	var in struct {
		Item      string            `json:"item"`
		Handed    string            `json:"handed"` // counter, or the documents are named
		Documents []json.RawMessage `json:"documents"`
	}
	if json.Unmarshal(body, &in) != nil || in.Item == "" || in.Handed != "counter" && len(in.Documents) == 0 {
		refuse(w, http.StatusBadRequest, "supplement", "")
		return
	}
	if h.supplements[key] {
		answer(w, http.StatusOK, map[string]any{"dossier": m.no})
		return
	}
	ask := m.plot.Supplement
	if ask == nil || ask.Item != in.Item || len(m.Missing()) == 0 {
		refuse(w, http.StatusConflict, "not-missing", "")
		return
	}
	m.supplied[in.Item], h.supplements[key] = h.now(), true
	answer(w, http.StatusCreated, map[string]any{"dossier": m.no})
}

// draft keeps what a hospital has begun, for whoever brings its token.
func (h *Hub) draft(w http.ResponseWriter, token string, body []byte) {
	digest := sha256.Sum256(body)
	switch known, there := h.drafts[token]; {
	case !there:
		h.drafts[token] = digest
		answer(w, http.StatusCreated, map[string]any{"draft": token})
	case known != digest:
		refuse(w, http.StatusConflict, "other-content", "")
	default:
		answer(w, http.StatusOK, map[string]any{"draft": token})
	}
}
