package outbox

import (
	"bytes"
	"context"
	"encoding/binary"
)

// CheckImage judges a database in memory as an opening does one in a file, and gives
// all that is in it.
func CheckImage(ctx context.Context, image []byte) (all []Entry, err error) {
	r, err := openImage(ctx, image)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return r.db.exec(ctx, "pragma cell_size_check=on") },
		r.db.checkFile,
		func(ctx context.Context) error { _, err := r.db.load(ctx); return err },
	} {
		if err := step(ctx); err != nil {
			return nil, readError(err)
		}
	}
	for e, err := range r.Entries(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// Overlay is the database that a log makes of another.
func Overlay(db, log []byte) ([]byte, error) { return overlay(bytes.Clone(db), log) }

// LogScan looks for damage in logs that differ in one place from one that is whole.
type LogScan struct{ before []walScan } // each frame, and then the end

// ScanLog goes through a log that is whole, up to where it holds nothing.
func ScanLog(log []byte) (*LogScan, error) {
	w := walScan{order: binary.LittleEndian}
	if err := w.begin(log[:walHeader]); err != nil {
		return nil, err
	}
	s := &LogScan{}
	for in := bytes.NewReader(log[walHeader:]); w.broken == 0; {
		s.before = append(s.before, w)
		w.page = make([]byte, len(w.page))
		if err := w.frame(in); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Size is the length of what the log holds.
func (s *LogScan) Size() int { return walHeader + (len(s.before)-1)*len(s.before[0].page) }

// Check looks at a log that differs at one byte as an opening does, from the frame
// on that holds the byte.
func (s *LogScan) Check(log []byte, at int) error {
	if at < walHeader {
		w := walScan{order: binary.LittleEndian}
		return w.begin(log[:walHeader])
	}
	size := len(s.before[0].page)
	w := s.before[(at-walHeader)/size]
	w.page = make([]byte, size)
	return w.rest(bytes.NewReader(log[walHeader+(at-walHeader)/size*size:]))
}
