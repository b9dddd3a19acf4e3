package batch

// lookAhead reads what jobs will ask for, all at once. What they store changes what
// was read, so that they see no difference.
func (t *tx) lookAhead(jobs []job) error {
	w := t.wanted(jobs)
	if len(w.Places)+len(w.Positions)+len(w.Claims)+len(w.Marks)+len(w.State) == 0 {
		return nil
	}
	found, err := t.Ahead(w)
	if err != nil {
		return err
	}
	there := map[Place]bool{}
	for _, r := range found.Near {
		if p := (Place{r.Device, r.ID, r.Seq}); !there[p] {
			there[p] = true
			t.stored[r.Device] = append(t.stored[r.Device], r)
		}
	}
	know(t.positions, w.Positions, found.Positions)
	know(t.claims, w.Claims, found.Claims)
	know(t.marks, w.Marks, found.Marks)
	know(t.state, w.State, found.State)
	return nil
}

// wanted gathers what jobs will ask for.
func (t *tx) wanted(jobs []job) (w Wanted) {
	positions, claims, marks, state := once[string]{}, once[BusinessKey]{}, once[string]{}, once[string]{}
	for _, j := range jobs {
		for _, l := range j.ahead {
			if place := (Place{l.Device, l.ID, l.Seq}); l.Device != "" && !t.places[place] {
				t.places[place] = true
				w.Places = append(w.Places, place)
				w.Positions = positions.add(w.Positions, l.Device)
			}
			if l.Service != "" {
				w.Claims = claims.add(w.Claims, BusinessKey{l.Service, l.Key})
			}
			w.Marks = marks.add(w.Marks, l.Marks...)
			w.State = state.add(w.State, l.State...)
		}
	}
	return w
}

// once is what a list holds already.
type once[T comparable] map[T]bool

func (o once[T]) add(list []T, more ...T) []T {
	for _, v := range more {
		if !o[v] {
			o[v] = true
			list = append(list, v)
		}
	}
	return list
}

// know remembers what was found, and what was not.
func know[K comparable, T any](entries map[K]entry[T], wanted []K, found map[K]T) {
	for _, key := range wanted {
		value, there := found[key]
		entries[key] = entry[T]{value: value, found: there}
	}
}
