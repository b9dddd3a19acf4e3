package vaxsession

import "testing"

// FuzzParse: whatever is in the file, nothing but what the centre can have told comes out
// of it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":1,"session":{"id":"s","plan":"p","officer":"op-1","lots":[{"lot":"L","antigen":"covid-19"}],"from":1772413200000,"until":1772420400000,"most":40}}`))
	f.Add([]byte(`{"version":1,"batches":[{"session":"s","plan":"p","root":"aa","records":2,"closed":1772420400000}]}`))
	f.Add([]byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := parse(data)
		if err != nil {
			return
		}
		if k.session != nil && k.session.check() != nil || len(k.batches) > maxBatches {
			t.Errorf("%q gives %+v", data, k)
		}
		for _, b := range k.batches {
			if b.check() != nil {
				t.Errorf("%q gives the batch %+v", data, b)
			}
		}
	})
}
