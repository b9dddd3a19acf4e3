package registry

import (
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"sync"

	"motcua/protocol/immunisation"
	"motcua/protocol/request"
	"motcua/protocol/simcentral/trouble"
)

// DemoHeader is the mark of the simulation.
const DemoHeader = "X-Demo"

// Registry is the simulation. It is an http.Handler.
type Registry struct {
	mu       sync.Mutex
	scenario Scenario
	store    store
}

// New makes a registry.
func New(s Scenario) *Registry {
	return &Registry{scenario: s, store: newStore(s.Plans)}
}

// Befall has troubles befall the next calls.
func (r *Registry) Befall(t ...trouble.Kind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.scenario.Troubles = t
}

// Forge writes records into the registry by hand, as whoever has its password can:
// sessions, doses, batches with their attestations.
func (r *Registry) Forge(records ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, v := range records {
		r.store.forge(v)
	}
}

// Plan puts a plan in, with its approval.
func (r *Registry) Plan(id string, approval []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.store.plans[id] = approval
}

// Attested writes a dose down as attested by hand, with others of a batch.
func (r *Registry) Attested(dose, root string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.store.doses[dose].Batch = root
}

// Doses is how many doses are recorded.
func (r *Registry) Doses() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.store.doses)
}

// refused is what cannot be, with its reason.
type refused immunisation.Reason

func (r refused) Error() string { return string(r) }

// errAsked: not a question.
var errAsked = errors.New("not a question")

// ServeHTTP implements http.Handler.
func (r *Registry) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	w.Header().Set(DemoHeader, "true")
	w.Header().Set("Content-Type", immunisation.ContentType)
	body, err := io.ReadAll(http.MaxBytesReader(w, q.Body, immunisation.MaxMessage))
	switch {
	case q.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	case err != nil:
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	case subtle.ConstantTimeCompare([]byte(q.Header.Get("Authorization")), []byte("Bearer "+r.scenario.Token)) != 1:
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer, befalls, err := r.do(q.URL.Path, body)
	if !trouble.Befall(w, q, befalls) {
		reply(w, answer, err)
	}
}

// do does what is asked, unless the trouble is that nothing is done.
func (r *Registry) do(verb string, body []byte) (answer any, befalls trouble.Kind, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if all := r.scenario.Troubles; len(all) > 0 {
		befalls, r.scenario.Troubles = all[0], all[1:]
	}
	if befalls == trouble.Status500 {
		return nil, befalls, nil
	}
	answer, err = r.store.answer(verb, body)
	return answer, befalls, err
}

func reply(w http.ResponseWriter, answer any, err error) {
	status := http.StatusOK
	if why, ok := errors.AsType[refused](err); ok {
		status, answer = http.StatusConflict, immunisation.Refusal{Reason: immunisation.Reason(why)}
	} else if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	b, err := request.Encode(answer)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(b)
}
