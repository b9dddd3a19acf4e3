package catalogue_test

import (
	"math"
	"testing"

	"motcua/protocol/catalogue"
)

func TestDong(t *testing.T) {
	for n, want := range map[uint64]catalogue.Text{
		0: {VI: "0 đồng", EN: "0 VND"}, 999: {VI: "999 đồng", EN: "999 VND"}, 1000: {VI: "1.000 đồng", EN: "1,000 VND"},
		150_000: {VI: "150.000 đồng", EN: "150,000 VND"}, 1_000_000_000: {VI: "1.000.000.000 đồng", EN: "1,000,000,000 VND"},
		math.MaxUint64: {VI: "18.446.744.073.709.551.615 đồng", EN: "18,446,744,073,709,551,615 VND"},
	} {
		if got := catalogue.Dong(n); got != want {
			t.Errorf("%d: %v", n, got)
		}
	}
}
