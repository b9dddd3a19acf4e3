package nonces

import "testing"

// FuzzParse: whatever is in the file, nothing but whole nonces come out of it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":1,"nonces":[{"nonce":"AAAAAAAAAAAAAAAAAAAAAA==","until_ms":1741597200000}]}`))
	f.Add([]byte(`{"version":1,"nonces":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := parse(data)
		if err != nil {
			return
		}
		for _, n := range all {
			if len(n.bytes) != size || len(all) > Capacity {
				t.Errorf("%q gives %d nonces, one of %d bytes", data, len(all), len(n.bytes))
			}
		}
	})
}
