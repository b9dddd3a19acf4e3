package drivers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"motcua/drivers"
)

func ExampleSlip_Ticket() {
	s := drivers.Slip{
		Facility: "Bệnh viện Đa khoa Hoa Sen", Service: "Khám bảo hiểm y tế",
		Caption: "Số thứ tự", Number: "A012",
		Facts:     []drivers.Fact{{Label: "Phòng", Value: "112"}, {Label: "Tầng"}},
		Next:      "Mời ông/bà ngồi chờ trước phòng 112.",
		Reference: drivers.Fact{Label: "Mã nhận", Value: "7K2P-9M4T"}, Code: "MC1:h001:7K2P9M4T",
		Time: "07:42, 05/10/2026",
	}
	for _, b := range s.Ticket().Blocks {
		fmt.Println(strings.TrimSpace(b.Kind.String() + ": " + b.Text + " " + b.Value))
	}
	// Output:
	// caption: Bệnh viện Đa khoa Hoa Sen
	// heading: Khám bảo hiểm y tế
	// rule:
	// caption: Số thứ tự
	// number: A012
	// fact: Phòng 112
	// rule:
	// text: Mời ông/bà ngồi chờ trước phòng 112.
	// code: MC1:h001:7K2P9M4T
	// caption: Mã nhận
	// heading: 7K2P-9M4T
	// caption: 07:42, 05/10/2026
}

// Lines part what is there; none stands alone at an end.
func TestSlipWithoutSomeParts(t *testing.T) {
	for _, c := range []struct {
		slip drivers.Slip
		want []drivers.BlockKind
	}{
		{drivers.Slip{}, nil},
		{drivers.Slip{Number: "184"}, []drivers.BlockKind{drivers.BlockNumber}},
		{drivers.Slip{Service: "Khám", Time: "07:42"}, []drivers.BlockKind{drivers.BlockHeading, drivers.BlockRule, drivers.BlockCaption}},
		{drivers.Slip{Number: "184", Note: "x"}, []drivers.BlockKind{drivers.BlockNumber, drivers.BlockRule, drivers.BlockSmall}},
		{drivers.Slip{Number: "184", Reference: drivers.Fact{Label: "Mã"}}, []drivers.BlockKind{drivers.BlockNumber}},
	} {
		var got []drivers.BlockKind
		for _, b := range c.slip.Ticket().Blocks {
			got = append(got, b.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: got %v, want %v", c.slip, got, c.want)
		}
	}
}
