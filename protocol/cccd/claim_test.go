package cccd_test

import (
	"fmt"
	"testing"

	"golang.org/x/text/unicode/norm"

	"motcua/protocol/cccd"
	"motcua/protocol/mrz"
	"motcua/protocol/personal/personaltest"
)

func TestMismatches(t *testing.T) {
	dg13 := &cccd.DG13{Name: "Đặng Thị Thu Phương", Birth: "02/03/1999"}
	for _, c := range []struct {
		name, birth string
		want        string
	}{
		{"ĐẶNG THỊ THU PHƯƠNG", "02/03/1999", "[]"},
		{norm.NFD.String("Đặng Thị Thu Phương"), "02/03/1999", "[]"},
		{"DANG<THI THU<PHUONG", "02/03/1999", "[]"},
		{"DANG<<THI<THUPHUONG", "02/03/1999", "[]"},
		{"DANG THI THU PHUONG", "1999", "[]"},
		{"DANG THI THU PHUONG", "00/03/1999", "[]"},
		{"DANG THI THU PHUONG", "00/00/1999", "[]"},
		{"THU PHUONG DANG THI", "02/03/1999", "[name-order]"},
		{"DANG PHUONG", "02/03/1999", "[name-words-missing]"},
		{"DANG THI THU HA PHUONG", "02/03/1999", "[name-words-added]"},
		{"DANG THI THU HUONG", "02/03/1999", "[name-one-word]"},
		{"TRAN VAN BINH", "02/03/1999", "[name-differs]"},
		{"DANG VAN THU BINH", "02/03/1999", "[name-differs]"},
		{"", "02/03/1999", "[name-not-said]"},
		{"<<", "02/03/1999", "[name-not-said]"},
		{"DANG THI THU PHUONG", "03/02/1999", "[birth-exchanged]"},
		{"DANG THI THU PHUONG", "02/03/1998", "[birth-year]"},
		{"DANG THI THU PHUONG", "1998", "[birth-year]"},
		{"DANG THI THU PHUONG", "02/04/1999", "[birth-day]"},
		{"DANG THI THU PHUONG", "12/03/1999", "[birth-day]"},
		{"DANG THI THU PHUONG", "02/04/1998", "[birth-differs]"},
		{"DANG THI THU PHUONG", "", "[birth-not-said]"},
		{"DANG THI THU PHUONG", "no date", "[birth-not-said]"},
		{"DANG THI THU PHUONG", "02/03/0000", "[birth-not-said]"},
		{"DANG", "02/04/1998", "[name-words-missing birth-differs]"},
	} {
		if got := fmt.Sprint(cccd.Mismatches(mrz.Document{}, dg13, cccd.Claim{Names: []string{c.name}, Birth: c.birth})); got != c.want {
			t.Errorf("%q, %s: %s, want %s", c.name, c.birth, got, c.want)
		}
	}
}

// One of several ways to write a name is enough; the first one is explained.
func TestWaysToWriteAName(t *testing.T) {
	dg13 := &cccd.DG13{Name: "Nguyễn Văn An", Birth: "01/01/1999"}
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"VAN AN NGUYEN", "NGUYEN VAN AN"}, "[]"},
		{[]string{"", "NGUYEN VAN AN"}, "[]"},
		{[]string{"NGUYEN AN", "AN NGUYEN"}, "[name-words-missing]"},
		{[]string{"", "AN"}, "[name-words-missing]"},
		{nil, "[name-not-said]"},
	} {
		if got := fmt.Sprint(cccd.Mismatches(mrz.Document{}, dg13, cccd.Claim{Names: c.names, Birth: "1999"})); got != c.want {
			t.Errorf("%q: %s, want %s", c.names, got, c.want)
		}
	}
}

// Where a card has no DG13, its zone counts, in which a long name is cut and a
// year has two digits.
func TestMismatchesByTheZone(t *testing.T) {
	z := zone(t)
	z.Surname, z.Given, z.Birth = "NGUYEN", "HOANG PHUONG THAO MINH C", "990203"
	z.Lines = []string{z.Lines[0], z.Lines[1], "NGUYEN<<HOANG<PHUONG<THAO<MINH"}
	for _, c := range []struct {
		name string
		dg13 *cccd.DG13
		want string
	}{
		{"Nguyễn Hoàng Phương Thảo Minh Châu Ngọc", nil, "[]"},
		{"Nguyễn Hoàng Phương Thảo Bình Châu Ngọc", nil, "[name-differs]"},
		{"Nguyễn Hoàng Phương Thảo Minh Châu Ngọc", &cccd.DG13{}, "[]"},
		{"Nguyễn Hoàng Phương Thảo Minh Châu", &cccd.DG13{Name: "Nguyễn Hoàng Phương Thảo Minh Châu Ngọc"}, "[name-words-missing]"},
	} {
		if got := fmt.Sprint(cccd.Mismatches(z, c.dg13, cccd.Claim{Names: []string{c.name}, Birth: "03/02/1999"})); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if got := fmt.Sprint(cccd.Mismatches(mrz.Document{}, nil, cccd.Claim{Names: []string{"A"}, Birth: "1999"})); got != "[name-not-said birth-not-said]" {
		t.Errorf("no card: %s", got)
	}
	personaltest.Hides(t, []any{cccd.Claim{Names: []string{"Nguyen"}, Birth: "1999"}}, "Nguyen", "1999")
}
