package handover

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"

	"motcua/protocol/request"
)

// Names of what is carried of an audit log.
const (
	AuditDir        = "audit"
	CheckpointsName = AuditDir + "/checkpoints"
	LeavesName      = AuditDir + "/leaves"
)

// AuditLog is what a folder holds of an audit log. Nothing of it is verified.
type AuditLog struct {
	Checkpoints [][]byte // signed, as they would be sent
	// Leaves are the hashes of the entries, from the first on; none when the file is
	// not there.
	Leaves []request.Digest
	digest request.Digest // of the file of checkpoints
}

// Audit reads the audit log of a folder. Errors: [ErrNothing] when it holds none,
// or what is wrong with the files.
func Audit(folder fs.FS) (AuditLog, error) {
	b, err := readBounded(folder, CheckpointsName, request.MaxCheckpoints)
	if errors.Is(err, fs.ErrNotExist) {
		return AuditLog{}, fmt.Errorf("%w: there is no file %q", ErrNothing, CheckpointsName)
	}
	if err != nil {
		return AuditLog{}, err
	}
	all, err := request.DecodeCheckpoints(b)
	if err != nil {
		return AuditLog{}, fmt.Errorf("%s: %w", CheckpointsName, err)
	}
	log := AuditLog{Checkpoints: all.Signed, digest: sha256.Sum256(b)}
	if b, err = readBounded(folder, LeavesName, request.MaxLeaves*len(request.Digest{})); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return AuditLog{}, err
	}
	for ; len(b) >= len(request.Digest{}); b = b[len(request.Digest{}):] {
		log.Leaves = append(log.Leaves, request.Digest(b[:len(request.Digest{})]))
	}
	if len(b) > 0 {
		return AuditLog{}, fmt.Errorf("%s: ends in the middle of a hash", LeavesName)
	}
	return log, nil
}

// Complete tells whether the files are those that the device put there. The
// hashes are held to its signed roots by whoever takes them.
func (l AuditLog) Complete(listed request.ExportedLog) bool {
	return l.digest == listed.Checkpoints && uint64(len(l.Leaves)) == listed.Size
}
