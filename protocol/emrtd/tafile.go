package emrtd

import (
	"context"
	"encoding/binary"
	"slices"

	"motcua/protocol/apdu"
	"motcua/protocol/tlv"
)

const (
	// sizeCVCA is the size of EF.CVCA (TR-03110 part 3, table 13).
	sizeCVCA         = 36
	maxTrustPoints   = 2
	maxReferenceSize = 16
	maxSFI           = 30

	tagAuthorityReference tlv.Tag = 0x42
)

// fileCVCA is EF.CVCA in the application, where DG14 does not name another.
var fileCVCA = File{Name: "EF.CVCA", FID: 0x011C, SFI: 0x1C}

// trustPoints reads EF.CVCA: references of the authorities that the chip trusts,
// the current one first.
func (t *terminal) trustPoints(ctx context.Context) ([][]byte, error) {
	file := fileCVCA
	if infos, err := ParseDG14(t.doc.DG(14)); err == nil && infos.CVCA != nil {
		file.FID, file.SFI = infos.CVCA.FID, infos.CVCA.SFI
	}
	r, err := t.readCVCA(ctx, file)
	if err != nil {
		return nil, err
	}
	points := parseCVCA(r.Data)
	if !succeeded(r.Status) || len(points) == 0 {
		return nil, refused(RefusalTrustPoints, r.Status)
	}
	return points, nil
}

// readCVCA reads the file by short identifier if it has one, else by name.
func (t *terminal) readCVCA(ctx context.Context, f File) (apdu.Response, error) {
	read := apdu.Command{INS: apdu.InsReadBinary, P1: 0x80 | f.SFI, Le: sizeCVCA}
	if f.SFI != 0 && !t.doc.Habits.NoSFI {
		if r, err := t.ch.send(ctx, read); err != nil || succeeded(r.Status) {
			return r, err
		}
	}
	r, err := t.ch.selectFile(ctx, selectChild, []byte{byte(f.FID >> 8), byte(f.FID)})
	if err != nil || !succeeded(r.Status) {
		return r, err
	}
	read.P1 = 0
	return t.ch.send(ctx, read)
}

// parseCVCA takes at most two references; padding ends them.
func parseCVCA(b []byte) (points [][]byte) {
	for r := tlv.NewReader(b); r.More() && len(points) < maxTrustPoints; {
		item, err := r.Expect(tagAuthorityReference)
		if err != nil || len(item.Value) == 0 || len(item.Value) > maxReferenceSize {
			break
		}
		points = append(points, slices.Clone(item.Value))
	}
	return points
}

// FileID says where a file is; SFI is 0 when it has no short identifier.
type FileID struct {
	FID uint16
	SFI byte
}

// addTerminalAuth reads TerminalAuthenticationInfo (TR-03110 part 3, A.1.1.3).
func (s *SecurityInfos) addTerminalAuth(info *tlv.Reader) error {
	version, err := readSmallInt(info)
	if err != nil {
		return err
	}
	s.TerminalAuth = append(s.TerminalAuth, version)
	if !info.More() {
		return nil
	}
	id, err := inside(info, tagSequence, "place of EF.CVCA")
	if err != nil {
		return err
	}
	fid, err := id.Expect(tagOctetString)
	if err != nil || len(fid.Value) != 2 {
		return malformed("place of EF.CVCA", err)
	}
	s.CVCA = &FileID{FID: binary.BigEndian.Uint16(fid.Value)}
	sfi, present, err := id.Optional(tagOctetString)
	if present && len(sfi.Value) == 1 && sfi.Value[0] <= maxSFI {
		s.CVCA.SFI = sfi.Value[0]
	}
	return err
}
