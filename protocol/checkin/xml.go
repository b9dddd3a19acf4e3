package checkin

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// Most is how long a document may be, in bytes.
const Most = 16 << 10

// document is the file of the decision, with one record.
type document struct {
	XMLName xml.Name `xml:"CHI_TIEU_TRANG_THAI_KCB"`
	List    struct {
		Records []element `xml:"TRANG_THAI_KCB"`
	} `xml:"DSACH_TRANG_THAI_KCB"`
	Seal string `xml:"CHUKYDONVI"` // the hospital's, made by its own software
}

// element is one record with all fields of the decision, in their order.
type element struct {
	MaLK          string `xml:"MA_LK"`
	STT           string `xml:"STT"`
	MaBN          string `xml:"MA_BN"`
	HoTen         string `xml:"HO_TEN"`
	SoCCCD        string `xml:"SO_CCCD"`
	NgaySinh      string `xml:"NGAY_SINH"`
	GioiTinh      string `xml:"GIOI_TINH"`
	MaTheBHYT     string `xml:"MA_THE_BHYT"`
	MaDKBD        string `xml:"MA_DKBD"`
	GTTheTu       string `xml:"GT_THE_TU"`
	GTTheDen      string `xml:"GT_THE_DEN"`
	MaDoiTuong    string `xml:"MA_DOITUONG_KCB"`
	NgayVao       string `xml:"NGAY_VAO"`
	NgayVaoNoiTru string `xml:"NGAY_VAO_NOI_TRU"`
	LyDoVNT       string `xml:"LY_DO_VNT"`
	MaLyDoVNT     string `xml:"MA_LY_DO_VNT"`
	MaLoaiKCB     string `xml:"MA_LOAI_KCB"`
	MaCSKCB       string `xml:"MA_CSKCB"`
	MaDichVu      string `xml:"MA_DICH_VU"`
	TenDichVu     string `xml:"TEN_DICH_VU"`
	NgayYL        string `xml:"NGAY_YL"`
	MaThuoc       string `xml:"MA_THUOC"`
	TenThuoc      string `xml:"TEN_THUOC"`
	MaVatTu       string `xml:"MA_VAT_TU"`
	TenVatTu      string `xml:"TEN_VAT_TU"`
	DuPhong       string `xml:"DU_PHONG"`
}

// first is the number of the only record in its file.
const first = "1"

func (r Record) element() element {
	return element{
		MaLK: r.Stay, STT: first, HoTen: r.Name, SoCCCD: r.Number, NgaySinh: r.Birth, GioiTinh: r.Sex, MaTheBHYT: r.Card,
		GTTheTu: r.ValidFrom, GTTheDen: r.ValidTo, NgayVao: r.ArrivedAt, MaLoaiKCB: r.KindOfService, MaCSKCB: r.Facility,
	}
}

func (e element) record() Record {
	return Record{
		Stay: e.MaLK, Name: e.HoTen, Number: e.SoCCCD, Birth: e.NgaySinh, Sex: e.GioiTinh, Card: e.MaTheBHYT,
		ValidFrom: e.GTTheTu, ValidTo: e.GTTheDen, ArrivedAt: e.NgayVao, KindOfService: e.MaLoaiKCB, Facility: e.MaCSKCB,
	}
}

// XML writes the record as a file of its own, UTF-8. The same record gives the same
// bytes.
func (r Record) XML() ([]byte, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	var d document
	d.List.Records = []element{r.element()}
	b, err := xml.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, errors.New("a check-in record cannot be written")
	}
	return append(append([]byte(xml.Header), b...), '\n'), nil
}

// Parse reads what XML has written, and nothing else: a file of other software has
// fields that a record does not know.
func Parse(b []byte) (Record, error) {
	if len(b) > Most {
		return Record{}, fmt.Errorf("a check-in record is longer than %d bytes", Most)
	}
	var d document
	decoder := xml.NewDecoder(bytes.NewReader(b))
	decoder.Strict = true
	if err := decoder.Decode(&d); err != nil {
		return Record{}, errors.New("a check-in record is no XML of its kind")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) && err != nil {
		return Record{}, errors.New("a check-in record is followed by something else")
	}
	if len(d.List.Records) != 1 {
		return Record{}, fmt.Errorf("want one check-in record in a file, there are %d", len(d.List.Records))
	}
	r := d.List.Records[0].record()
	again, err := r.XML()
	if err != nil {
		return Record{}, err
	}
	if !bytes.Equal(again, b) {
		return Record{}, errors.New("a check-in record has more in it than a kiosk knows, or is written in another way")
	}
	return r, nil
}
