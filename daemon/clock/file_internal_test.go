package clock

import "testing"

// FuzzParse: whatever is in the file, nothing but sense comes out of it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":1,"boot":"x","up_ms":1000,"wall_ms":1741597200000,"offset_ms":-5,"uncertainty_ms":40}`))
	f.Add([]byte(`{"version":1,"up_ms":9223372036854775807}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, _, err := parse(data)
		if err == nil && (s.up < 0 || s.uncertainty < 0 || s.uncertainty > MaxUncertainty || s.offset.Abs() > maxOffset) {
			t.Errorf("%q is read as %+v", data, s)
		}
	})
}
