package leases

import "testing"

// FuzzParse: whatever is in the file, nothing but whole blocks, places and returns
// come out of it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":2,"blocks":[{"id":"x","queue":"internal","day":"260301","prefix":"A","from":1,"to":50,"next":51}]}`))
	f.Add([]byte(`{"version":2,"places":{"internal":{"service":"H03","vi":"Nội","en":"Internal","room":"104","floor":"1"}}}`))
	f.Add([]byte(`{"version":2,"returns":[{"queue":"internal","day":"260301","from":3,"to":50}]}`))
	f.Add([]byte(`{"version":1,"blocks":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := parse(data)
		if err != nil {
			return
		}
		for _, b := range k.blocks {
			if b.Validate() != nil || b.left() < 0 || b.left() > 1000 || len(k.blocks) > most {
				t.Errorf("%q gives %+v", data, b)
			}
		}
		for queue, p := range k.places {
			if p.Validate() != nil {
				t.Errorf("%q gives %s the place %+v", data, queue, p)
			}
		}
		for _, r := range k.returns {
			if r.Validate() != nil || r.To < r.From {
				t.Errorf("%q gives back %+v", data, r)
			}
		}
	})
}
