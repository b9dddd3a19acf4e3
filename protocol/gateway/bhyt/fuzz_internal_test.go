package bhyt

import (
	"testing"
	"time"

	"motcua/protocol/request"
)

// FuzzAnswer: whatever the portal sends, the answer that comes of it is one that
// kiosks take, and an insured person has a card and days.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		`{"maKetQua":"000","maThe":"GD4990990000123","hoTen":"NGUYỄN VĂN AN","ngaySinh":"01/02/1990","gtTheTu":"01/01/2026","gtTheDen":"31/12/2026","ngayDu5Nam":"01/01/2028","tenDKBDMoi":"Trạm y tế Mẫu","dsLichSu":[{"x":1}]}`,
		`{"maKetQua":"003","maThe":"GD4990990000123","maTheMoi":"GD4990990000999","gtTheTuMoi":"01/01/2026","gtTheDenMoi":"","maDKBDMoi":"99001"}`,
		`{"maKetQua":"050","ghiChu":"khong tim thay","hoTen":null}`, `{"maKetQua":"999"}`, `{"maKetQua":000}`, `[]`, `null`, `<html>`,
		`{"maKetQua":"200","APIKey":{"access_token":"a","id_token":"b"}}`, `{"maKetQua":"401","APIKey":null}`,
	} {
		f.Add([]byte(s))
	}
	s := request.Subject{Number: "099090000123", Name: "Nguyễn Văn An", Birth: "01/02/1990"}
	at := time.UnixMilli(1772411400000)
	f.Fuzz(func(t *testing.T, b []byte) {
		if tok, err := decodeToken(b); err == nil && (tok.access == "" || tok.id == "") {
			t.Error("half a token")
		}
		r, err := decodeAnswer(b)
		if err != nil {
			return
		}
		a := r.answer(s, at)
		if err := (request.Answer{Insurance: &a}).Validate(); err != nil {
			t.Errorf("an answer that kiosks refuse: %v", err)
		}
		if insured := a.Class == request.ClassOK || a.Class == request.ClassNewCard; insured != (a.CardNo != "") || insured && a.ValidFrom == "" {
			t.Errorf("insured %v without a card", insured)
		}
	})
}
