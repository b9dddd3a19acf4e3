package leases

import "testing"

// FuzzParse: whatever is in the file, nothing but whole blocks come out of it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":1,"blocks":[{"id":"x","queue":"internal","day":"260301","prefix":"A","from":1,"to":50,"next":51}]}`))
	f.Add([]byte(`{"version":1,"blocks":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := parse(data)
		if err != nil {
			return
		}
		for _, b := range all {
			if b.Validate() != nil || b.left() < 0 || b.left() > 1000 || len(all) > most {
				t.Errorf("%q gives %+v", data, b)
			}
		}
	})
}
