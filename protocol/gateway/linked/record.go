package linked

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/gateway"
	"motcua/protocol/request"
	"motcua/protocol/workday"
)

// ref names the request that a dossier began with.
type ref struct {
	device string
	id     request.ID
}

func (r ref) String() string { return r.device + "/" + r.id.String() }

// MarshalText implements encoding.TextMarshaler.
func (r ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *ref) UnmarshalText(b []byte) (err error) {
	device, id, _ := strings.Cut(string(b), "/")
	r.device = device
	r.id, err = request.ParseID(id)
	return err
}

func refOf(r gateway.Request) ref { return ref{r.Outer.Device, r.Outer.ID} }

// record is what is kept of a dossier. It names nobody.
type record struct {
	Ref     ref       `json:"ref"`
	No      string    `json:"no"`
	Service string    `json:"service"`
	Filed   time.Time `json:"filed"`
	// Try counts the dossiers about the same: one that was rejected may be filed anew.
	Try    int            `json:"try"`
	Matter dossier.Record `json:"matter"`
	// People are the keyed hashes of those who may ask about it.
	People []string `json:"people"`
	// Known is how well the people of the form are known, by the catalogue's ids: the level
	// of their evidence when it was filed.
	Known map[string]request.Level `json:"known,omitempty"`

	Hub   string                          `json:"hub,omitempty"` // the hub's number
	After int                             `json:"after,omitempty"`
	Heard map[dossier.Procedure]time.Time `json:"heard,omitempty"`
	Items map[dossier.Procedure]string    `json:"items,omitempty"`
	Held  string                          `json:"held,omitempty"`
	About string                          `json:"about,omitempty"`
	// Asked is when the hub last answered about it.
	Asked time.Time `json:"asked,omitzero"`
}

// errNoDossier: the state holds no dossier where there should be one.
var errNoDossier = errors.New("the dossier is not there")

func dossierKey(r ref) string { return "linked/dossier/" + r.String() }

func numberKey(no string) string { return "linked/no/" + no }

// load reads a dossier; nil when there is none.
func load(st gateway.State, at ref) (*record, error) {
	b, found, err := st.Get(dossierKey(at))
	if err != nil || !found {
		return nil, err
	}
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("reading a dossier: %w", err)
	}
	return &r, nil
}

// must is load of a dossier that has to be there.
func must(st gateway.State, at ref) (*record, error) {
	r, err := load(st, at)
	if err == nil && r == nil {
		err = errNoDossier
	}
	return r, err
}

func (r *record) save(st gateway.State) error { return put(st, dossierKey(r.Ref), r) }

func put(st gateway.State, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return st.Set(key, b)
}

// find follows a key to the dossier that it names; nil when it names none.
func find(st gateway.State, key string) (*record, error) {
	b, found, err := st.Get(key)
	if err != nil || !found {
		return nil, err
	}
	var at ref
	if err := json.Unmarshal(b, &at); err != nil {
		return nil, fmt.Errorf("reading a dossier's place: %w", err)
	}
	return must(st, at)
}

// resume is the dossier as its package knows it.
func (r *record) resume(c *workday.Calendar) (*dossier.Dossier, error) {
	return dossier.Resume(r.Matter, c)
}

// ended tells that nothing follows any more, and failed that the same may be filed
// anew.
func ended(d *dossier.Dossier) bool {
	for _, l := range d.Legs {
		if !l.State.Final() {
			return false
		}
	}
	return true
}

func failed(d *dossier.Dossier) bool {
	o := d.Overall()
	return o == dossier.AllRejected || o == dossier.Expired
}

// suppliedKey is where a citizen's supplement for a leg leaves its note.
func suppliedKey(r ref, leg dossier.Procedure) string {
	return "linked/supplied/" + r.String() + "/" + string(leg)
}

// note is what a supplement leaves for the dossier that it belongs to.
type note struct {
	Item string    `json:"item"`
	At   time.Time `json:"at"`
}

// supplied is the note about a leg; false when there is none of since it was asked.
func supplied(st gateway.State, r ref, l dossier.Leg) (n note, ok bool, err error) {
	b, found, err := st.Get(suppliedKey(r, l.Procedure))
	if err != nil || !found || len(b) == 0 {
		return n, false, err
	}
	if err := json.Unmarshal(b, &n); err != nil {
		return n, false, fmt.Errorf("reading a supplement: %w", err)
	}
	return n, !n.At.Before(l.Since), nil
}

// takeNotes stops the clock of legs for which something was brought, and lets time
// pass for the others.
func takeNotes(st gateway.State, at ref, d *dossier.Dossier, now time.Time) error {
	for _, l := range d.Legs {
		if l.State != dossier.NeedsSupplement {
			continue
		}
		n, ok, err := supplied(st, at, l)
		if err != nil {
			return err
		}
		if ok {
			d.Supply(l.Procedure, n.At)
		}
	}
	d.Pass(now)
	return nil
}
