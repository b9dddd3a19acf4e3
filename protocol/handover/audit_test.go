package handover_test

import (
	"testing"
	"testing/fstest"

	"motcua/protocol/handover"
	"motcua/protocol/request"
)

// FuzzAudit: a folder may hold anything.
func FuzzAudit(f *testing.F) {
	b, err := request.Encode(request.Checkpoints{V: 1, Type: request.TypeCheckpoints, Signed: [][]byte{{1}, {2, 3}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, make([]byte, 64))
	f.Add(b, make([]byte, 33))
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, checkpoints, leaves []byte) {
		log, err := handover.Audit(fstest.MapFS{
			handover.CheckpointsName: {Data: checkpoints}, handover.LeavesName: {Data: leaves},
		})
		if err == nil && (len(log.Checkpoints) == 0 || len(log.Leaves)*32 != len(leaves)) {
			t.Errorf("%d checkpoints, %d hashes of %d bytes", len(log.Checkpoints), len(log.Leaves), len(leaves))
		}
	})
}
