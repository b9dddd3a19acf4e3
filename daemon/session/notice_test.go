package session_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"motcua/protocol/catalogue"
)

// TestADoseAtNight: a dose that an honest day does not have is recorded like any other,
// and says so; nobody at the screen is told.
func TestADoseAtNight(t *testing.T) {
	for later, want := range map[time.Duration][]string{0: nil, 7 * time.Hour: {"out-of-hours"}} { // from half past two in the afternoon
		vaccinating(t, dayOf(onDuty.Ref, covid), func(k *kit) {
			time.Sleep(later)
			k.beneficiary(catalogue.RecordDose)
			for _, a := range [][2]string{{"dose", "1"}, {"lot", "LOT-0991"}, {"site", "left-arm"}, {"reaction", ""}} {
				k.answer(a[0], a[1])
			}
			s, _ := k.sent(catalogue.RecordDose)
			if !slices.Equal(s.inner.Noticed, want) || strings.Contains(k.log.String(), `"msg":"noticed"`) != (want != nil) {
				t.Errorf("after %v: noticed %v, want %v", later, s.inner.Noticed, want)
			}
		}, catalogue.RecordDose)
	}
}
