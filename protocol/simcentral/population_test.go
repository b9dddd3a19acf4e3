package simcentral_test

import (
	"testing"

	"motcua/protocol/simcentral"
)

// TestPopulation: the register compares by what names mean, and knows some people by
// their year of birth alone.
func TestPopulation(t *testing.T) {
	register := simcentral.Population{
		"099190000001": {Name: "NGUYỄN THỊ MẪU", Birth: "1990-02-01"},
		"099055000002": {Name: "TRẦN VĂN GIẢ", Birth: "1955"},
	}
	for _, c := range []struct {
		number, name, birth string
		want                simcentral.Discrepancy
	}{
		{"099190000001", "NGUYỄN THỊ MẪU", "01/02/1990", ""},
		{"099190000001", "Nguyễn  Thị Mẫu", "1990", ""},
		{"099190000001", "NGUYỄN THỊ MẬU", "01/02/1990", simcentral.OtherName},
		{"099190000001", "NGUYỄN THỊ MẪU", "02/01/1990", simcentral.OtherBirth},
		{"099190000009", "NGUYỄN THỊ MẪU", "01/02/1990", simcentral.UnknownNumber},
		{"099055000002", "TRẦN VĂN GIẢ", "01/01/1955", ""},
		{"099055000002", "TRẦN VĂN GIẢ", "01/01/1956", simcentral.OtherBirth},
	} {
		if got := register.Check(c.number, c.name, c.birth); got != c.want {
			t.Errorf("%s, %s, %s: %q, want %q", c.number, c.name, c.birth, got, c.want)
		}
	}
	if got := (simcentral.Population{}).Check("099190000009", "AI", "1990"); got != "" {
		t.Errorf("a register without anybody: %q", got)
	}
}
